using System.Globalization;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;

namespace PantryChain.Domain.Tags;

/// <summary>An item as an electronic product code writes it: the item itself, where its company prefix ends, and the tag's filter.</summary>
/// <param name="Item">Product and serial number.</param>
/// <param name="CompanyDigits">Digits of the company prefix, 6 to 12; GS1 gives them out in different lengths, and the number alone does not tell.</param>
/// <param name="Filter">0 to 7: 0 all others, 1 point-of-sale item, 2 full case, 4 inner pack, 6 unit load, 7 component (EPC Tag Data Standard 1.13, table 14-2).</param>
public readonly record struct Epc(Sgtin Item, int CompanyDigits, int Filter)
{
    /// <summary>Filter of an item that a shop sells.</summary>
    public const int PointOfSale = 1;

    private const string TagPrefix = "urn:epc:tag:sgtin-96:";
    private const string IdentityPrefix = "urn:epc:id:sgtin:";
    private const string RawPrefix = "urn:epc:raw:";

    /// <summary>The pure identity, for example <c>urn:epc:id:sgtin:0614141.812345.6789</c> (EPC Tag Data Standard 1.13, §6.3.1).</summary>
    public string ToIdentityUri() => $"{IdentityPrefix}{CompanyAndItem()}.{GsText.Escape(Item.Serial)}";

    /// <summary>The tag's URI, for example <c>urn:epc:tag:sgtin-96:3.0614141.812345.6789</c> (§12.3.1); meant for what <see cref="Sgtin96.TryEncode"/> accepts.</summary>
    public string ToTagUri() => string.Create(CultureInfo.InvariantCulture, $"{TagPrefix}{Filter}.{CompanyAndItem()}.{GsText.Escape(Item.Serial)}");

    /// <summary>The GS1 Digital Link of the item (GS1 Digital Link URI syntax 1.3, §4), for example <c>https://id.gs1.org/01/80614141123458/21/6789</c>.</summary>
    /// <param name="host">Scheme and host without a slash at the end; null is GS1's own resolver.</param>
    public string ToDigitalLink(string? host = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{host ?? DigitalLink.Resolver}/01/{Item.Gtin.Value:D14}/21/{GsText.Escape(Item.Serial)}");

    /// <summary>Reads a tag URI, a pure identity URI or a raw URI.</summary>
    /// <param name="text">The URI; scheme and namespace in either case.</param>
    /// <param name="epc">The item; a pure identity has no filter of its own and gets 0.</param>
    /// <param name="refusal">Why not, as a sentence; empty when it was read.</param>
    /// <remarks>Never throws; thread safe.</remarks>
    public static bool TryParse(string? text, out Epc epc, out string refusal)
    {
        epc = default;
        if (text is null)
            return GsText.Refuse("There is no text.", out refusal);
        if (text.StartsWith(IdentityPrefix, StringComparison.OrdinalIgnoreCase))
            return TryFields(text[IdentityPrefix.Length..], 0, numeric: false, out epc, out refusal);
        if (text.StartsWith(TagPrefix, StringComparison.OrdinalIgnoreCase))
            return TryTag(text[TagPrefix.Length..], out epc, out refusal);
        return text.StartsWith(RawPrefix, StringComparison.OrdinalIgnoreCase) ? TryRaw(text[RawPrefix.Length..], out epc, out refusal)
            : GsText.Refuse($"'{GsText.Short(text)}' is not an item's code: {TagPrefix}, {IdentityPrefix} or {RawPrefix} is expected in front.", out refusal);
    }

    private static bool TryTag(string fields, out Epc epc, out string refusal)
    {
        epc = default;
        return fields.Length > 2 && fields[0] is >= '0' and <= '7' && fields[1] == '.' ? TryFields(fields[2..], fields[0] - '0', numeric: true, out epc, out refusal)
            : GsText.Refuse($"The filter in '{GsText.Short(fields)}' is not one digit from 0 to 7 and a dot.", out refusal);
    }

    private static bool TryRaw(string text, out Epc epc, out string refusal)
    {
        epc = default;
        Span<byte> bytes = stackalloc byte[Sgtin96.Bytes];
        if (text.StartsWith("96.x", StringComparison.OrdinalIgnoreCase))
        {
            string hex = text["96.x".Length..];
            return hex.Length == 2 * Sgtin96.Bytes && hex.All(char.IsAsciiHexDigit) ? Sgtin96.TryDecode(Convert.FromHexString(hex), out epc, out refusal)
                : GsText.Refuse($"'{GsText.Short(hex)}' is not 24 hex digits.", out refusal);
        }
        if (!text.StartsWith("96.", StringComparison.Ordinal) || text.Length > 40 || !UInt128.TryParse(text["96.".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out UInt128 value)
            || value >> 96 != 0)
            return GsText.Refuse($"'{GsText.Short(text)}' is not a raw code of 96 bits: '96.x' and 24 hex digits are expected.", out refusal);
        for (int i = bytes.Length - 1; i >= 0; i--, value >>= 8)
            bytes[i] = (byte)(value & 0xFF);
        return Sgtin96.TryDecode(bytes, out epc, out refusal);
    }

    /// <summary>Company prefix, indicator digit with item reference, serial number, separated by dots (§6.3.1).</summary>
    private static bool TryFields(string fields, int filter, bool numeric, out Epc epc, out string refusal)
    {
        epc = default;
        string[] parts = fields.Split('.', 3);
        if (parts.Length != 3)
            return GsText.Refuse($"'{GsText.Short(fields)}' has not the three parts company, item and serial number.", out refusal);
        if (parts[0].Length is < 6 or > 12 || parts[0].Length + parts[1].Length != 13 || !GsText.AreDigits(parts[0]) || !GsText.AreDigits(parts[1]))
            return GsText.Refuse($"'{GsText.Short(parts[0])}' and '{GsText.Short(parts[1])}' are not a company prefix of 6 to 12 digits and an item number that fills it up to 13.", out refusal);
        if (!GsText.TryUnescape(parts[2], out string serial) || (numeric && !Sgtin96.IsSerial(serial)))
            return GsText.Refuse($"'{GsText.Short(parts[2])}' is not a serial number{(numeric ? " of SGTIN-96: up to 274877906943, without leading zeros" : " of 1 to 20 characters")}.", out refusal);
        return TryJoin(parts[0], parts[1], serial, filter, out epc, out refusal);
    }

    /// <summary>GTIN-14 = indicator digit, company prefix, item reference, check digit (EPC Tag Data Standard 1.13, §7.1.1).</summary>
    internal static bool TryJoin(string company, string indicatorAndItem, string serial, int filter, out Epc epc, out string refusal)
    {
        epc = default;
        ulong body = ulong.Parse($"{indicatorAndItem[0]}{company}{indicatorAndItem[1..]}", NumberStyles.None, CultureInfo.InvariantCulture);
        if (body == 0)
            return GsText.Refuse("Company and item are all zeros: that is no product.", out refusal);
        epc = new Epc(new Sgtin(new Gtin(body * 10 + Gtin.CheckDigit(body)), serial), company.Length, filter);
        refusal = "";
        return true;
    }

    private string CompanyAndItem()
    {
        string gtin = Item.Gtin.Value.ToString("D14", CultureInfo.InvariantCulture);
        return $"{gtin.AsSpan(1, CompanyDigits)}.{gtin[0]}{gtin.AsSpan(1 + CompanyDigits, 12 - CompanyDigits)}";
    }
}
