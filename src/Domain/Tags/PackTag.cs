using PantryChain.Domain.Sensing;

namespace PantryChain.Domain.Tags;

/// <summary>What tells one pack from every other: the item that its tag names, or the number that the tag was made with.</summary>
/// <remarks>Both ends write the same text for it, so that a commitment made at the seller's desk can be opened at the shelf. <c>default</c> is none.</remarks>
public readonly record struct PackTag
{
    private const string ItemPrefix = "sgtin:", NumberPrefix = "uid:";
    private const int EpcDigits = 2 * Sgtin96.Bytes;

    private readonly string? _text;

    private PackTag(string text) => _text = text;

    /// <summary>For example <c>sgtin:08801115114154.1001</c> or <c>uid:04A1B2C3D4E5F6</c>.</summary>
    public string Text => _text ?? "";

    /// <summary>The product, when the tag names one.</summary>
    public Identity.Gtin? Gtin { get; private init; }

    /// <summary>An item by its product and serial number.</summary>
    public static PackTag Of(Sgtin item) => new($"{ItemPrefix}{item.Gtin.Value:D14}.{item.Serial}") { Gtin = item.Gtin };

    /// <summary>A tag by its own number.</summary>
    public static PackTag Of(TagUid uid) => new(NumberPrefix + uid.Hex);

    /// <summary>Reads what a clerk's reader gives: a Digital Link, an EPC URI, the 24 digits of an SGTIN-96, a tag's own number, or <see cref="Text"/>.</summary>
    /// <param name="given">The text; colons, dashes and spaces between the digits of a number do not matter.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="refusal">Why not, as a sentence; empty when it was read.</param>
    /// <remarks>Never throws.</remarks>
    public static bool TryParse(string? given, out PackTag tag, out string refusal)
    {
        (tag, refusal) = (default, "");
        string text = given?.Trim() ?? "";
        if (text.StartsWith(ItemPrefix, StringComparison.OrdinalIgnoreCase))
            return TryItem(text[ItemPrefix.Length..], out tag, out refusal);
        string digits = (text.StartsWith(NumberPrefix, StringComparison.OrdinalIgnoreCase) ? text[NumberPrefix.Length..] : text)
            .Replace(":", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
        if (digits.Length == EpcDigits && digits.All(char.IsAsciiHexDigit))
            return Take(Sgtin96.TryDecode(Convert.FromHexString(digits), out Epc epc, out refusal), epc.Item, out tag);
        if (TagUid.TryParse(digits, out TagUid uid))
            return IsRandom(uid) ? GsText.Refuse("This number changes at every look (a phone or a bank card). Use a tag that keeps its number.", out refusal) : Take(uid, out tag);
        if (text.Contains("://", StringComparison.Ordinal) || text.StartsWith("urn:", StringComparison.OrdinalIgnoreCase))
            return Take(ItemUri.TryParse(text, out Sgtin item, out refusal), item, out tag);
        return GsText.Refuse("A Digital Link, an EPC or a tag's number of 8, 14 or 20 hexadecimal digits is expected.", out refusal);
    }

    /// <inheritdoc />
    public override string ToString() => Text;

    // A single-size number that begins with 08 is drawn at random at every power-up (ISO/IEC 14443-3, 6.5.4).
    private static bool IsRandom(TagUid uid) => uid.Hex.Length == 8 && uid.Hex.StartsWith("08", StringComparison.Ordinal);

    private static bool TryItem(string text, out PackTag tag, out string refusal)
    {
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        tag = default;
        refusal = "";
        if (dot < 0 || !Identity.Gtin.TryParse(text[..dot], out Identity.Gtin gtin) || !GsText.IsSerial(text[(dot + 1)..]))
            return GsText.Refuse("A product number, a dot and a serial number are expected after 'sgtin:'.", out refusal);
        tag = Of(new Sgtin(gtin, text[(dot + 1)..]));
        return true;
    }

    private static bool Take(bool read, Sgtin item, out PackTag tag)
    {
        tag = read ? Of(item) : default;
        return read;
    }

    private static bool Take(TagUid uid, out PackTag tag)
    {
        tag = Of(uid);
        return true;
    }
}
