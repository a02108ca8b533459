using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Contracts;

/// <summary>What device and member sign to join a store: meant for one store, one invitation, one name and one challenge, and never brought on chain.</summary>
/// <remarks>
/// A claim is public from the moment a transaction carries it, so it proves nothing to a store; this does, because nobody else ever sees it.
/// The address binds it to the store that the gateway spoke to: a store in between can pass a challenge on, but not change where the gateway called.
/// Type string: protocol, "Identity and keys". Pure and thread safe.
/// </remarks>
/// <param name="Store">The address that the gateway called, as <see cref="OriginOf"/> writes it.</param>
/// <param name="Invitation">The invitation's <see cref="InvitationHash"/>.</param>
/// <param name="Gateway">The name that the gateway wants.</param>
/// <param name="Device">The device.</param>
/// <param name="Account">The member's account.</param>
/// <param name="Challenge">32 random bytes that the store gave out for this invitation.</param>
/// <param name="Deadline">Household time until which it may be brought; whole seconds.</param>
public sealed record JoinMessage(
    string Store, Hash32 Invitation, GatewayId Gateway, DeviceId Device, AccountAddress Account, Hash32 Challenge, DateTimeOffset Deadline)
{
    /// <summary>Signed by the device key and the member key, checked by the store alone; the escrow names the set of contracts.</summary>
    public const string Type = "Join(string store,bytes32 invitation,string gateway,bytes32 device,address account,bytes32 challenge,uint64 deadline)";

    private static readonly Hash32 TypeHash = Keccak256.Hash(Type);

    /// <summary>The EIP-712 struct hash.</summary>
    public Hash32 StructHash() => Keccak256.Hash(new AbiWriter()
        .Word(TypeHash).Word(Keccak256.Hash(Store)).Word(Invitation).Word(Keccak256.Hash(Gateway.Value)).Word(Device.Value).Address(Account).Word(Challenge).Time(Deadline).ToArray());

    /// <summary>Signs with both keys.</summary>
    public (P256Signature Device, P256Signature Member) Sign(ContractSet contracts, P256Key device, P256Key member)
    {
        Hash32 digest = contracts.EscrowDomain.Digest(StructHash());
        return (device.Sign(digest), member.Sign(digest));
    }

    /// <summary>True when both keys signed this very message for these contracts.</summary>
    public bool IsSigned(ContractSet contracts, P256PublicKey device, P256Signature byDevice, P256PublicKey member, P256Signature byMember)
    {
        Hash32 digest = contracts.EscrowDomain.Digest(StructHash());
        return P256.Verify(device, digest, byDevice) && P256.Verify(member, digest, byMember);
    }

    /// <summary>An address's scheme, host and port as both sides write them: lower case, host in ASCII without a last dot, the scheme's own port left out.</summary>
    public static string OriginOf(Uri address)
    {
        string host = address.HostNameType == UriHostNameType.IPv6 ? address.Host : address.IdnHost.TrimEnd('.');
        string port = address.IsDefaultPort ? "" : ":" + address.Port.ToString(CultureInfo.InvariantCulture);
        return $"{address.Scheme}://{host}{port}".ToLowerInvariant();
    }

    /// <summary>Hash of an invitation's code: spaces, hyphens and case left aside, and letters that look like digits read as those.</summary>
    public static Hash32 InvitationHash(string code)
    {
        StringBuilder kept = new(code.Length);
        foreach (char letter in code.ToUpperInvariant())
            if (letter is not ('-' or ' '))
                kept.Append(letter switch { 'O' => '0', 'I' or 'L' => '1', _ => letter });
        return new Hash32(SHA256.HashData(Encoding.UTF8.GetBytes(kept.ToString())));
    }
}
