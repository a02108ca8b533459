namespace PantryChain.Ui.Texts;

/// <summary>Every text of the pages in both languages, side by side; a missing key does not compile.</summary>
/// <remarks>
/// Immutable and thread safe. Sections stand in files of their own (<c>Words.Shelf.cs</c> ...); a host adds its page's section as one more.
/// A test reads all members in both languages: none empty, none untranslated, every argument used in both.
/// </remarks>
public sealed partial class Words(Language language)
{
    /// <summary>The language that this catalogue speaks.</summary>
    public Language Language => language;

    private bool Korean => language == Language.Korean;

    /// <summary>One of two texts.</summary>
    private string Say(string korean, string english) => Korean ? korean : english;
}
