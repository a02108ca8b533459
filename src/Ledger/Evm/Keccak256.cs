using System.Buffers.Binary;
using PantryChain.Domain.Identity;
using static System.Numerics.BitOperations;

namespace PantryChain.Ledger.Evm;

/// <summary>Keccak-256 as the EVM has it: the sponge of FIPS 202 with rate 136, and padding 0x01 where SHA3-256 has 0x06.</summary>
/// <remarks>Pure, allocation free, thread safe. Source: The Keccak reference 3.0, §1.2 (permutation) and §1.1.2 (multi-rate padding).</remarks>
public static class Keccak256
{
    private const int Rate = 136; // bytes: 1600 bits of state less twice the 256 bits of output

    private static ReadOnlySpan<ulong> RoundConstants =>
    [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000, 0x000000000000808B, 0x0000000080000001,
        0x8000000080008081, 0x8000000000008009, 0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
        0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
        0x000000000000800A, 0x800000008000000A, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    /// <summary>The digest of <paramref name="data"/>.</summary>
    public static Hash32 Hash(ReadOnlySpan<byte> data)
    {
        Span<byte> digest = stackalloc byte[Hash32.Size];
        Hash(data, digest);
        return new Hash32(digest);
    }

    /// <summary>The digest of two hashes side by side, 64 bytes.</summary>
    public static Hash32 Hash(Hash32 left, Hash32 right)
    {
        Span<byte> pair = stackalloc byte[2 * Hash32.Size];
        left.CopyTo(pair);
        right.CopyTo(pair[Hash32.Size..]);
        return Hash(pair);
    }

    /// <summary>The digest of a text's UTF-8 bytes.</summary>
    public static Hash32 Hash(string text) => Hash(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Writes the digest of <paramref name="data"/> into the first 32 bytes of <paramref name="digest"/>; the two may overlap.</summary>
    public static void Hash(ReadOnlySpan<byte> data, Span<byte> digest)
    {
        Span<ulong> state = stackalloc ulong[25];
        state.Clear();
        for (; data.Length >= Rate; data = data[Rate..])
            Absorb(state, data[..Rate]);

        Span<byte> last = stackalloc byte[Rate];
        last.Clear();
        data.CopyTo(last);
        last[data.Length] = 0x01;
        last[Rate - 1] |= 0x80;
        Absorb(state, last);

        for (int i = 0; i < Hash32.Size / sizeof(ulong); i++)
            BinaryPrimitives.WriteUInt64LittleEndian(digest[(i * sizeof(ulong))..], state[i]);
    }

    private static void Absorb(Span<ulong> state, ReadOnlySpan<byte> block)
    {
        for (int i = 0; i < Rate / sizeof(ulong); i++)
            state[i] ^= BinaryPrimitives.ReadUInt64LittleEndian(block[(i * sizeof(ulong))..]);
        Permute(state);
    }

    /// <summary>Keccak-f[1600]: 24 rounds, lane (x, y) in <c>a[x + 5y]</c>, unrolled into locals so that the lanes stay in registers.</summary>
    private static void Permute(Span<ulong> state)
    {
        ulong a00 = state[0], a01 = state[1], a02 = state[2], a03 = state[3], a04 = state[4];
        ulong a05 = state[5], a06 = state[6], a07 = state[7], a08 = state[8], a09 = state[9];
        ulong a10 = state[10], a11 = state[11], a12 = state[12], a13 = state[13], a14 = state[14];
        ulong a15 = state[15], a16 = state[16], a17 = state[17], a18 = state[18], a19 = state[19];
        ulong a20 = state[20], a21 = state[21], a22 = state[22], a23 = state[23], a24 = state[24];

        foreach (ulong roundConstant in RoundConstants)
        {
            // theta
            ulong c0 = a00 ^ a05 ^ a10 ^ a15 ^ a20;
            ulong c1 = a01 ^ a06 ^ a11 ^ a16 ^ a21;
            ulong c2 = a02 ^ a07 ^ a12 ^ a17 ^ a22;
            ulong c3 = a03 ^ a08 ^ a13 ^ a18 ^ a23;
            ulong c4 = a04 ^ a09 ^ a14 ^ a19 ^ a24;
            ulong d0 = c4 ^ RotateLeft(c1, 1);
            ulong d1 = c0 ^ RotateLeft(c2, 1);
            ulong d2 = c1 ^ RotateLeft(c3, 1);
            ulong d3 = c2 ^ RotateLeft(c4, 1);
            ulong d4 = c3 ^ RotateLeft(c0, 1);

            // rho and pi
            ulong b00 = a00 ^ d0;
            ulong b01 = RotateLeft(a06 ^ d1, 44);
            ulong b02 = RotateLeft(a12 ^ d2, 43);
            ulong b03 = RotateLeft(a18 ^ d3, 21);
            ulong b04 = RotateLeft(a24 ^ d4, 14);
            ulong b05 = RotateLeft(a03 ^ d3, 28);
            ulong b06 = RotateLeft(a09 ^ d4, 20);
            ulong b07 = RotateLeft(a10 ^ d0, 3);
            ulong b08 = RotateLeft(a16 ^ d1, 45);
            ulong b09 = RotateLeft(a22 ^ d2, 61);
            ulong b10 = RotateLeft(a01 ^ d1, 1);
            ulong b11 = RotateLeft(a07 ^ d2, 6);
            ulong b12 = RotateLeft(a13 ^ d3, 25);
            ulong b13 = RotateLeft(a19 ^ d4, 8);
            ulong b14 = RotateLeft(a20 ^ d0, 18);
            ulong b15 = RotateLeft(a04 ^ d4, 27);
            ulong b16 = RotateLeft(a05 ^ d0, 36);
            ulong b17 = RotateLeft(a11 ^ d1, 10);
            ulong b18 = RotateLeft(a17 ^ d2, 15);
            ulong b19 = RotateLeft(a23 ^ d3, 56);
            ulong b20 = RotateLeft(a02 ^ d2, 62);
            ulong b21 = RotateLeft(a08 ^ d3, 55);
            ulong b22 = RotateLeft(a14 ^ d4, 39);
            ulong b23 = RotateLeft(a15 ^ d0, 41);
            ulong b24 = RotateLeft(a21 ^ d1, 2);

            // chi and iota
            a00 = b00 ^ (~b01 & b02) ^ roundConstant; a01 = b01 ^ (~b02 & b03); a02 = b02 ^ (~b03 & b04);
            a03 = b03 ^ (~b04 & b00); a04 = b04 ^ (~b00 & b01);
            a05 = b05 ^ (~b06 & b07); a06 = b06 ^ (~b07 & b08); a07 = b07 ^ (~b08 & b09);
            a08 = b08 ^ (~b09 & b05); a09 = b09 ^ (~b05 & b06);
            a10 = b10 ^ (~b11 & b12); a11 = b11 ^ (~b12 & b13); a12 = b12 ^ (~b13 & b14);
            a13 = b13 ^ (~b14 & b10); a14 = b14 ^ (~b10 & b11);
            a15 = b15 ^ (~b16 & b17); a16 = b16 ^ (~b17 & b18); a17 = b17 ^ (~b18 & b19);
            a18 = b18 ^ (~b19 & b15); a19 = b19 ^ (~b15 & b16);
            a20 = b20 ^ (~b21 & b22); a21 = b21 ^ (~b22 & b23); a22 = b22 ^ (~b23 & b24);
            a23 = b23 ^ (~b24 & b20); a24 = b24 ^ (~b20 & b21);
        }

        state[0] = a00; state[1] = a01; state[2] = a02; state[3] = a03; state[4] = a04;
        state[5] = a05; state[6] = a06; state[7] = a07; state[8] = a08; state[9] = a09;
        state[10] = a10; state[11] = a11; state[12] = a12; state[13] = a13; state[14] = a14;
        state[15] = a15; state[16] = a16; state[17] = a17; state[18] = a18; state[19] = a19;
        state[20] = a20; state[21] = a21; state[22] = a22; state[23] = a23; state[24] = a24;
    }
}
