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
