using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Blocks;

/// <summary>A block's identity: its EIP-712 struct hash.</summary>
public static class BlockHash
{
    /// <summary>The type string that devices sign (protocol, "Identity and keys").</summary>
    public const string Type = "ThingBlock(bytes32 device,uint64 height,bytes32 parent,uint64 fromSeq,uint64 toSeq,uint32 day,"
        + "bytes32 eventsRoot,uint32 uses,uint32 confirmations,uint32 deviations)";

    private static readonly Hash32 TypeHash = Keccak256.Hash(Type);

    /// <summary>The struct hash: the next block's parent, and a leaf of the anchored root.</summary>
    public static Hash32 Of(ThingBlock block) => Keccak256.Hash(new AbiWriter().Word(TypeHash)
        .Word(block.Device.Value).Unsigned(block.Height).Word(block.Parent).Unsigned(block.FromSeq).Unsigned(block.ToSeq)
        .Unsigned(block.Day.Number).Word(block.EventsRoot).Unsigned(block.Uses).Unsigned(block.Confirmations).Unsigned(block.Deviations).ToArray());
}

/// <summary>What an order's one device signature covers besides its terms.</summary>
public static class Evidence
{
    /// <summary><c>keccak256(leaf hash ‖ block hash ‖ anchored root)</c>.</summary>
    public static Hash32 Of(Hash32 leaf, Hash32 block, Hash32 anchoredRoot) =>
        Keccak256.Hash([.. leaf.ToArray(), .. block.ToArray(), .. anchoredRoot.ToArray()]);
}
