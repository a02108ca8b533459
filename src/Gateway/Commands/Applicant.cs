using System.Globalization;
using System.Text.Json;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Member;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Commands;

/// <summary>A household before a store's door: signs the application and keeps it until it was answered.</summary>
/// <param name="Folder">Keys, and the kept application.</param>
/// <param name="Gateway">The name that it wants.</param>
/// <param name="Store">The address that is called: what is signed holds there and nowhere else.</param>
/// <param name="Info">What the store says of itself.</param>
/// <param name="Invitation">The code from its desk.</param>
/// <param name="PinFile">A file with the member's PIN, or null to ask for it.</param>
/// <param name="Time">Household time.</param>
internal sealed record Applicant(DataFolder Folder, GatewayId Gateway, Uri Store, CooperativeInfo Info, string Invitation, string? PinFile, TimeProvider Time)
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(7); // household time; a challenge of the store ends sooner

    /// <summary>Nodes that the member trusts, beside the store's own.</summary>
    public IReadOnlyList<Uri> Nodes { get; init; } = [];

    /// <summary>The newest block before anything could happen to an account that is new; 0 for one that was there, or that may have been (a kept application).</summary>
    public ulong FromBlock { get; private set; }

    /// <summary>The application that was signed before for the same door, or null.</summary>
    public JoinRequest? Kept()
    {
        if (!File.Exists(Folder.JoinRequest))
            return null;
        try
        {
            JoinRequest? kept = JsonSerializer.Deserialize(File.ReadAllText(Folder.JoinRequest), StoreJson.Default.JoinRequest);
            return kept is { Challenge: not null } && kept.Invitation == Invitation && kept.Store == JoinMessage.OriginOf(Store) && kept.Gateway == Gateway.Value ? kept : null;
        }
        catch (JsonException)
        {
            return null; // of an older program, or torn: it is signed anew
        }
    }

    /// <summary>Answers a challenge with both keys, claims the device where the chain does not know it yet, and keeps the whole.</summary>
    /// <exception cref="UserError">The PIN is wrong, or the chain cannot be read.</exception>
    public async Task<JoinRequest> SignAsync(ChallengeAnswer challenge, CancellationToken stop)
    {
        if (!Hash32.TryParse(challenge.Challenge, out Hash32 asked))
            throw new UserError($"{Store} gave '{challenge.Challenge}' as its challenge, which is none. Check the address.");
        Pin pin = PinFile is null ? PinCommand.Ask("PIN: ", "--pin-file") : Pin.ReadFile(PinFile);
        using P256Key device = Keys.LoadDevice(Folder);
        using P256Key member = Keys.TryUnlockMember(Folder, pin) ?? throw new UserError("The PIN is wrong. Try again; './pantry gateway init' showed it once.");
        ContractSet contracts = Info.Contracts.ToContractSet((ulong)Info.ChainId);
        DateTimeOffset deadline = DateTimeOffset.FromUnixTimeSeconds((Time.GetUtcNow() + Life).ToUnixTimeSeconds());
        (AccountAddress account, DeviceClaim? claim) = await ClaimAsync(contracts, device, member, deadline, stop);
        JoinMessage message = new(JoinMessage.OriginOf(Store), JoinMessage.InvitationHash(Invitation), Gateway, device.Device, account, asked, deadline);
        (P256Signature byDevice, P256Signature byMember) = message.Sign(contracts, device, member);
        JoinRequest request = new(
            Invitation, Gateway.Value, message.Store, device.PublicKey.X.ToString(), device.PublicKey.Y.ToString(), member.PublicKey.X.ToString(), member.PublicKey.Y.ToString(),
            account.ToString(), challenge.Challenge, deadline.ToUnixTimeSeconds(), Text(byDevice), Text(byMember), PartOf(claim));
        DataFolder.WriteSecret(Folder.JoinRequest, JsonSerializer.Serialize(request, StoreJson.Default.JoinRequest));
        return request;
    }

    // A device that speaks for the account already signs no claim: one that lies about unused could bring it back after it was revoked.
    private async Task<(AccountAddress Account, DeviceClaim? Claim)> ClaimAsync(
        ContractSet contracts, P256Key device, P256Key member, DateTimeOffset deadline, CancellationToken stop)
    {
        using HttpClient node = new() { BaseAddress = Info.RpcUrl };
        JsonRpcClient chain = new(node, RevertReasons.BuiltIn, TimeSpan.FromSeconds(10));
        try
        {
            AccountAddress account = await new MemberAccounts(chain, contracts).AddressOfAsync(member.Device, stop);
            DeviceOnChain known = await new DeviceRegistry(chain, contracts).DeviceAsync(device.Device, stop);
            FromBlock = await BirthAsync(contracts, account, stop);
            return (account, known.Account == account ? null : DeviceClaim.Sign(contracts.DevicesDomain, device, member, account, known.Nonce, deadline));
        }
        catch (EvmException error)
        {
            throw new UserError(error.Message, error);
        }
    }

    // All nodes that the member trusts are asked: one that hides an account, or tells too high a block, would hide orders of a thief for ever.
    private async Task<ulong> BirthAsync(ContractSet contracts, AccountAddress account, CancellationToken stop)
    {
        ChainNodes nodes = ChainNodes.Over([[Info.RpcUrl], .. Nodes.Select(node => (IReadOnlyList<Uri>)[node])], contracts.ChainId, Time);
        IReadOnlyList<Reading<EvmBlock>> heads = await nodes.ReadingsAsync(node => node.LatestBlockAsync(stop), stop);
        bool isThere = (await nodes.ReadingsAsync(async node => (await node.CodeAsync(account, stop)).Length > 0, stop)).Any(reading => reading.Value);
        return isThere ? 0 : heads.Min(head => head.Value.Number);
    }

    private static ClaimPart? PartOf(DeviceClaim? claim) => claim is null ? null : new ClaimPart(
        claim.Nonce.ToString(CultureInfo.InvariantCulture), claim.Deadline.ToUnixTimeSeconds(), Text(claim.DeviceSignature), Text(claim.MemberSignature));

    private static string Text(P256Signature signature) => Hex.Encode([.. signature.R.ToArray(), .. signature.S.ToArray()]);
}
