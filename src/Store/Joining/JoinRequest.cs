using System.Security.Cryptography;
using System.Text;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Joining;

/// <summary>The body of <c>POST join</c> as it arrives.</summary>
internal sealed record JoinBody(
    string Invitation, string Gateway, string DeviceX, string DeviceY, string MemberX, string MemberY, string Account, ulong Nonce, ulong Deadline,
    string DeviceSignature, string MemberSignature);

/// <summary>A join that can be read and whose two signatures are good.</summary>
/// <param name="InvitationHash">What is stored of the invitation.</param>
/// <param name="Gateway">The name that the gateway wants.</param>
/// <param name="DeviceKey">The gateway's key.</param>
/// <param name="MemberKey">The member's key.</param>
/// <param name="Account">The member's account, deployed or not.</param>
/// <param name="Nonce">How often the device was claimed before.</param>
/// <param name="Deadline">Household time until which the chain takes the claim.</param>
/// <param name="DeviceSignature">The device's word.</param>
/// <param name="MemberSignature">The member's word.</param>
/// <param name="Attempt">Hash over all of it: the same claim again is the same transaction.</param>
internal sealed record JoinRequest(
    byte[] InvitationHash, GatewayId Gateway, P256PublicKey DeviceKey, P256PublicKey MemberKey, AccountAddress Account, ulong Nonce, DateTimeOffset Deadline,
    P256Signature DeviceSignature, P256Signature MemberSignature, Hash32 Attempt)
{
    /// <summary>Hash over invitation, name and keys: a claim that was signed again is still the same join, with the same answer.</summary>
    public Hash32 Id { get; } = new(SHA256.HashData((byte[])
    [
        .. InvitationHash, .. Encoding.UTF8.GetBytes(Gateway.Value), 0, .. DeviceKey.X.ToArray(), .. DeviceKey.Y.ToArray(), .. MemberKey.X.ToArray(), .. MemberKey.Y.ToArray(),
    ]));

    /// <summary>The device: the hash of its key.</summary>
    public DeviceId Device => DeviceKey.ToDeviceId();

    /// <summary>The owner that the account answers to: the hash of the member's key.</summary>
    public Hash32 Owner => MemberKey.ToDeviceId().Value;

    /// <summary>Reads the body and checks both signatures over the claim.</summary>
    /// <exception cref="Refusal">A field is missing or wrong, or a signature is not its key's.</exception>
    public static JoinRequest Parse(JoinBody body, ContractSet contracts)
    {
        try
        {
            JoinRequest request = new(
                Invitations.HashOf(body.Invitation ?? ""), new GatewayId(body.Gateway), new P256PublicKey(Word(body.DeviceX), Word(body.DeviceY)),
                new P256PublicKey(Word(body.MemberX), Word(body.MemberY)), AccountAddress.Parse(body.Account), body.Nonce,
                DateTimeOffset.FromUnixTimeSeconds(checked((long)Math.Min(body.Deadline, MostSeconds))),
                Signature(body.DeviceSignature), Signature(body.MemberSignature), HashOf(body));
            request.RequireSignatures(contracts);
            return request;
        }
        catch (FormatException error)
        {
            throw Refusal.Malformed(error.Message);
        }
    }

    private const ulong MostSeconds = 253_402_300_799; // 9999-12-31T23:59:59Z

    private void RequireSignatures(ContractSet contracts)
    {
        Hash32 digest = contracts.DevicesDomain.Digest(TypedMessages.DeviceClaim(Device, Account, Nonce, Deadline));
        if (!P256.Verify(DeviceKey, digest, DeviceSignature))
            throw new Refusal(400, "bad_device_signature", "The device's signature is not over this claim.", "Sign DeviceClaim for the contract 'devices' of GET cooperative, low s.");
        if (!P256.Verify(MemberKey, digest, MemberSignature))
            throw new Refusal(400, "bad_member_signature", "The member's signature is not over this claim.", "Sign DeviceClaim for the contract 'devices' of GET cooperative, low s.");
    }

    private static Hash32 Word(string? text) => Hash32.Parse(text ?? "");

    private static P256Signature Signature(string? text)
    {
        Span<byte> rs = stackalloc byte[2 * Hash32.Size];
        return Hex.TryDecode(text, rs)
            ? new P256Signature(new Hash32(rs[..Hash32.Size]), new Hash32(rs[Hash32.Size..]))
            : throw new FormatException($"'{text}' is not a signature: 0x and 128 hexadecimal digits (r, s) are expected.");
    }

    private static Hash32 HashOf(JoinBody body) => new(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n',
        Convert.ToHexStringLower(Invitations.HashOf(body.Invitation ?? "")), body.Gateway, body.DeviceX, body.DeviceY, body.MemberX, body.MemberY, body.Account,
        body.Nonce, body.Deadline, body.DeviceSignature, body.MemberSignature).ToUpperInvariant())));
}
