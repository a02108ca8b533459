using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Tests.Evm;

public sealed class Keccak256Specs
{
    [Theory]
    [InlineData("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")] // Keccak team, ShortMsgKAT_256, length 0
    [InlineData("cc", "eead6dbfc7340a56caedc044696a168870549a6a7f6f56961e84a54bd9970b8a")] // ShortMsgKAT_256, length 8
    [InlineData("616263", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")] // "abc"
    [InlineData("5472616e7366657228616464726573732c616464726573732c75696e7432353629", "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")] // "Transfer(address,address,uint256)"
    public void Published_digests_come_out(string message, string digest) =>
        Keccak256.Hash(Convert.FromHexString(message)).Should().Be(Hash32.Parse(digest));

    [Theory]
    [InlineData(135)]
    [InlineData(136)]
    [InlineData(137)]
    [InlineData(271)]
    [InlineData(272)]
    [InlineData(1000)]
    public void Block_borders_are_padded_as_the_definition_says(int length)
    {
        byte[] message = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7 % 251))];

        Hash32 digest = Keccak256.Hash(message);

        digest.Should().Be(ReferenceKeccak.Hash(message));
    }

    [Fact]
    public void Any_message_gets_the_digest_of_the_definition() =>
        Prop.ForAll(Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf().ToArbitrary(), message => Keccak256.Hash(message) == ReferenceKeccak.Hash(message))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Input_and_output_may_overlap()
    {
        byte[] buffer = Encoding.ASCII.GetBytes("the output overwrites the input, which is longer than it");
        Hash32 expected = Keccak256.Hash(buffer);

        Keccak256.Hash(buffer, buffer);

        new Hash32(buffer.AsSpan(0, Hash32.Size)).Should().Be(expected);
    }
}

/// <summary>Keccak-256 written from the definition, lane by lane and bit by bit (Keccak reference §1.2), to compare the unrolled one with.</summary>
internal static class ReferenceKeccak
{
    public static Hash32 Hash(byte[] message)
    {
        byte[] padded = [.. message, .. new byte[136 - message.Length % 136]];
        padded[message.Length] = 1;
        padded[^1] |= 0x80;
        ulong[,] lanes = new ulong[5, 5];
        for (int block = 0; block < padded.Length; block += 136)
        {
            for (int i = 0; i < 17; i++)
                lanes[i % 5, i / 5] ^= BitConverter.ToUInt64(padded, block + 8 * i);
            Permute(lanes);
        }
        return new Hash32([.. Enumerable.Range(0, 4).SelectMany(i => BitConverter.GetBytes(lanes[i, 0]))]);
    }

    private static void Permute(ulong[,] a)
    {
        byte register = 1;
        for (int round = 0; round < 24; round++)
        {
            ulong[] c = [.. Enumerable.Range(0, 5).Select(x => a[x, 0] ^ a[x, 1] ^ a[x, 2] ^ a[x, 3] ^ a[x, 4])];
            ulong[,] b = new ulong[5, 5];
            for (int x = 0; x < 5; x++)
                for (int y = 0; y < 5; y++)
                    a[x, y] ^= c[(x + 4) % 5] ^ ulong.RotateLeft(c[(x + 1) % 5], 1);
            b[0, 0] = a[0, 0];
            (int px, int py) = (1, 0);
            for (int t = 0; t < 24; t++)
            {
                b[py, (2 * px + 3 * py) % 5] = ulong.RotateLeft(a[px, py], (t + 1) * (t + 2) / 2 % 64);
                (px, py) = (py, (2 * px + 3 * py) % 5);
            }
            for (int x = 0; x < 5; x++)
                for (int y = 0; y < 5; y++)
                    a[x, y] = b[x, y] ^ (~b[(x + 1) % 5, y] & b[(x + 2) % 5, y]);
            for (int j = 0; j <= 6; j++)
            {
                if ((register & 1) != 0)
                    a[0, 0] ^= 1UL << ((1 << j) - 1);
                register = unchecked((byte)((register << 1) ^ ((register & 0x80) != 0 ? 0x71 : 0))); // LFSR x^8 + x^6 + x^5 + x^4 + 1
            }
        }
    }
}
