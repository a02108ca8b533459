using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Contracts;

/// <summary>Where the chain of things touches the chain: <c>CotAnchor</c> keeps one Merkle root per batch of blocks.</summary>
/// <remarks>Builders are pure; reads go to the node. Thread safe.</remarks>
public sealed class CotAnchor(IEvmClient client, ContractSet contracts)
{
    /// <summary>Anchors a batch of <paramref name="count"/> blocks. The anchorer sends it; a root is anchored once.</summary>
    public EvmCall Anchor(Hash32 root, uint count) => new(contracts.Anchor, new AbiWriter().Word(root).Unsigned(count).ToCall("anchor(bytes32,uint32)"));

    /// <summary>Proves that a device signed two blocks at one height, and bans it. Anybody may send it.</summary>
    public EvmCall ReportEquivocation(SealedBlock first, SealedBlock second) => new(contracts.Anchor, new AbiWriter()
        .Block(first.Block).Signature(first.Key, first.Signature).Block(second.Block).Signature(second.Key, second.Signature)
        .ToCall($"reportEquivocation({AbiStructs.BlockTuple},{AbiStructs.KeySignature},{AbiStructs.BlockTuple},{AbiStructs.KeySignature})"));

    /// <summary>True once the root is anchored.</summary>
    public Task<bool> IsAnchoredAsync(Hash32 root, CancellationToken cancellation) => client.ReadAsync(
        new EvmCall(contracts.Anchor, new AbiWriter().Word(root).ToCall("isAnchored(bytes32)")), answer => answer.Bool(), cancellation);
}
