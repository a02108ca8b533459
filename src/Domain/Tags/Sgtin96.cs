using System.Globalization;

namespace PantryChain.Domain.Tags;

/// <summary>The 96 bits of an item's code on a tag: header, filter, partition, company prefix, item reference, serial number (EPC Tag Data Standard 1.13, §14.6.1).</summary>
/// <remarks>Never throws; thread safe. Such codes live on UHF tags; on the HF tags of this project the same item stands as a URI (<see cref="Epc"/>, <see cref="DigitalLink"/>).</remarks>
public static class Sgtin96
{
    /// <summary>Length of the code.</summary>
    public const int Bytes = 12;

    /// <summary>Largest serial number, 2^38 - 1.</summary>
    public const long LargestSerial = 274_877_906_943;

    private const byte Header = 0x30; // table 14-1
    private const int SerialBits = 38;
    private const int CompanyAndItemBits = 44;

    // Table 14-3: bits of the company prefix at partition 0 (12 digits) to 6 (6 digits); the item takes the rest of 44 bits and of 13 digits.
    private static ReadOnlySpan<byte> CompanyBits => [40, 37, 34, 30, 27, 24, 20];

    /// <summary>Reads a code.</summary>
    /// <param name="code">Twelve bytes.</param>
    /// <param name="epc">The item.</param>
    /// <param name="refusal">Why not, as a sentence; empty when it was read.</param>
    public static bool TryDecode(ReadOnlySpan<byte> code, out Epc epc, out string refusal)
    {
        epc = default;
        if (code.Length != Bytes)
            return GsText.Refuse($"The code has {code.Length} bytes, not {Bytes}.", out refusal);
        if (code[0] != Header)
            return GsText.Refuse($"Header 0x{code[0]:X2} is not SGTIN-96 (0x30).", out refusal);
        UInt128 bits = 0;
        foreach (byte part in code)
            bits = (bits << 8) | part;
        int partition = code[1] >> 2 & 7;
        if (partition >= CompanyBits.Length)
            return GsText.Refuse("Partition 7 is not defined.", out refusal);
        int itemBits = CompanyAndItemBits - CompanyBits[partition];
        int companyDigits = 12 - partition;
        ulong company = Field(bits, SerialBits + itemBits, CompanyBits[partition]);
        ulong item = Field(bits, SerialBits, itemBits);
        if (company >= PowerOfTen(companyDigits) || item >= PowerOfTen(13 - companyDigits))
            return GsText.Refuse($"Company {company} or item {item} has more digits than partition {partition} allows.", out refusal);
        return Epc.TryJoin(
            Digits(company, companyDigits), Digits(item, 13 - companyDigits), Field(bits, 0, SerialBits).ToString(CultureInfo.InvariantCulture), code[1] >> 5, out epc, out refusal);
    }

    /// <summary>Writes a code.</summary>
    /// <param name="epc">The item; its serial number a number up to <see cref="LargestSerial"/> without leading zeros.</param>
    /// <param name="code">Takes twelve bytes.</param>
    /// <param name="refusal">Why not, as a sentence; empty when it was written.</param>
    public static bool TryEncode(in Epc epc, Span<byte> code, out string refusal)
    {
        if (code.Length < Bytes)
            return GsText.Refuse($"A code needs {Bytes} bytes of room, not {code.Length}.", out refusal);
        if (epc.CompanyDigits is < 6 or > 12 || epc.Filter is < 0 or > 7 || epc.Item.Gtin.IsNone)
            return GsText.Refuse($"A product, 6 to 12 digits of company prefix and a filter from 0 to 7 are expected, not {epc.CompanyDigits} digits and filter {epc.Filter}.", out refusal);
        if (!IsSerial(epc.Item.Serial))
            return GsText.Refuse($"'{GsText.Short(epc.Item.Serial ?? "")}' is not a serial number of SGTIN-96: up to {LargestSerial}, without leading zeros. Write it as a Digital Link instead.", out refusal);
        ulong body = epc.Item.Gtin.Value / 10;
        ulong itemSize = PowerOfTen(12 - epc.CompanyDigits);
        ulong indicator = body / PowerOfTen(12);
        ulong company = body % PowerOfTen(12) / itemSize;
        ulong item = indicator * itemSize + body % itemSize;
        int partition = 12 - epc.CompanyDigits;
        UInt128 bits = ((UInt128)Header << 88) | ((UInt128)(uint)epc.Filter << 85) | ((UInt128)(uint)partition << 82)
            | ((UInt128)company << (SerialBits + CompanyAndItemBits - CompanyBits[partition])) | ((UInt128)item << SerialBits)
            | ulong.Parse(epc.Item.Serial, NumberStyles.None, CultureInfo.InvariantCulture);
        for (int i = Bytes - 1; i >= 0; i--, bits >>= 8)
            code[i] = (byte)(bits & 0xFF);
        refusal = "";
        return true;
    }

    /// <summary>True for a serial number that fits: a number without leading zeros, up to <see cref="LargestSerial"/> (§14.6.1.1).</summary>
    public static bool IsSerial(string? serial) =>
        serial is { Length: >= 1 and <= 12 } && (serial.Length == 1 || serial[0] != '0') && serial.All(char.IsAsciiDigit)
            && long.Parse(serial, NumberStyles.None, CultureInfo.InvariantCulture) <= LargestSerial;

    private static ulong Field(UInt128 bits, int at, int width) => (ulong)(bits >> at & ((UInt128.One << width) - 1));

    private static string Digits(ulong value, int digits) => value.ToString($"D{digits}", CultureInfo.InvariantCulture);

    private static ulong PowerOfTen(int exponent)
    {
        ulong power = 1;
        for (int i = 0; i < exponent; i++)
            power *= 10;
        return power;
    }
}
