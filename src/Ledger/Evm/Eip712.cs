using PantryChain.Domain.Identity;

namespace PantryChain.Ledger.Evm;

/// <summary>Who a typed signature is meant for: <c>EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)</c>.</summary>
/// <remarks>Immutable and thread safe; the separator is computed once. Source: EIP-712.</remarks>
public sealed class Eip712Domain
{
    private static readonly Hash32 TypeHash = Keccak256.Hash("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    /// <summary>A domain with all four fields.</summary>
    public Eip712Domain(string name, string version, ulong chainId, AccountAddress verifyingContract)
    {
        (ChainId, VerifyingContract) = (chainId, verifyingContract);
        Separator = Keccak256.Hash(new AbiWriter().Word(TypeHash).Word(Keccak256.Hash(name)).Word(Keccak256.Hash(version))
            .Unsigned(chainId).Address(verifyingContract).ToArray());
    }

    /// <summary>The chain whose contracts accept the signature.</summary>
    public ulong ChainId { get; }

    /// <summary>The contract that checks the signature.</summary>
    public AccountAddress VerifyingContract { get; }

    /// <summary>The domain's struct hash.</summary>
    public Hash32 Separator { get; }

    /// <summary>The protocol's domain, name <c>PantryChain</c> and version <c>1</c>, for the contract that checks the signature.</summary>
    public static Eip712Domain PantryChain(ulong chainId, AccountAddress verifyingContract) => new("PantryChain", "1", chainId, verifyingContract);

    /// <summary>What is signed: <c>keccak256(0x19 0x01 ‖ separator ‖ struct hash)</c>.</summary>
    public Hash32 Digest(Hash32 structHash)
    {
        Span<byte> message = stackalloc byte[2 + 2 * Hash32.Size];
        (message[0], message[1]) = (0x19, 0x01);
        Separator.CopyTo(message[2..]);
        structHash.CopyTo(message[(2 + Hash32.Size)..]);
        return Keccak256.Hash(message);
    }
}
