using System.Security.Cryptography;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Rewards;

/// <summary>Everything an account ever earned, as it stands in an epoch's root.</summary>
/// <param name="Account">The member's account.</param>
/// <param name="Cumulative">Sum of all rewards so far.</param>
/// <param name="Salt">Keeps the amount from being guessed.</param>
public sealed record RewardLeaf(AccountAddress Account, Bamnamu Cumulative, Hash32 Salt)
{
    /// <summary>Leaf hash, StandardMerkleTree over <c>["address","uint128","bytes32"]</c>.</summary>
    public Hash32 Hash() => Leaves.Twice(new AbiWriter().Address(Account).Unsigned(Cumulative.Units).Word(Salt));
}

/// <summary>The ordering tier of an account, as it stands in an epoch's root: a minimum held, without the amount.</summary>
/// <param name="Account">The member's account.</param>
/// <param name="Tier">The tier, 0 for none.</param>
/// <param name="Epoch">The epoch that it was counted for.</param>
/// <param name="Salt">Keeps the tier from being guessed.</param>
public sealed record StandingLeaf(AccountAddress Account, byte Tier, uint Epoch, Hash32 Salt)
{
    /// <summary>Leaf hash, StandardMerkleTree over <c>["address","uint8","uint32","bytes32"]</c>.</summary>
    public Hash32 Hash() => Leaves.Twice(new AbiWriter().Address(Account).Unsigned(Tier).Unsigned(Epoch).Word(Salt));
}

/// <summary>Salts of leaves, each from the epoch's secret, so that an auditor who is shown the secret recomputes them all.</summary>
public static class LeafSalt
{
    private const byte RewardKind = 1, StandingKind = 2;

    /// <summary>Salt of an account's reward leaf.</summary>
    public static Hash32 Reward(Hash32 epochSecret, AccountAddress account) => Of(epochSecret, account, RewardKind);

    /// <summary>Salt of an account's standing leaf.</summary>
    public static Hash32 Standing(Hash32 epochSecret, AccountAddress account) => Of(epochSecret, account, StandingKind);

    /// <summary><c>HMAC-SHA256(epoch secret, account ‖ kind)</c>: 20 bytes of address, then one byte, 1 for reward and 2 for standing.</summary>
    private static Hash32 Of(Hash32 epochSecret, AccountAddress account, byte kind) =>
        new(HMACSHA256.HashData(epochSecret.ToArray(), (byte[])[.. account.ToArray(), kind]));
}

/// <summary>The StandardMerkleTree leaf hash.</summary>
internal static class Leaves
{
    public static Hash32 Twice(AbiWriter fields) => Keccak256.Hash(Keccak256.Hash(fields.ToArray()).ToArray());
}
