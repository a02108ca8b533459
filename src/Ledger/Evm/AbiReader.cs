using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using PantryChain.Domain.Identity;

namespace PantryChain.Ledger.Evm;

/// <summary>Reads values in order from ABI-encoded return data, log data or arguments.</summary>
/// <remarks>Every read is checked: a short answer, an offset that points outside or a number too wide for its type throws. Not thread safe.</remarks>
public sealed class AbiReader
{
    private readonly ReadOnlyMemory<byte> _data;
    private int _at;

    /// <summary>Reads from the start of <paramref name="data"/>; offsets inside it count from there too.</summary>
    public AbiReader(ReadOnlyMemory<byte> data) => _data = data;

    /// <summary>A <c>bytes32</c>, or any word as it stands.</summary>
    /// <exception cref="FormatException">The data ends before.</exception>
    public Hash32 Word()
    {
        Hash32 word = new(Slice(_at, Hash32.Size).Span);
        _at += Hash32.Size;
        return word;
    }

    /// <summary>An unsigned integer up to 128 bits.</summary>
    /// <exception cref="FormatException">The number is wider.</exception>
    public UInt128 Unsigned()
    {
        ReadOnlySpan<byte> word = Word().ToArray();
        return word[..16].ContainsAnyExcept((byte)0)
            ? throw new FormatException("A number in the answer is wider than 128 bits.")
            : BinaryPrimitives.ReadUInt128BigEndian(word[16..]);
    }

    /// <summary>An unsigned integer up to 64 bits.</summary>
    /// <exception cref="FormatException">The number is wider.</exception>
    public ulong Unsigned64() => Narrow<ulong>(ulong.MaxValue);

    /// <summary>An unsigned integer up to 32 bits.</summary>
    /// <exception cref="FormatException">The number is wider.</exception>
    public uint Unsigned32() => Narrow<uint>(uint.MaxValue);

    /// <summary>An unsigned integer up to 16 bits.</summary>
    /// <exception cref="FormatException">The number is wider.</exception>
    public ushort Unsigned16() => Narrow<ushort>(ushort.MaxValue);

    /// <summary>An unsigned integer up to 8 bits, or an enum.</summary>
    /// <exception cref="FormatException">The number is wider.</exception>
    public byte Unsigned8() => Narrow<byte>(byte.MaxValue);

    /// <summary>An unsigned integer of 256 bits.</summary>
    public BigInteger Unsigned256() => new(Word().ToArray(), isUnsigned: true, isBigEndian: true);

    /// <summary>A signed integer up to 64 bits.</summary>
    /// <exception cref="FormatException">The number is wider.</exception>
    public long Signed()
    {
        BigInteger value = new(Word().ToArray(), isUnsigned: false, isBigEndian: true);
        return value >= long.MinValue && value <= long.MaxValue ? (long)value : throw new FormatException("A number in the answer is wider than 64 bits.");
    }

    /// <summary>A <c>bool</c>.</summary>
    /// <exception cref="FormatException">The word is neither 0 nor 1.</exception>
    public bool Bool() => Narrow<byte>(1) == 1;

    /// <summary>An <c>address</c>.</summary>
    /// <exception cref="FormatException">The word has something in front of the 20 bytes.</exception>
    public AccountAddress Address()
    {
        ReadOnlySpan<byte> word = Word().ToArray();
        return word[..(Hash32.Size - AccountAddress.Size)].ContainsAnyExcept((byte)0)
            ? throw new FormatException("A word in the answer is not an address.")
            : new AccountAddress(word[(Hash32.Size - AccountAddress.Size)..]);
    }

    /// <summary>A dynamic <c>bytes</c>.</summary>
    /// <exception cref="FormatException">Offset or length point outside the data.</exception>
    public byte[] Bytes()
    {
        AbiReader tail = Tuple();
        return tail.Slice(Hash32.Size, tail.Length()).ToArray();
    }

    /// <summary>A <c>string</c>.</summary>
    /// <exception cref="FormatException">Offset or length point outside the data.</exception>
    public string Text() => Encoding.UTF8.GetString(Bytes());

    /// <summary>A <c>bytes32[]</c>.</summary>
    /// <exception cref="FormatException">Offset or length point outside the data.</exception>
    public IReadOnlyList<Hash32> Words() => Array(static reader => reader.Word());

    /// <summary>A dynamic array; <paramref name="read"/> reads one element.</summary>
    /// <exception cref="FormatException">Offset or length point outside the data.</exception>
    public IReadOnlyList<T> Array<T>(Func<AbiReader, T> read)
    {
        AbiReader tail = Tuple();
        int count = tail.Length();
        AbiReader elements = new(tail._data[Hash32.Size..]);
        if (count > elements._data.Length / Hash32.Size)
            throw Outside();
        List<T> values = new(count);
        for (int i = 0; i < count; i++)
            values.Add(read(elements));
        return values;
    }

    /// <summary>A dynamic tuple: a reader of its own at the offset that stands here.</summary>
    /// <exception cref="FormatException">The offset points outside the data.</exception>
    public AbiReader Tuple()
    {
        int offset = Length();
        return new AbiReader(Slice(offset, _data.Length - Math.Min(offset, _data.Length)));
    }

    private int Length() => Unsigned() is var length && length <= (UInt128)_data.Length ? (int)length : throw Outside();

    private T Narrow<T>(T largest) where T : INumber<T> =>
        Unsigned() is var value && value <= UInt128.CreateChecked(largest) ? T.CreateChecked(value) : throw new FormatException($"A number in the answer is above {largest}.");

    private ReadOnlyMemory<byte> Slice(int start, int length) =>
        start >= 0 && length >= 0 && (long)start + length <= _data.Length ? _data.Slice(start, length) : throw Outside();

    private static FormatException Outside() => new("The answer ends before its last value: is the contract at this address the one that is meant?");
}
