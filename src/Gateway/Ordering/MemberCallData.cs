using PantryChain.Domain.Identity;
using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Ordering;

/// <summary>Reads what a kept call of <c>execute(address,uint256,bytes,uint256,uint64,...)</c> holds.</summary>
internal static class MemberCallData
{
    private const int Selector = 4, NonceAt = 3, InnerAt = 2; // words behind the selector

    /// <summary>The account's nonce and what the account calls; false for bytes that are no such call.</summary>
    public static bool TryRead(byte[] data, out ulong nonce, out ReadOnlyMemory<byte> inner)
    {
        (nonce, inner) = (0, default);
        if (data.Length < Selector + 9 * Hash32.Size)
            return false;
        try
        {
            nonce = new AbiReader(Word(data, NonceAt)).Unsigned64();
            int start = Selector + (int)new AbiReader(Word(data, InnerAt)).Unsigned32();
            int length = (int)new AbiReader(data.AsMemory(start, Hash32.Size)).Unsigned32();
            inner = data.AsMemory(start + Hash32.Size, length);
            return true;
        }
        catch (Exception error) when (error is FormatException or ArgumentOutOfRangeException or OverflowException)
        {
            return false;
        }
    }

    private static ReadOnlyMemory<byte> Word(byte[] data, int index) => data.AsMemory(Selector + index * Hash32.Size, Hash32.Size);
}
