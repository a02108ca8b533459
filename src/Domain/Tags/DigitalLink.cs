using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;

namespace PantryChain.Domain.Tags;

/// <summary>GS1 Digital Link: a web address that names an item, <c>https://id.gs1.org/01/GTIN/21/SERIAL</c> on any host (GS1 Digital Link URI syntax 1.3).</summary>
/// <remarks>Never throws; thread safe. Nothing is fetched: the address itself is the name.</remarks>
public static class DigitalLink
{
    /// <summary>GS1's own resolver.</summary>
    public const string Resolver = "https://id.gs1.org";

    private const string Product = "01"; // AI (01), GTIN
    private const string Serial = "21"; // AI (21), serial number

    /// <summary>Reads an item's address; other application identifiers, in the path and behind the question mark, are passed over.</summary>
    /// <param name="text">The address.</param>
    /// <param name="item">The item.</param>
    /// <param name="refusal">Why not, as a sentence; empty when it was read.</param>
    public static bool TryParse(string? text, out Sgtin item, out string refusal)
    {
        item = default;
        if (text is null || !(text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase)))
            return GsText.Refuse($"'{GsText.Short(text ?? "")}' is not a web address.", out refusal);
        string path = text[(text.IndexOf("//", StringComparison.Ordinal) + 2)..].Split('?', '#')[0].TrimEnd('/');
        string[] segments = path.Split('/');
        if (segments[0].Length == 0)
            return GsText.Refuse($"'{GsText.Short(text)}' has no host.", out refusal);
        // A host may keep its links below a path of its own, in which 01 may stand too: the first 01 that leads a whole chain of pairs counts.
        for (int i = 1; i + 1 < segments.Length; i++)
        {
            if (segments[i] == Product && Gtin.TryParseElement(segments[i + 1], out Gtin gtin) && ArePairs(segments.AsSpan(i)))
                return TrySerial(segments.AsSpan(i), gtin, out item, out refusal);
        }
        return GsText.Refuse($"'{GsText.Short(text)}' names no product: /01/ and a GTIN with the right check digit are expected.", out refusal);
    }

    private static bool TrySerial(ReadOnlySpan<string> pairs, Gtin gtin, out Sgtin item, out string refusal)
    {
        item = default;
        for (int i = 2; i < pairs.Length; i += 2)
        {
            if (pairs[i] != Serial)
                continue;
            if (!GsText.TryUnescape(pairs[i + 1], out string serial))
                return GsText.Refuse($"'{GsText.Short(pairs[i + 1])}' is not a serial number of 1 to 20 characters.", out refusal);
            item = new Sgtin(gtin, serial);
            refusal = "";
            return true;
        }
        return GsText.Refuse($"The address names the product {gtin} but no single item: /21/ and a serial number are missing.", out refusal);
    }

    private static bool ArePairs(ReadOnlySpan<string> segments)
    {
        if (segments.Length % 2 != 0)
            return false;
        for (int i = 0; i < segments.Length; i += 2)
        {
            if (segments[i].Length is < 2 or > 4 || !GsText.AreDigits(segments[i]))
                return false;
        }
        return true;
    }
}
