using PantryChain.Domain.Identity;

namespace PantryChain.Domain.Sensing;

/// <summary>The number that a contactless tag was made with: 4, 7 or 10 bytes (ISO/IEC 14443-3), written as upper-case hex.</summary>
/// <remarks><c>default</c> is "no tag". Four-byte numbers may repeat between tags and may be random; they identify nothing for sure.</remarks>
public readonly record struct TagUid
{
    private readonly string? _hex;

    /// <summary>Keeps the bytes as the reader gave them, first byte first.</summary>
    /// <exception cref="ArgumentException">There are not 4, 7 or 10 bytes.</exception>
    public TagUid(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is not (4 or 7 or 10))
            throw new ArgumentException($"A tag's number has 4, 7 or 10 bytes, not {bytes.Length}.", nameof(bytes));
        _hex = Convert.ToHexString(bytes);
    }

    /// <summary>Upper-case hex without separators; empty for <c>default</c>.</summary>
    public string Hex => _hex ?? "";

    /// <summary>Parses 8, 14 or 20 hex digits.</summary>
    /// <returns>False for anything else.</returns>
    public static bool TryParse(string? hex, out TagUid uid)
    {
        uid = default;
        if (hex is not { Length: 8 or 14 or 20 } || !hex.All(char.IsAsciiHexDigit))
            return false;
        uid = new TagUid(Convert.FromHexString(hex));
        return true;
    }

    /// <inheritdoc />
    public override string ToString() => Hex;
}

/// <summary>One single item of a product: its trade item number and its serial number (GS1 EPC Tag Data Standard, SGTIN).</summary>
/// <param name="Gtin">The product.</param>
/// <param name="Serial">1 to 20 characters of GS1's set 82; in SGTIN-96 digits without leading zeros, up to 274877906943.</param>
public readonly record struct Sgtin(Gtin Gtin, string Serial);

/// <summary>A tag came to a slot or left it, debounced: what station 1 hands on beside <see cref="SensorSample"/>.</summary>
/// <param name="Slot">The slot whose reader saw it.</param>
/// <param name="Uid">The tag.</param>
/// <param name="Item">What the tag says it is fixed to, or null when it is blank, unreadable or not ours.</param>
/// <param name="Present">True when it came, false when it left.</param>
/// <param name="BusNanoseconds">Bus time at which it was first seen, or last seen.</param>
public readonly record struct TagChange(SlotId Slot, TagUid Uid, Sgtin? Item, bool Present, long BusNanoseconds);
