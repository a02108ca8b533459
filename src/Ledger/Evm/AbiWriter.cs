using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using PantryChain.Domain.Identity;

namespace PantryChain.Ledger.Evm;

/// <summary>Writes values in order as the Solidity ABI encodes an argument list: 32-byte words, dynamic values by offset into a tail.</summary>
/// <remarks>
/// A static tuple is written as its fields, one after the other; a dynamic tuple, or an array of anything, is a writer of its own.
/// Unsigned numbers are padded with zeros, signed ones with their sign. Not thread safe. Source: Solidity docs, "Contract ABI Specification".
/// </remarks>
public sealed class AbiWriter
{
    private readonly List<(Hash32 Word, byte[]? Tail)> _slots = [];

    /// <summary>Any unsigned integer up to 128 bits: <c>uint8</c> to <c>uint128</c>, and enums.</summary>
    public AbiWriter Unsigned(UInt128 value) => Word(AbiWord.Of(value));

    /// <summary>Any unsigned integer up to 256 bits.</summary>
    /// <exception cref="OverflowException">The value is negative or wider than 256 bits.</exception>
    public AbiWriter Unsigned(BigInteger value) => Word(AbiWord.Of(value));

    /// <summary>A signed integer up to 64 bits, sign-extended.</summary>
    public AbiWriter Signed(long value) => Word(AbiWord.OfSigned(value));

    /// <summary>A <c>bool</c>.</summary>
    public AbiWriter Bool(bool value) => Word(AbiWord.Of(value ? UInt128.One : UInt128.Zero));

    /// <summary>A <c>bytes32</c>, or any word that is already encoded.</summary>
    public AbiWriter Word(Hash32 word)
    {
        _slots.Add((word, null));
        return this;
    }

    /// <summary>An <c>address</c>.</summary>
    public AbiWriter Address(AccountAddress value) => Word(value.ToWord());

    /// <summary>A dynamic <c>bytes</c>.</summary>
    public AbiWriter Bytes(ReadOnlySpan<byte> value)
    {
        int padded = (value.Length + Hash32.Size - 1) / Hash32.Size * Hash32.Size;
        byte[] tail = new byte[Hash32.Size + padded];
        AbiWord.Of((UInt128)value.Length).CopyTo(tail);
        value.CopyTo(tail.AsSpan(Hash32.Size));
        return Dynamic(tail);
    }

    /// <summary>A <c>string</c> in UTF-8.</summary>
    public AbiWriter Text(string value) => Bytes(Encoding.UTF8.GetBytes(value));

    /// <summary>A <c>bytes32[]</c>, such as a Merkle proof.</summary>
    public AbiWriter Words(IReadOnlyList<Hash32> values) => Array(values, static (writer, value) => writer.Word(value));

    /// <summary>A dynamic array of anything; <paramref name="write"/> writes one element, a dynamic tuple through <see cref="Tuple"/>.</summary>
    public AbiWriter Array<T>(IReadOnlyList<T> values, Action<AbiWriter, T> write)
    {
        AbiWriter elements = new();
        foreach (T value in values)
            write(elements, value);
        byte[] body = elements.ToArray();
        byte[] tail = new byte[Hash32.Size + body.Length];
        AbiWord.Of((UInt128)values.Count).CopyTo(tail);
        body.CopyTo(tail.AsSpan(Hash32.Size));
        return Dynamic(tail);
    }

    /// <summary>A dynamic tuple (a struct with a dynamic field); a static one is simply its fields.</summary>
    public AbiWriter Tuple(Action<AbiWriter> write)
    {
        AbiWriter fields = new();
        write(fields);
        return Dynamic(fields.ToArray());
    }

    /// <summary>The encoded arguments.</summary>
    public byte[] ToArray() => Encode([]);

    /// <summary>Call data: the selector of <paramref name="signature"/>, such as <c>transfer(address,uint256)</c>, then the arguments.</summary>
    public byte[] ToCall(string signature) => Encode(AbiSignature.Selector(signature));

    private byte[] Encode(ReadOnlySpan<byte> prefix)
    {
        int head = _slots.Count * Hash32.Size;
        byte[] all = new byte[prefix.Length + head + _slots.Sum(slot => slot.Tail?.Length ?? 0)];
        prefix.CopyTo(all);
        Span<byte> body = all.AsSpan(prefix.Length);
        int at = 0, end = head;
        foreach ((Hash32 word, byte[]? tail) in _slots)
        {
            (tail is null ? word : AbiWord.Of((UInt128)end)).CopyTo(body[at..]);
            at += Hash32.Size;
            tail?.CopyTo(body[end..]);
            end += tail?.Length ?? 0;
        }
        return all;
    }

    private AbiWriter Dynamic(byte[] tail)
    {
        _slots.Add((default, tail));
        return this;
    }
}

/// <summary>One 32-byte word of the ABI.</summary>
public static class AbiWord
{
    /// <summary>An unsigned number, zeros in front.</summary>
    public static Hash32 Of(UInt128 value)
    {
        Span<byte> word = stackalloc byte[Hash32.Size];
        Write(word, value);
        return new Hash32(word);
    }

    /// <summary>An unsigned number, zeros in front.</summary>
    /// <exception cref="OverflowException">The value is negative or wider than 256 bits.</exception>
    public static Hash32 Of(BigInteger value)
    {
        int length = value.Sign < 0 ? Hash32.Size + 1 : value.GetByteCount(isUnsigned: true);
        if (length > Hash32.Size)
            throw new OverflowException($"{value} does not fit an unsigned word of 256 bits.");
        Span<byte> word = stackalloc byte[Hash32.Size];
        word.Clear();
        value.TryWriteBytes(word[(Hash32.Size - length)..], out _, isUnsigned: true, isBigEndian: true);
        return new Hash32(word);
    }

    /// <summary>A signed number, its sign in front.</summary>
    public static Hash32 OfSigned(long value)
    {
        Span<byte> word = stackalloc byte[Hash32.Size];
        WriteSigned(word, value);
        return new Hash32(word);
    }

    /// <summary>Writes an unsigned number into the first 32 bytes of <paramref name="word"/>.</summary>
    public static void Write(Span<byte> word, UInt128 value)
    {
        word[..16].Clear();
        BinaryPrimitives.WriteUInt128BigEndian(word[16..], value);
    }

    /// <summary>Writes a signed number into the first 32 bytes of <paramref name="word"/>; a zero-padded negative would make the callee revert.</summary>
    public static void WriteSigned(Span<byte> word, long value)
    {
        word[..16].Fill(value < 0 ? (byte)0xff : (byte)0);
        BinaryPrimitives.WriteInt128BigEndian(word[16..], value);
    }
}

/// <summary>Names of functions, errors and events as the EVM knows them.</summary>
public static class AbiSignature
{
    /// <summary>The first four bytes of the signature's hash, in front of calls and custom errors.</summary>
    public static byte[] Selector(string signature) => Keccak256.Hash(signature).ToArray()[..4];

    /// <summary>The signature's whole hash, first topic of an event.</summary>
    public static Hash32 Topic(string signature) => Keccak256.Hash(signature);
}
