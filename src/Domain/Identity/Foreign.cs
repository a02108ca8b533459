using System.Text;

namespace PantryChain.Domain.Identity;

/// <summary>Text from outside as a message may repeat it: a message is a sentence for a person and a line in a log, whatever was sent.</summary>
/// <remarks>What moves the cursor, clears a screen, sets a clipboard, ends a line, hides or turns text around shows as a question mark, and so does half of a pair.</remarks>
public static class Foreign
{
    private const int ShortLength = 80, CleanLength = 300;

    /// <summary>A value: at most 80 characters of the text.</summary>
    public static string Short(string? text) => Cut(text, ShortLength);

    /// <summary>A sentence that somebody else wrote: at most 300 characters of the text.</summary>
    public static string Clean(string? text) => Cut(text, CleanLength);

    /// <summary>A text of any length that goes to a terminal or a log.</summary>
    /// <param name="text">The text.</param>
    /// <param name="lines">Whether line ends stay, for output that has several lines of its own.</param>
    public static string Plain(string? text, bool lines) => text is null ? "" : IsPlain(text, lines) ? text : Replace(text, lines);

    private static string Cut(string? text, int longest) =>
        text is null ? "" : text.Length <= longest ? Plain(text, lines: false) : Plain(text[..longest], lines: false) + "…";

    private static bool IsPlain(ReadOnlySpan<char> text, bool lines)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (!IsKept(rune, lines))
                return false;
        }
        return true;
    }

    private static string Replace(ReadOnlySpan<char> text, bool lines)
    {
        StringBuilder clean = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes()) // half of a pair comes as the replacement character
            clean.Append(IsKept(rune, lines) ? rune.ToString() : "?");
        return clean.ToString();
    }

    private static bool IsKept(Rune rune, bool lines) => !Unseen.Is(rune) || rune.Value is '\u200D' or '\uFE0E' or '\uFE0F' || (lines && rune.Value is ('\n' or '\t')); // emoji are made with them
}
