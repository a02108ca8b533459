namespace PantryChain.Domain.Identity;

/// <summary>Text from outside as a message may repeat it: a message is a sentence for a person and a line in a log, whatever was sent.</summary>
public static class Foreign
{
    private const int ShortLength = 80, CleanLength = 300;

    /// <summary>A value: at most 80 characters of the text; control characters and broken pairs show as question marks.</summary>
    public static string Short(string? text) => Cut(text, ShortLength);

    /// <summary>A sentence that somebody else wrote: at most 300 characters of the text; control characters and broken pairs show as question marks.</summary>
    public static string Clean(string? text) => Cut(text, CleanLength);

    private static string Cut(string? text, int longest)
    {
        if (text is null)
            return "";
        bool cut = text.Length > longest;
        ReadOnlySpan<char> kept = cut ? text.AsSpan(0, longest) : text;
        if (!cut && !kept.ContainsAnyInRange('\0', '\u001F') && !kept.ContainsAnyInRange('\u007F', '\u009F') && !kept.ContainsAnyInRange('\uD800', '\uDFFF'))
            return text;
        char[] clean = kept.ToArray();
        for (int i = 0; i < clean.Length; i++)
        {
            if (char.IsHighSurrogate(clean[i]) && i + 1 < clean.Length && char.IsLowSurrogate(clean[i + 1]))
                i++;
            else if (char.IsControl(clean[i]) || char.IsSurrogate(clean[i]))
                clean[i] = '?';
        }
        return new string(clean) + (cut ? "…" : "");
    }
}
