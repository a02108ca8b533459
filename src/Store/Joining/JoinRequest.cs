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
    string Invitation, string Gateway, string Store, string DeviceX, string DeviceY, string MemberX, string MemberY, string Account, string Challenge, ulong Deadline,
    string DeviceSignature, string MemberSignature, ClaimBody? Claim);

/// <summary>The claim for the chain inside it; a device that speaks for the account already needs none.</summary>
internal sealed record ClaimBody(ulong Nonce, ulong Deadline, string DeviceSignature, string MemberSignature);

/// <summary>A join that can be read; <see cref="RequireSigned"/> says whether it is its keys' own word.</summary>
/// <param name="Message">What both keys have to have signed for this store.</param>
/// <param name="DeviceKey">The device's key.</param>
/// <param name="MemberKey">The member's key.</param>
/// <param name="ByDevice">The device's signature over the message.</param>
/// <param name="ByMember">The member's signature over the message.</param>
/// <param name="Claim">The claim for the chain, or null.</param>
internal sealed record JoinRequest(
    JoinMessage Message, P256PublicKey DeviceKey, P256PublicKey MemberKey, P256Signature ByDevice, P256Signature ByMember, DeviceClaim? Claim)
{
    private const ulong MostSeconds = 253_402_300_799; // 9999-12-31T23:59:59Z

    /// <summary>Hash over invitation, name and keys: whatever else is signed again, it is the same join, with the same answer.</summary>
    public Hash32 Id { get; } = new(SHA256.HashData((byte[])
    [
        .. Message.Invitation.ToArray(), .. Encoding.UTF8.GetBytes(Message.Gateway.Value), 0, .. DeviceKey.ToDeviceId().Value.ToArray(), .. MemberKey.ToDeviceId().Value.ToArray(),
    ]));

    /// <summary>Hash over everything that was signed: the one answer that a challenge takes.</summary>
    public Hash32 Signed { get; } = new(SHA256.HashData((byte[])
    [
        .. Message.StructHash().ToArray(), .. MemberKey.ToDeviceId().Value.ToArray(),
        .. Claim is null ? [] : TypedMessages.DeviceClaim(Message.Device, Message.Account, Claim.Nonce, Claim.Deadline).ToArray(),
    ]));

    /// <summary>The part of it that goes on chain: the same claim again is the same transaction, whatever challenge came with it.</summary>
    public Hash32 Attempt { get; } = new(SHA256.HashData((byte[])
    [
        .. Message.Device.Value.ToArray(), .. Message.Account.ToArray(), .. MemberKey.ToDeviceId().Value.ToArray(),
        .. Claim is null ? [] : TypedMessages.DeviceClaim(Message.Device, Message.Account, Claim.Nonce, Claim.Deadline).ToArray(),
    ]));

    /// <summary>The name that the gateway wants.</summary>
    public GatewayId Gateway => Message.Gateway;

    /// <summary>The device: the hash of its key.</summary>
    public DeviceId Device => Message.Device;

    /// <summary>The member's account, deployed or not.</summary>
    public AccountAddress Account => Message.Account;

    /// <summary>The owner that the account answers to: the hash of the member's key.</summary>
    public DeviceId Owner => MemberKey.ToDeviceId();

    /// <summary>Reads the body; nothing is verified yet.</summary>
    /// <exception cref="Refusal">A field is missing or wrong.</exception>
    public static JoinRequest Parse(JoinBody body)
    {
        if (body.Challenge is null && body.DeviceSignature is not null)
            throw new Refusal(400, "challenge_missing", "The request answers no challenge.", "Ask for one (POST join/challenge) and sign Join over it (docs/protocol.md); a gateway older than this store has to be updated.");
        try
        {
            P256PublicKey device = new(Word(body.DeviceX), Word(body.DeviceY)), member = new(Word(body.MemberX), Word(body.MemberY));
            AccountAddress account = AccountAddress.Parse(body.Account ?? "");
            JoinMessage message = new(
                body.Store ?? "", Invitations.HashOf(body.Invitation ?? ""), new GatewayId(body.Gateway ?? ""), device.ToDeviceId(), account, Word(body.Challenge), Time(body.Deadline));
            DeviceClaim? claim = body.Claim is not { } on ? null
                : new DeviceClaim(account, on.Nonce, Time(on.Deadline), device, Signature(on.DeviceSignature), member, Signature(on.MemberSignature));
            return new JoinRequest(message, device, member, Signature(body.DeviceSignature), Signature(body.MemberSignature), claim);
        }
        catch (FormatException error)
        {
            throw Refusal.Malformed(error.Message);
        }
    }

    /// <summary>Passes what both keys signed for this store.</summary>
    /// <param name="contracts">The store's contracts.</param>
    /// <param name="origins">The store's own addresses, as <see cref="JoinMessage.OriginOf"/> writes them.</param>
    /// <exception cref="Refusal">It was signed for another store, or a signature is not its key's.</exception>
    public void RequireSigned(ContractSet contracts, IReadOnlyCollection<string> origins)
    {
        if (!origins.Contains(Message.Store))
            throw new Refusal(
                403, "wrong_store", $"The request was signed for '{Shorten(Message.Store)}', which is not an address of this store.",
                "Use the address that the cooperative gave out; its operator names that one under 'publicUrls' in store.json. If another store sent you here, do not use that one.");
        if (!Message.IsSigned(contracts, DeviceKey, ByDevice, MemberKey, ByMember))
            throw new Refusal(400, "bad_signature", "The join is not signed by both keys.", "Sign Join with device and member key for the contract 'escrow' of GET cooperative, low s. A claim does not stand for it.");
        if (Claim is not null && !Claim.IsSigned(contracts.DevicesDomain))
            throw new Refusal(400, "bad_signature", "The claim is not signed by both keys.", "Sign DeviceClaim with device and member key for the contract 'devices' of GET cooperative, low s.");
    }

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";

    private static DateTimeOffset Time(ulong seconds) => DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(seconds, MostSeconds));

    private static Hash32 Word(string? text) => Hash32.Parse(text ?? "");

    private static P256Signature Signature(string? text)
    {
        Span<byte> rs = stackalloc byte[2 * Hash32.Size];
        return Hex.TryDecode(text, rs)
            ? new P256Signature(new Hash32(rs[..Hash32.Size]), new Hash32(rs[Hash32.Size..]))
            : throw new FormatException("A signature is missing or is none: 0x and 128 hexadecimal digits (r, s) are expected.");
    }
}
