using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Cooperative;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Ordering;

/// <summary>What the chain says about a signed call.</summary>
internal enum CallFate : byte
{
    /// <summary>It cannot come on chain yet: an earlier call is missing, its order is not there, its time has not come.</summary>
    NotYet,

    /// <summary>It may be brought now, as far as one node knows.</summary>
    Open,

    /// <summary>Its effect is on chain.</summary>
    Done,

    /// <summary>It can never come on chain any more.</summary>
    Dead,

    /// <summary>The chain keeps nothing from which it could be told; then a relay's word counts.</summary>
    Untold,
}

/// <summary>A call's fate, with the reason when it is dead.</summary>
internal sealed record CallVerdict(CallFate Fate, string? Reason = null);

/// <summary>Asks the chain itself what became of a signed call: no relay's "mined" and no relay's "refused" is believed without it.</summary>
/// <remarks>Where nodes differ a call stays open, so that a single lie cannot end a member's no. Thread safe.</remarks>
internal sealed class CallCheck(ChainNodes chain, ContractSet contracts, OrderBook orders)
{
    /// <summary>Why a call is signed anew.</summary>
    public const string SignatureRanOut = "its signature ran out";

    /// <summary>How long each step of an order may take; fixed in the contract, so it is asked once.</summary>
    public OrderWindows? Windows { get; private set; }

    /// <summary>What the nodes say together.</summary>
    /// <exception cref="EvmException">No node answers.</exception>
    public async Task<CallVerdict> LookAsync(Relay call, CancellationToken stop)
    {
        if (call.Kind == RelayKind.Claim)
            return new CallVerdict(CallFate.Untold);
        if (!call.IsOfMember && orders.Find(new OrderId(call.Subject)) is null)
            return new CallVerdict(CallFate.Untold);
        OrderWindows windows = await WindowsAsync(stop);
        IReadOnlyList<Reading<CallVerdict>> readings = await chain.ReadingsAsync(node => OfAsync(call, windows, node, stop), stop);
        if (chain.Agreed(call.Id, readings) is { } agreed)
            return agreed;
        bool open = readings.Any(reading => reading.Value.Fate != CallFate.NotYet);
        return new CallVerdict(open ? CallFate.Open : CallFate.NotYet);
    }

    /// <summary>
    /// Why the call would fail if it were brought now; null when it would not. A member's no that the chain will take would succeed as soon as one node says so; about another
    /// call more than half of three or more decide, for whatever waits behind it would wait with it for as long as a single node says so.
    /// </summary>
    /// <exception cref="EvmException">No node answers.</exception>
    public async Task<string?> WhyNotAsync(Relay call, CancellationToken stop)
    {
        IReadOnlyList<Reading<string>> readings = await chain.ReadingsAsync(async node =>
        {
            try
            {
                await node.CallAsync(new EvmCall(call.To, call.Data), stop);
                return "";
            }
            catch (EvmRevertedException refusal)
            {
                return refusal.Error ?? refusal.Message;
            }
        }, stop);
        List<string> fails = [.. readings.Select(reading => reading.Value).Where(why => why.Length > 0)];
        bool most = readings.Count >= 3 && (!call.IsUrgent || call.Doubted) && fails.Count * 2 > readings.Count;
        return most || fails.Count == readings.Count ? fails[0] : null;
    }

    /// <summary>The escrow's windows. While nodes differ about them the longest veto and the shortest of the others hold, for signing a no too many costs nothing.</summary>
    /// <exception cref="EvmException">No node answers.</exception>
    public async Task<OrderWindows> WindowsAsync(CancellationToken stop)
    {
        if (Windows is { } known)
            return known;
        IReadOnlyList<Reading<OrderWindows>> readings = await chain.ReadingsAsync(node => new OrderEscrow(node, contracts).WindowsAsync(stop), stop);
        if (chain.Agreed<OrderWindows>("windows()", readings) is { } agreed)
            return Windows = agreed;
        List<OrderWindows> said = [.. readings.Select(reading => reading.Value)];
        return new OrderWindows(
            said.Max(windows => windows.Veto), said.Min(windows => windows.Accept), said.Min(windows => windows.Ship), said.Min(windows => windows.Deliver), said.Min(windows => windows.Confirm));
    }

    private async Task<CallVerdict> OfAsync(Relay call, OrderWindows windows, IEvmClient node, CancellationToken stop)
    {
        DateTimeOffset now = (await node.LatestBlockAsync(stop)).At;
        if (call.IsOfMember)
            return await OfMemberAsync(call, node, now, stop);
        OrderOnChain order = await new OrderEscrow(node, contracts).OrderAsync(new OrderId(call.Subject), stop);
        DateTimeOffset openBy = orders.Find(new OrderId(call.Subject))!.Terms.Deadline.At;
        return call.Kind switch
        {
            RelayKind.Trigger => order.State != OrderState.None ? Done : now > openBy ? Dead("its deadline passed") : Open,
            RelayKind.Cancel => OfVeto(order, windows, now, openBy, call.Until),
            RelayKind.Refund => order.State == OrderState.Refunded ? Done : IsOver(order) ? Dead($"the order is {order.State}") : IsRefundable(order, windows, now) ? Open : NotYet,
            _ => order.State == OrderState.Settled ? Done : IsOver(order) ? Dead($"the order is {order.State}") : now > call.Until ? Dead(SignatureRanOut) : Open,
        };
    }

    private static CallVerdict OfVeto(OrderOnChain order, OrderWindows windows, DateTimeOffset now, DateTimeOffset openBy, DateTimeOffset? until) => order.State switch
    {
        OrderState.None => now > openBy ? Dead("the order never opened") : now > until ? Dead(SignatureRanOut) : NotYet,
        OrderState.Open when now - order.Since >= windows.Veto => Dead("the veto window is over"),
        OrderState.Open => now > until ? Dead(SignatureRanOut) : Open,
        OrderState.Cancelled => Done,
        OrderState state => Dead($"the order is {state}"),
    };

    /// <summary>A member's call took effect when its nonce is used and what it should change has changed; another call may have had that nonce.</summary>
    private async Task<CallVerdict> OfMemberAsync(Relay call, IEvmClient node, DateTimeOffset now, CancellationToken stop)
    {
        if (!MemberCallData.TryRead(call.Data, out ulong nonce, out ReadOnlyMemory<byte> inner))
            return new CallVerdict(CallFate.Untold);
        ulong next = await new MemberAccounts(node, contracts).NonceAsync(call.To, stop);
        if (next > nonce)
            return await HasEffectAsync(call, inner, node, stop) ? Done : Dead("another call of the account took its place");
        return now > call.Until ? Dead(SignatureRanOut) : next == nonce ? Open : NotYet;
    }

    private async Task<bool> HasEffectAsync(Relay call, ReadOnlyMemory<byte> inner, IEvmClient node, CancellationToken stop)
    {
        if (call.Kind == RelayKind.RevokeDevice)
            return (await new DeviceRegistry(node, contracts).StandingAsync(new DeviceId(call.Subject), stop)).Account != call.To;
        if (call.Kind == RelayKind.CancelByMember)
            return IsOver(await new OrderEscrow(node, contracts).OrderAsync(new OrderId(call.Subject), stop));
        bool revokes = OrderEscrow.IsRevokeMandate(inner.Span);
        if (!revokes && !OrderEscrow.IsSetMandate(inner.Span))
            return true; // an allowance: it is the same whoever gave it
        MandateOnChain mandate = await new OrderEscrow(node, contracts).MandateAsync(new MandateId(call.Subject), stop);
        return revokes ? mandate.Revoked : mandate.Active || mandate.Revoked;
    }

    /// <summary>True when anybody may bring an order's money back at a time of the chain's.</summary>
    public static bool IsRefundable(OrderOnChain order, OrderWindows windows, DateTimeOffset now) => order.State switch
    {
        OrderState.Open => now - order.Since >= windows.Veto + windows.Accept,
        OrderState.Accepted => now - order.Since >= windows.Ship,
        OrderState.Shipped when !order.DeliveryRecorded => now - order.Since >= windows.Deliver,
        _ => false,
    };

    private static bool IsOver(OrderOnChain order) => order.State >= OrderState.Settled;

    private static CallVerdict Open { get; } = new(CallFate.Open);

    private static CallVerdict NotYet { get; } = new(CallFate.NotYet);

    private static CallVerdict Done { get; } = new(CallFate.Done);

    private static CallVerdict Dead(string reason) => new(CallFate.Dead, reason);
}
