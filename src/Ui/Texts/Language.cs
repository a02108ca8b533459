namespace PantryChain.Ui.Texts;

/// <summary>A language of the pages.</summary>
public enum Language : byte
{
    /// <summary>한국어, the default.</summary>
    Korean,

    /// <summary>English.</summary>
    English,
}

/// <summary>How languages are named outside this program.</summary>
public static class Languages
{
    /// <summary>All of them, default first.</summary>
    public static IReadOnlyList<Language> All { get; } = [Language.Korean, Language.English];

    /// <summary>The BCP 47 tag, <c>ko</c> or <c>en</c>.</summary>
    public static string Tag(this Language language) => language == Language.Korean ? "ko" : "en";

    /// <summary>The language of a tag, or null for one that the pages do not speak.</summary>
    public static Language? FromTag(string? tag) => tag?.Split('-')[0].Trim().ToLowerInvariant() switch
    {
        "ko" => Language.Korean,
        "en" => Language.English,
        _ => null,
    };

    /// <summary>The best language for an <c>Accept-Language</c> header (RFC 9110 §12.5.4); Korean when none fits.</summary>
    public static Language FromHeader(string? acceptLanguage)
    {
        if (!Microsoft.Net.Http.Headers.StringWithQualityHeaderValue.TryParseList([acceptLanguage ?? ""], out var wishes))
            return Language.Korean;
        return wishes.OrderByDescending(wish => wish.Quality ?? 1.0).Select(wish => FromTag(wish.Value.Value)).FirstOrDefault(language => language is not null) ?? Language.Korean;
    }
}
