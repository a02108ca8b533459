using PantryChain.Domain.Identity;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Contracts;

/// <summary>The sellers that a mandate allows: a StandardMerkleTree over <c>["address"]</c>.</summary>
/// <remarks>Immutable and thread safe.</remarks>
public sealed class SellerList(IReadOnlyCollection<AccountAddress> sellers)
{
    private readonly MerkleTree _tree = MerkleTree.Of([.. sellers.Select(LeafOf)]);

    /// <summary>The mandate's <c>sellersRoot</c>.</summary>
    public Hash32 Root => _tree.Root;

    /// <summary>Proof that a seller is on the list.</summary>
    /// <exception cref="KeyNotFoundException">It is not.</exception>
    public IReadOnlyList<Hash32> Proof(AccountAddress seller) => _tree.Proof(LeafOf(seller));

    private static Hash32 LeafOf(AccountAddress seller) => Keccak256.Hash(Keccak256.Hash(new AbiWriter().Address(seller).ToArray()).ToArray());
}
