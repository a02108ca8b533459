using System.Collections.Concurrent;
using System.Net;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Hosting;
using PantryChain.Store.Sending;
using PantryChain.Ui.Hosting;

namespace PantryChain.Store.Relay;

/// <summary>Asks the chain about a stranger's call before anything is kept or paid: whether its target is a contract that this program knows, what it would cost, and whose no it is.</summary>
/// <remarks>
/// Any contract may answer to the right selector and burn gas, so only code of the committed artifacts is paid for. A few calls are looked at at a time, and nobody waits:
/// a target may be built to keep the node busy. Thread safe.
/// </remarks>
internal sealed class StrangersCheck(IEvmClient chain, ContractSet contracts, Wallets wallets) : IDisposable
{
    /// <summary>Most gas for one call: a veto on a chain without P-256 needs 310 000.</summary>
    internal const ulong MostGas = 400_000;

    private const int MostAtOnce = 4, MostKept = 10_000;

    // A member's account: OpenZeppelin's clone with the owner behind its code.
    private static readonly byte[] CloneHead = Convert.FromHexString("363d3d373d3d3d363d73"), CloneTail = Convert.FromHexString("5af43d82803e903d91602b57fd5bf3");

    private readonly SemaphoreSlim _turns = new(MostAtOnce);
    private readonly ConcurrentDictionary<(AccountAddress At, string Contract), bool> _known = new(); // code on chain does not change

    /// <summary>What a call is about and the gas that it would cost now.</summary>
    /// <exception cref="Refusal">The target is no known contract, the call would fail or costs too much, or too many are looked at already.</exception>
    public async Task<StrangersCall> LookAsync(string kind, EvmCall call, IPAddress? from, CancellationToken stop)
    {
        if (!await _turns.WaitAsync(0, stop))
            throw new Refusal(429, "rate_limited", "Others' calls are being looked at.", "Send the same call again in a moment.", TimeSpan.FromSeconds(1));
        try
        {
            AccountAddress target = call.To!.Value, about = kind == "execute" ? RelayRules.InnerTarget(call.Data.Span) : target;
            string contract = kind == "execute" ? RelayRules.ContractOf(call.Data.Span)! : "OrderEscrow";
            if (kind == "execute" && !await IsAccountAsync(target, stop))
                throw Unknown(target, "member account");
            if (!await IsAsync(about, contract, stop))
                throw Unknown(about, contract);
            ulong gas = await EstimateAsync(call, stop);
            AccountAddress account = kind == "execute" ? target : await BuyerAsync(call, about, stop);
            return new StrangersCall(kind, gas, about, account, CallerOf(from));
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _turns.Dispose();

    /// <summary>Whose order a veto or a refund is about: the escrow has it, since the call goes through.</summary>
    private async Task<AccountAddress> BuyerAsync(EvmCall call, AccountAddress escrow, CancellationToken stop)
    {
        OrderEscrow asked = new(chain, contracts with { Escrow = escrow });
        return (await asked.OrderAsync(asked.IdOf(RelayRules.OrderOf(call.Data.Span)), stop)).Account;
    }

    /// <summary>The network of a sender: what one household, or who rents a handful of machines, has cheaply.</summary>
    private static string? CallerOf(IPAddress? from)
    {
        if (from is null || IPAddress.IsLoopback(from))
            return null;
        byte[] network = Senders.GroupOf(from).GetAddressBytes();
        network.AsSpan(network.Length == 4 ? 3 : 6).Clear();
        return new IPAddress(network).ToString();
    }

    private async Task<bool> IsAccountAsync(AccountAddress at, CancellationToken stop)
    {
        byte[] code = await CodeAsync(at, stop);
        int tail = CloneHead.Length + AccountAddress.Size;
        return code.Length >= tail + CloneTail.Length && code.AsSpan().StartsWith(CloneHead) && code.AsSpan(tail).StartsWith(CloneTail)
            && await IsAsync(new AccountAddress(code.AsSpan(CloneHead.Length, AccountAddress.Size)), "MemberAccount", stop);
    }

    private async Task<bool> IsAsync(AccountAddress at, string contract, CancellationToken stop)
    {
        if (_known.TryGetValue((at, contract), out bool known))
            return known;
        known = ContractArtifact.Of(contract).Compare(await CodeAsync(at, stop), out _) is null;
        if (known && _known.Count < MostKept)
            _known[(at, contract)] = known;
        return known;
    }

    private async Task<byte[]> CodeAsync(AccountAddress at, CancellationToken stop) => await chain.CodeAsync(at, stop) is { Length: > 0 } code ? code
        : throw new Refusal(422, "would_revert", "There is no contract at this address.", "Bring the call to a relay of its own chain.");

    private async Task<ulong> EstimateAsync(EvmCall call, CancellationToken stop)
    {
        try
        {
            ulong gas = await chain.EstimateGasAsync(call with { From = wallets.Relayer.Address }, stop);
            return gas <= MostGas ? gas
                : throw new Refusal(403, "not_for_strangers", "The call costs too much gas.", $"At most {MostGas} are spent on a call of somebody who did not join here.");
        }
        catch (EvmRevertedException refusal)
        {
            throw new Refusal(422, "would_revert", $"The contract would refuse this call now: {refusal.Error ?? "no reason given"}.", "Send it again when that has passed.");
        }
    }

    private static Refusal Unknown(AccountAddress at, string what) =>
        new(403, "target_not_allowed", "The store does not pay for calls to this contract.", $"{at} is no {what} as this program knows it; bring the call to the chain yourself.");
}
