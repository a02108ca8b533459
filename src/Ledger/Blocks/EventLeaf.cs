using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Blocks;

/// <summary>What a contract sees of an event when its leaf is opened: the day and the count, never the minute or the level.</summary>
/// <remarks>
/// Types in order: <c>uint64 seq, uint32 day, uint16 slot, uint64 gtin, uint8 kind, uint32 cycle, bytes32 orderId, bytes32 rest</c>
/// (protocol, "Chain of things").
/// </remarks>
/// <param name="Seq">Journal number.</param>
/// <param name="Day">Household day.</param>
/// <param name="Slot">The slot, or 0.</param>
/// <param name="Gtin">The product, or none.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Cycle">Packs used up so far.</param>
/// <param name="Order">The order of a delivery, or none.</param>
/// <param name="Rest">Hash of what stays closed: <c>keccak256(abi.encode(uint64 seenAt, int64 deltaMg, int64 levelMg, bytes32 salt))</c>.</param>
public sealed record EventLeaf(ulong Seq, HouseholdDay Day, SlotId Slot, Gtin Gtin, ThingEventKind Kind, uint Cycle, OrderId Order, Hash32 Rest)
{
    private const int Words = 8;

    /// <summary>The leaf of an event.</summary>
    public static EventLeaf Of(ThingEvent e) => new(e.Seq, e.Day, e.Slot, e.Gtin, e.Kind, e.Cycle, e.Order, RestOf(e));

    /// <summary>The leaf hash of an event.</summary>
    public static Hash32 HashOf(ThingEvent e) => Of(e).Hash();

    /// <summary>The leaf hash: Keccak twice over the ABI encoding, so that no inner node can pass for a leaf (StandardMerkleTree).</summary>
    public Hash32 Hash()
    {
        Span<byte> words = stackalloc byte[Words * Hash32.Size];
        AbiWord.Write(words, Seq);
        AbiWord.Write(words[32..], Day.Number);
        AbiWord.Write(words[64..], Slot.Value);
        AbiWord.Write(words[96..], Gtin.Value);
        AbiWord.Write(words[128..], (byte)Kind);
        AbiWord.Write(words[160..], Cycle);
        Order.Value.CopyTo(words[192..]);
        Rest.CopyTo(words[224..]);
        Keccak256.Hash(words, words);
        return Keccak256.Hash(words[..Hash32.Size]);
    }

    private static Hash32 RestOf(ThingEvent e)
    {
        Span<byte> words = stackalloc byte[4 * Hash32.Size];
        AbiWord.Write(words, checked((ulong)e.SeenAt.ToUnixTimeMilliseconds()));
        AbiWord.WriteSigned(words[32..], e.Delta.Milligrams);
        AbiWord.WriteSigned(words[64..], e.Level.Milligrams);
        e.Salt.CopyTo(words[96..]);
        return Keccak256.Hash(words);
    }
}
