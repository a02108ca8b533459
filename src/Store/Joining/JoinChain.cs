using PantryChain.Domain.Identity;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Hosting;
using PantryChain.Store.Sending;

namespace PantryChain.Store.Joining;

/// <summary>One transaction of a join.</summary>
/// <param name="Id">The same for the same claim, so that it happens once.</param>
/// <param name="Name">For people.</param>
/// <param name="Call">The call.</param>
internal sealed record JoinStep(Hash32 Id, string Name, EvmCall Call);

/// <summary>What a join does on chain: the member's account, the device's kind in a rehearsal, the claim.</summary>
/// <remarks>The claim is tried on the newest block before anything is queued, so that a join which the chain would refuse costs nobody gas. Only the registry's present word counts. A claim that was carried out once, by whomever, proves nothing to the store.</remarks>
internal sealed class JoinChain(
    TransactionQueue queue, IEvmClient node, ContractSet contracts, MemberAccounts accounts, DeviceStandings standings, DeviceRegistry devices, TimeProvider clock)
{
    /// <summary>Real time for which a request waits for the chain; the gateway asks again after that.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The code of a claim's refusal by the chain.</summary>
    public const string RefusedCode = "chain_refused";

    private static readonly string[] Awaited = ["account", "claim"]; // the kind only matters to rewards

    /// <summary>The contracts that this store works with.</summary>
    public ContractSet Contracts => contracts;

    /// <summary>What is still to be done on chain for this join.</summary>
    /// <exception cref="Refusal">The account or the device is not this member's, the device is banned, or the claim is missing or not the device's next.</exception>
    public async Task<IReadOnlyList<JoinStep>> PlanAsync(JoinRequest request, CancellationToken stop)
    {
        AccountAddress expected = await accounts.AddressOfAsync(request.Owner, stop);
        if (expected != request.Account)
            throw new Refusal(400, "account_mismatch", "The account is not the member key's.", $"The account of this key is {expected}.");
        DeviceStanding standing = await standings.ReadAsync(request.Device, stop);
        if (standing.IsBanned)
            throw Refusal.Conflict("device_banned", "This device signed two blocks at one height and is banned for ever.", "Make a new device key ('gateway init' in an empty folder) and join with that.");
        if (standing.Account is { } other && other != request.Account)
            throw Refusal.Conflict("device_taken", "This device speaks for another account.", "Make a new device key.");
        List<JoinStep> steps = [];
        if (!await accounts.IsDeployedAsync(request.Account, stop))
            steps.Add(Step(request, "account", accounts.Create(request.Owner)));
        if (standing.Account is null)
            await AddClaimAsync(steps, request, stop);
        return steps;
    }

    /// <summary>Waits for the join's transactions; null when the registry then says that the device speaks for the account, else why not.</summary>
    /// <exception cref="Refusal">The chain takes too long; the join goes on.</exception>
    public async Task<string?> RefusalOfAsync(JoinRequest request, CancellationToken stop)
    {
        string? reason = null;
        foreach (string name in Awaited)
        {
            Hash32 id = IdOf(request, name);
            if (await queue.FindAsync(id, stop) is not null && await WaitAsync(id, stop) is { IsMined: false } refused)
                reason ??= refused.Reason ?? "unknown";
        }
        // Anybody may have brought the same claim first: what counts is what came of it.
        DeviceStanding standing = await standings.ReadAsync(request.Device, stop);
        return standing.SpeaksFor(request.Account) ? null : reason ?? "the registry does not name the device";
    }

    private async Task AddClaimAsync(List<JoinStep> steps, JoinRequest request, CancellationToken stop)
    {
        ulong nonce = (await devices.DeviceAsync(request.Device, stop)).Nonce;
        if (request.Claim is not { } claim)
            throw Refusal.Conflict("claim_missing", "The chain does not know this device yet.", $"Add 'claim': DeviceClaim signed by both keys with nonce {nonce}.");
        if (claim.Nonce != nonce)
            throw Refusal.Conflict("nonce_used", "The claim's nonce is not the device's next.", $"Sign the claim again with nonce {nonce}.");
        if (await WhyNotAsync(claim, stop) is { } reason)
            throw Refused(reason);
        if (contracts.IsRehearsal)
            steps.Add(Step(request, "attest", devices.Attest(request.Device, DeviceKind.Simulated)));
        steps.Add(Step(request, "claim", devices.Claim(claim)));
    }

    /// <summary>Why the chain would not take a claim now; null when it would. The registry computes the account's address, so the account need not stand yet.</summary>
    private async Task<string?> WhyNotAsync(DeviceClaim claim, CancellationToken stop)
    {
        if (claim.Deadline <= clock.GetUtcNow())
            return "DeviceDeadlinePassed";
        try
        {
            await node.CallAsync(devices.Claim(claim), stop);
            return null;
        }
        catch (EvmRevertedException refusal)
        {
            return refusal.Error ?? "reverted";
        }
    }

    /// <summary>The refusal of a claim that the chain does not take.</summary>
    public static Refusal Refused(string reason) =>
        new(422, RefusedCode, "The chain refuses the claim.", $"Reason: {reason}. Sign the claim anew (nonce, deadline) over a new challenge and use the same invitation; it bears few refusals.");

    private async Task<TransactionRow> WaitAsync(Hash32 id, CancellationToken stop)
    {
        try
        {
            return await queue.WaitAsync(id, Patience, stop);
        }
        catch (TimeoutException)
        {
            throw new Refusal(503, "chain_slow", "The chain has not taken the claim yet.", "Send the same request again; it goes on where it is.");
        }
    }

    private static JoinStep Step(JoinRequest request, string name, EvmCall call) => new(IdOf(request, name), name, call);

    private static Hash32 IdOf(JoinRequest request, string name) => TransactionQueue.IdOf(name, request.Attempt);
}
