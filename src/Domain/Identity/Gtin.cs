using System.Globalization;

namespace PantryChain.Domain.Identity;

/// <summary>A Global Trade Item Number of 8, 12, 13 or 14 digits, kept as GTIN-14.</summary>
/// <remarks><c>default</c> (0) is "no product". Check digit: GS1 General Specifications §7.9.</remarks>
[System.Text.Json.Serialization.JsonConverter(typeof(GtinJson))]
public readonly record struct Gtin
{
    private const ulong Largest = 99_999_999_999_999;

    /// <summary>Checks the check digit and keeps the number.</summary>
    /// <exception cref="FormatException">The number is 0, has more than 14 digits or a wrong check digit.</exception>
    public Gtin(ulong value)
    {
        if (value is 0 or > Largest || CheckDigit(value / 10) != value % 10)
            throw new FormatException($"{value} is not a GTIN: up to 14 digits that end in the right check digit are expected.");
        Value = value;
    }

    /// <summary>The number without leading zeros, as it stands in leaves and mandates (<c>uint64</c>).</summary>
    public ulong Value { get; }

    /// <summary>True for <c>default</c>, "no product".</summary>
    public bool IsNone => Value == 0;

    /// <summary>True for numbers that a company gives out for its own use (GS1 prefixes 02 and 20-29 of a GTIN-13).</summary>
    public bool IsRestricted => Value / 10_000_000_000 is (>= 200 and <= 299) or (>= 20 and <= 29);

    /// <summary>A restricted-circulation GTIN-13 for a store's own class number: prefix 2, the number, the check digit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number has more than 11 digits.</exception>
    public static Gtin Restricted(ulong number)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, 99_999_999_999UL);
        ulong body = 200_000_000_000 + number;
        return new Gtin(body * 10 + CheckDigit(body));
    }

    /// <summary>Parses 8, 12, 13 or 14 digits.</summary>
    /// <exception cref="FormatException">The text has another length, another character or a wrong check digit.</exception>
    public static Gtin Parse(string text) =>
        TryParse(text, out Gtin gtin) ? gtin : throw new FormatException($"'{Foreign.Short(text)}' is not a GTIN: 8, 12, 13 or 14 digits with the right check digit are expected.");

    /// <summary>Parses 8, 12, 13 or 14 digits; false for another length, another character or a wrong check digit.</summary>
    /// <remarks>
    /// Eight digits may be an EAN-8 or a UPC-E, which stands for a UPC-A with zeros left out. A scanner that puts the symbology's identifier in front decides (ISO/IEC 15424: <c>]E4</c> is EAN-8,
    /// <c>]E0</c> thirteen digits). Of digits alone, what begins with 0 and whose UPC-A has the right check digit is a UPC-E, because no EAN-8 of a product begins with 0 (GS1 prefixes 000 to
    /// 099 of eight digits are for restricted circulation, General Specifications §1.4.3). What begins with 1 is an EAN-8 if its own check digit is right, else a UPC-E if that one's is.
    /// All others are EAN-8.
    /// </remarks>
    public static bool TryParse(string? text, out Gtin gtin)
    {
        if (text is { Length: 11 } && text.StartsWith("]E4", StringComparison.Ordinal) || text is { Length: 16 } && text.StartsWith("]E0", StringComparison.Ordinal))
            return TryParseElement(text[3..], out gtin);
        if (text is not { Length: 8 } || text[0] is not ('0' or '1') || !text.All(char.IsAsciiDigit))
            return TryParseElement(text, out gtin);
        string expanded = ExpandUpcE(text[0], text.AsSpan(1, 6)) + text[7];
        return text[0] == '0' ? TryParseElement(expanded, out gtin) || TryParseElement(text, out gtin) : TryParseElement(text, out gtin) || TryParseElement(expanded, out gtin);
    }

    /// <summary>Puts the zeros back (GS1 General Specifications §5.2.2.4.2, "UPC-E barcodes"): the last of the six digits says where they were.</summary>
    private static string ExpandUpcE(char system, ReadOnlySpan<char> six) => six[5] switch
    {
        '0' or '1' or '2' => $"{system}{six[..2]}{six[5]}0000{six[2..5]}",
        '3' => $"{system}{six[..3]}00000{six[3..5]}",
        '4' => $"{system}{six[..4]}00000{six[4]}",
        _ => $"{system}{six[..5]}0000{six[5]}",
    };

    /// <summary>Parses the number as an element string or a GS1 Digital Link holds it, where eight digits are never a UPC-E.</summary>
    public static bool TryParseElement(string? text, out Gtin gtin)
    {
        gtin = default;
        if (text is not { Length: 8 or 12 or 13 or 14 } || !ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value)
            || value == 0 || CheckDigit(value / 10) != value % 10)
            return false;
        gtin = new Gtin(value);
        return true;
    }

    /// <summary>The check digit that belongs behind <paramref name="body"/>: weights 3 and 1 alternate from the right.</summary>
    public static uint CheckDigit(ulong body)
    {
        ulong sum = 0;
        for (uint weight = 3; body > 0; body /= 10, weight = 4 - weight)
            sum += body % 10 * weight;
        return (uint)((10 - sum % 10) % 10);
    }

    /// <summary>Thirteen digits, or fourteen where the number needs them.</summary>
    public override string ToString() => Value.ToString("D13", CultureInfo.InvariantCulture);
}
