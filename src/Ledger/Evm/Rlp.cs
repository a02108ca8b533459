using System.Buffers.Binary;
using System.Numerics;

namespace PantryChain.Ledger.Evm;

/// <summary>Recursive length prefix, the encoding of Ethereum transactions.</summary>
/// <remarks>Pure and thread safe. Source: Ethereum Yellow Paper, appendix B.</remarks>
public static class Rlp
{
    private const byte ShortText = 0x80, ShortList = 0xc0;
    private const int LongestShort = 55;

    /// <summary>A byte string.</summary>
    public static byte[] Bytes(ReadOnlySpan<byte> value) =>
        value.Length == 1 && value[0] < ShortText ? value.ToArray() : [.. Prefix(ShortText, value.Length), .. value];

    /// <summary>A whole number, without leading zeros; zero is the empty string.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public static byte[] Number(BigInteger value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return Bytes(value.IsZero ? [] : value.ToByteArray(isUnsigned: true, isBigEndian: true));
    }

    /// <summary>A list of items that are encoded already.</summary>
    public static byte[] List(params ReadOnlySpan<byte[]> items)
    {
        int length = 0;
        foreach (byte[] item in items)
            length += item.Length;
        byte[] prefix = Prefix(ShortList, length);
        byte[] list = new byte[prefix.Length + length];
        prefix.CopyTo(list, 0);
        int at = prefix.Length;
        foreach (byte[] item in items)
        {
            item.CopyTo(list, at);
            at += item.Length;
        }
        return list;
    }

    private static byte[] Prefix(byte kind, int length)
    {
        if (length <= LongestShort)
            return [(byte)(kind + length)];
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(number, length);
        ReadOnlySpan<byte> digits = number.TrimStart((byte)0);
        return [(byte)(kind + LongestShort + digits.Length), .. digits];
    }
}

/// <summary>Reads one RLP list item by item.</summary>
/// <remarks>Only what <see cref="Rlp"/> writes is read: lengths in their shortest form. Not thread safe.</remarks>
internal ref struct RlpReader
{
    private ReadOnlySpan<byte> _rest;

    private RlpReader(ReadOnlySpan<byte> rest) => _rest = rest;

    /// <summary>True when every item was read.</summary>
    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>Opens a list that fills <paramref name="encoded"/>.</summary>
    /// <exception cref="FormatException">It is no list, or something follows it.</exception>
    public static RlpReader OfList(ReadOnlySpan<byte> encoded)
    {
        RlpReader outer = new(encoded);
        RlpReader list = outer.List();
        return outer.AtEnd ? list : throw Broken();
    }

    /// <summary>The next item, a list.</summary>
    /// <exception cref="FormatException">It is none, or it ends too early.</exception>
    public RlpReader List() => new(Next(0xc0));

    /// <summary>The next item, a byte string.</summary>
    /// <exception cref="FormatException">It is none, or it ends too early.</exception>
    public ReadOnlySpan<byte> Bytes()
    {
        if (_rest.IsEmpty || _rest[0] >= 0x80)
            return Next(0x80);
        ReadOnlySpan<byte> single = _rest[..1];
        _rest = _rest[1..];
        return single;
    }

    /// <summary>The next item, a whole number.</summary>
    /// <exception cref="FormatException">It is none, or it ends too early.</exception>
    public BigInteger Number() => new(Bytes(), isUnsigned: true, isBigEndian: true);

    private ReadOnlySpan<byte> Next(byte kind)
    {
        if (_rest.IsEmpty || _rest[0] < kind || _rest[0] >= kind + 0x40)
            throw Broken();
        int size = _rest[0] - kind, digits = Math.Max(0, size - 55);
        if (digits > sizeof(int) || _rest.Length <= digits)
            throw Broken();
        BigInteger length = digits == 0 ? size : new BigInteger(_rest.Slice(1, digits), isUnsigned: true, isBigEndian: true);
        if (length > _rest.Length - 1 - digits)
            throw Broken();
        ReadOnlySpan<byte> item = _rest.Slice(1 + digits, (int)length);
        _rest = _rest[(1 + digits + (int)length)..];
        return item;
    }

    private static FormatException Broken() => new("That is not a transaction: its RLP encoding is broken.");
}
