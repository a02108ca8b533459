using System.Buffers.Binary;

namespace PantryChain.Domain.Identity;

/// <summary>A 32-byte value: a Keccak-256 digest, a Merkle root, an EVM <c>bytes32</c>.</summary>
/// <remarks><c>default</c> is all zero, which the protocol uses for "none". Immutable and thread safe.</remarks>
[System.Text.Json.Serialization.JsonConverter(typeof(Hash32Json))]
public readonly record struct Hash32 : IComparable<Hash32>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    private readonly ulong _a, _b, _c, _d;

    /// <summary>Reads the 32 bytes, first byte most significant.</summary>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> is not 32 bytes long.</exception>
    public Hash32(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"A hash has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>All zero, the protocol's "none".</summary>
    public static Hash32 Zero => default;

    /// <summary>True for the all-zero value.</summary>
    public bool IsZero => this == default;

    /// <summary>Parses 64 hexadecimal digits with or without a leading <c>0x</c>.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static Hash32 Parse(string text) =>
        TryParse(text, out Hash32 hash) ? hash : throw new FormatException($"'{Foreign.Short(text)}' is not a hash: 0x and 64 hexadecimal digits are expected.");

    /// <summary>Parses 64 hexadecimal digits with or without a leading <c>0x</c>; false for anything else.</summary>
    public static bool TryParse(string? text, out Hash32 hash)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bool parsed = Hex.TryDecode(text, bytes);
        hash = parsed ? new Hash32(bytes) : default;
        return parsed;
    }

    /// <summary>Writes the 32 bytes, most significant first.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    /// <summary>The 32 bytes as a new array, most significant first.</summary>
    public byte[] ToArray()
    {
        byte[] bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Orders by the unsigned big-endian number, the order in which sorted-pair Merkle trees hash siblings.</summary>
    public int CompareTo(Hash32 other) =>
        _a != other._a ? _a.CompareTo(other._a) :
        _b != other._b ? _b.CompareTo(other._b) :
        _c != other._c ? _c.CompareTo(other._c) : _d.CompareTo(other._d);

    /// <summary><c>0x</c> and 64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Hex.Encode(ToArray());
}
