using PantryChain.Ui.Texts;

namespace PantryChain.Ui.Hosting;

/// <summary>Colours of the pages.</summary>
public enum Theme : byte
{
    /// <summary>As the device prefers.</summary>
    Auto,

    /// <summary>Dark on light.</summary>
    Light,

    /// <summary>Light on dark.</summary>
    Dark,
}

/// <summary>Who reads the page: injected into every component as <c>Ui</c>, one per request or live fragment.</summary>
public sealed class UiContext(UiOptions options)
{
    /// <summary>The host's settings.</summary>
    public UiOptions Options => options;

    /// <summary>All texts in the reader's language.</summary>
    public Words Words { get; private set; } = new(Language.Korean);

    /// <summary>All formats in the reader's language and the household's time zone.</summary>
    public Formats Formats { get; private set; } = new(Language.Korean, options.Zone);

    /// <summary>The reader's choice of colours.</summary>
    public Theme Theme { get; private set; }

    /// <summary>Path of the page, with its query; <c>/</c> in a live fragment.</summary>
    public string Path { get; private set; } = "/";

    /// <summary>Sets the reader.</summary>
    internal void Use(Language language, Theme theme = Theme.Auto, string path = "/") =>
        (Words, Formats, Theme, Path) = (new Words(language), new Formats(language, options.Zone), theme, path);
}
