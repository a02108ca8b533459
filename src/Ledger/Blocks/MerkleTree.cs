using PantryChain.Domain.Identity;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Blocks;

/// <summary>A Merkle tree as OpenZeppelin's merkle-tree package builds it and its <c>MerkleProof.verify</c> checks it.</summary>
/// <remarks>
/// Leaf hashes are sorted, siblings are hashed in ascending order, the tree is complete with the leaves at its end. Both conventions share it:
/// <c>StandardMerkleTree</c> takes leaves that are hashed twice (<see cref="EventLeaf"/>), <c>SimpleMerkleTree</c> raw hashes (block hashes).
/// Immutable and thread safe.
/// </remarks>
public sealed class MerkleTree
{
    private readonly Hash32[] _nodes;
    private readonly Dictionary<Hash32, int> _places;

    private MerkleTree(Hash32[] nodes, int leaves)
    {
        _nodes = nodes;
        _places = new Dictionary<Hash32, int>(leaves);
        for (int place = nodes.Length - leaves; place < nodes.Length; place++)
            _places.TryAdd(nodes[place], place);
    }

    /// <summary>The root; zero for a tree without leaves.</summary>
    public Hash32 Root => _nodes.Length == 0 ? Hash32.Zero : _nodes[0];

    /// <summary>Builds the tree over leaf hashes in any order.</summary>
    public static MerkleTree Of(IReadOnlyCollection<Hash32> leaves) => new(Build(leaves), leaves.Count);

    /// <summary>Only the root over leaf hashes in any order; zero for none.</summary>
    public static Hash32 RootOf(IReadOnlyCollection<Hash32> leaves) => leaves.Count == 0 ? Hash32.Zero : Build(leaves)[0];

    /// <summary>The siblings from the leaf up to the root, <see cref="Verify"/>'s second argument.</summary>
    /// <exception cref="KeyNotFoundException">The leaf is not in the tree.</exception>
    public IReadOnlyList<Hash32> Proof(Hash32 leaf)
    {
        if (!_places.TryGetValue(leaf, out int place))
            throw new KeyNotFoundException($"Leaf {leaf} is not in the tree with root {Root}.");
        List<Hash32> proof = [];
        for (; place > 0; place = (place - 1) / 2)
            proof.Add(_nodes[place % 2 == 0 ? place - 1 : place + 1]);
        return proof;
    }

    /// <summary>True when <paramref name="proof"/> leads from <paramref name="leaf"/> to <paramref name="root"/>.</summary>
    public static bool Verify(Hash32 root, IEnumerable<Hash32> proof, Hash32 leaf) => proof.Aggregate(leaf, Pair) == root;

    private static Hash32[] Build(IReadOnlyCollection<Hash32> leaves)
    {
        if (leaves.Count == 0)
            return [];
        Hash32[] nodes = new Hash32[2 * leaves.Count - 1];
        Hash32[] sorted = [.. leaves];
        Array.Sort(sorted);
        for (int i = 0; i < sorted.Length; i++)
            nodes[nodes.Length - 1 - i] = sorted[i];
        for (int i = nodes.Length - sorted.Length - 1; i >= 0; i--)
            nodes[i] = Pair(nodes[2 * i + 1], nodes[2 * i + 2]);
        return nodes;
    }

    private static Hash32 Pair(Hash32 a, Hash32 b) => a.CompareTo(b) < 0 ? Keccak256.Hash(a, b) : Keccak256.Hash(b, a);
}
