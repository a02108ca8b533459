using System.Text;

namespace PantryChain.Domain.Tags;

/// <summary>Characters of GS1's serial numbers and how URIs write them.</summary>
internal static class GsText
{
    public const int LongestSerial = 20; // GS1 General Specifications §3.5.2, AI (21)

    // EPC Tag Data Standard 1.13, table A-1: of the 82 characters these stand in a URI as they are; " % & / < > ? come escaped.
    private const string Plain = "!'()*+,-.:;=_";
    private const string Escaped = "\"%&/<>?";

    public static bool Refuse(string sentence, out string refusal)
    {
        refusal = sentence;
        return false;
    }

    /// <summary>At most 40 characters of foreign text, control characters shown as question marks: what an error may repeat.</summary>
    public static string Short(string text) =>
        string.Concat(text.Take(40).Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter)) + (text.Length > 40 ? "…" : "");

    public static bool AreDigits(string text) => text.All(char.IsAsciiDigit);

    /// <summary>1 to 20 characters of set 82 (GS1 General Specifications, figure 7.11-1).</summary>
    public static bool IsSerial(string? text) => text is { Length: >= 1 and <= LongestSerial } && text.All(IsOf82);

    public static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length);
        foreach (char letter in text)
        {
            if (Escaped.Contains(letter, StringComparison.Ordinal))
                escaped.Append('%').Append(((int)letter).ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            else
                escaped.Append(letter);
        }
        return escaped.ToString();
    }

    /// <summary>Takes percent escapes back; false for a broken escape and for anything that is no serial number.</summary>
    public static bool TryUnescape(string text, out string serial)
    {
        serial = "";
        if (text.Length > 3 * LongestSerial)
            return false;
        StringBuilder plain = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                plain.Append(text[i]);
                continue;
            }
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                return false;
            plain.Append((char)Convert.ToInt32(text.Substring(i + 1, 2), 16));
            i += 2;
        }
        serial = plain.ToString();
        return IsSerial(serial);
    }

    private static bool IsOf82(char letter) => char.IsAsciiLetterOrDigit(letter) || Plain.Contains(letter, StringComparison.Ordinal) || Escaped.Contains(letter, StringComparison.Ordinal);
}
