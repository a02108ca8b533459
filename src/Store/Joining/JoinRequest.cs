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
/// <param name="Claim">The device's claim with both signatures.</param>
/// <param name="Attempt">Hash over all of it: the same claim again is the same transaction.</param>
internal sealed record JoinRequest(byte[] InvitationHash, GatewayId Gateway, DeviceClaim Claim, Hash32 Attempt)
{
    private const ulong MostSeconds = 253_402_300_799; // 9999-12-31T23:59:59Z

    /// <summary>Hash over invitation, name and keys: a claim that was signed again is still the same join, with the same answer.</summary>
    public Hash32 Id { get; } = new(SHA256.HashData((byte[])
    [
        .. InvitationHash, .. Encoding.UTF8.GetBytes(Gateway.Value), 0, .. Claim.DeviceKey.ToDeviceId().Value.ToArray(), .. Claim.MemberKey.ToDeviceId().Value.ToArray(),
    ]));

    /// <summary>The device: the hash of its key.</summary>
    public DeviceId Device => Claim.DeviceKey.ToDeviceId();

    /// <summary>The owner that the account answers to: the hash of the member's key.</summary>
    public DeviceId Owner => Claim.MemberKey.ToDeviceId();

    /// <summary>The member's account, deployed or not.</summary>
    public AccountAddress Account => Claim.Account;

    /// <summary>Reads the body and checks both signatures over the claim.</summary>
    /// <exception cref="Refusal">A field is missing or wrong, or a signature is not its key's.</exception>
    public static JoinRequest Parse(JoinBody body, ContractSet contracts)
    {
        try
        {
            DeviceClaim claim = new(
                AccountAddress.Parse(body.Account ?? ""), body.Nonce, DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(body.Deadline, MostSeconds)),
                new P256PublicKey(Word(body.DeviceX), Word(body.DeviceY)), Signature(body.DeviceSignature),
                new P256PublicKey(Word(body.MemberX), Word(body.MemberY)), Signature(body.MemberSignature));
            if (!claim.IsSigned(contracts.DevicesDomain))
                throw new Refusal(400, "bad_signature", "The claim is not signed by both keys.", "Sign DeviceClaim with device and member key for the contract 'devices' of GET cooperative, low s.");
            return new JoinRequest(Invitations.HashOf(body.Invitation ?? ""), new GatewayId(body.Gateway ?? ""), claim, HashOf(body));
        }
        catch (FormatException error)
        {
            throw Refusal.Malformed(error.Message);
        }
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
