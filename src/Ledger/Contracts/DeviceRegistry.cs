using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Contracts;

/// <summary>What the cooperative's attestor says a device is; the numbers are the contract's.</summary>
public enum DeviceKind : byte
{
    /// <summary>The key lies in a file.</summary>
    Software = 0,

    /// <summary>The key lies in a secure element.</summary>
    SecureElement = 1,

    /// <summary>There is no scale behind it: earns on a rehearsal chain only.</summary>
    Simulated = 2,
}

/// <summary>A device as the registry knows it.</summary>
/// <param name="Account">The account it speaks for; zero when it never did, was revoked or is banned.</param>
/// <param name="ClaimedAt">Start of its warm-up, or null.</param>
/// <param name="Kind">What the attestor said.</param>
/// <param name="Weight">Share of full points that it earns.</param>
/// <param name="Nonce">The nonce that its next claim signs.</param>
public sealed record DeviceOnChain(AccountAddress Account, DateTimeOffset? ClaimedAt, DeviceKind Kind, BasisPoints Weight, ulong Nonce);

/// <summary>A device's claim with both keys' signatures over one digest.</summary>
/// <param name="Account">The member's account.</param>
/// <param name="Nonce">The registry's <c>nonces(device)</c>.</param>
/// <param name="Deadline">Household time until which it may be brought; whole seconds.</param>
/// <param name="DeviceKey">The device's public key.</param>
/// <param name="DeviceSignature">Its signature.</param>
/// <param name="MemberKey">The member's public key.</param>
/// <param name="MemberSignature">Its signature.</param>
public sealed record DeviceClaim(
    AccountAddress Account, ulong Nonce, DateTimeOffset Deadline, P256PublicKey DeviceKey, P256Signature DeviceSignature,
    P256PublicKey MemberKey, P256Signature MemberSignature)
{
    /// <summary>Signs a claim with both keys.</summary>
    public static DeviceClaim Sign(Eip712Domain devices, P256Key device, P256Key member, AccountAddress account, ulong nonce, DateTimeOffset deadline)
    {
        Hash32 digest = devices.Digest(TypedMessages.DeviceClaim(device.Device, account, nonce, deadline));
        return new DeviceClaim(account, nonce, deadline, device.PublicKey, device.Sign(digest), member.PublicKey, member.Sign(digest));
    }

    /// <summary>True when both keys signed this very claim; whether the member owns the account only the chain knows.</summary>
    public bool IsSigned(Eip712Domain devices)
    {
        Hash32 digest = devices.Digest(TypedMessages.DeviceClaim(DeviceKey.ToDeviceId(), Account, Nonce, Deadline));
        return P256.Verify(DeviceKey, digest, DeviceSignature) && P256.Verify(MemberKey, digest, MemberSignature);
    }
}

/// <summary>Which device speaks for which account: <c>DeviceRegistry</c>.</summary>
/// <remarks>Builders are pure; reads go to the node. Thread safe.</remarks>
public sealed class DeviceRegistry(IEvmClient client, ContractSet contracts)
{
    private static readonly byte[] RevokeSelector = AbiSignature.Selector("revoke(bytes32)");

    /// <summary>Ties a device to an account. Anybody may send it.</summary>
    public EvmCall Claim(DeviceClaim claim) => new(contracts.Devices, new AbiWriter()
        .Address(claim.Account).Time(claim.Deadline).Signature(claim.DeviceKey, claim.DeviceSignature).Signature(claim.MemberKey, claim.MemberSignature)
        .ToCall($"claim(address,uint64,{AbiStructs.KeySignature},{AbiStructs.KeySignature})"));

    /// <summary>Says what a device is. The attestor sends it.</summary>
    public EvmCall Attest(DeviceId device, DeviceKind kind) =>
        new(contracts.Devices, new AbiWriter().Word(device.Value).Unsigned((byte)kind).ToCall("attest(bytes32,uint8)"));

    /// <summary>Lets a device go. Its account calls it.</summary>
    public EvmCall Revoke(DeviceId device) => new(contracts.Devices, new AbiWriter().Word(device.Value).ToCall("revoke(bytes32)"));

    /// <summary>True for call data that lets a device go.</summary>
    public static bool IsRevoke(ReadOnlySpan<byte> data) => data.StartsWith(RevokeSelector);

    /// <summary>Everything the registry knows of a device.</summary>
    public async Task<DeviceOnChain> DeviceAsync(DeviceId device, CancellationToken cancellation) => new(
        await ReadAsync(device, "accountOf(bytes32)", answer => answer.Address(), cancellation),
        await ReadAsync(device, "claimedAt(bytes32)", AbiStructs.ReadTime, cancellation) is var at && at == DateTimeOffset.UnixEpoch ? null : at,
        (DeviceKind)await ReadAsync(device, "kindOf(bytes32)", answer => answer.Unsigned8(), cancellation),
        await ReadAsync(device, "weightOf(bytes32)", AbiStructs.ReadShare, cancellation),
        await ReadAsync(device, "nonces(bytes32)", answer => answer.Unsigned64(), cancellation));

    /// <summary>For whom a device speaks now (zero: nobody), and when it was banned.</summary>
    public async Task<(AccountAddress Account, DateTimeOffset? BannedAt)> StandingAsync(DeviceId device, CancellationToken cancellation) => (
        await ReadAsync(device, "accountOf(bytes32)", answer => answer.Address(), cancellation),
        await ReadAsync(device, "bannedAt(bytes32)", answer => answer.Unsigned64(), cancellation) is var at && at == 0
            ? null : DateTimeOffset.FromUnixTimeSeconds(checked((long)at)));

    private Task<T> ReadAsync<T>(DeviceId device, string function, Func<AbiReader, T> read, CancellationToken cancellation) =>
        client.ReadAsync(new EvmCall(contracts.Devices, new AbiWriter().Word(device.Value).ToCall(function)), read, cancellation);
}
