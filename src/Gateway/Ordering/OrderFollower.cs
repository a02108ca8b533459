using System.Security.Cryptography;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Reorder.Machine;

namespace PantryChain.Gateway.Ordering;

/// <summary>Stations 9 and 10 as the household sees them: follows each order on chain, calls it off on a veto, brings its money back, releases it once the shelf saw the goods.</summary>
/// <remarks>
/// Looks at durable state and does what is missing, so it may be interrupted anywhere. Where nodes differ, the household's no goes by the one that lets it: signing a
/// veto too many costs nothing. One caller at a time, the order drain.
/// </remarks>
internal sealed class OrderFollower(
    OrderBook orders, RelayBook relays, ReorderDesk desk, OrderViews views, Discretion discretion, P256Key device, ChainNodes chain, ContractSet contracts, CallCheck check, Household household, TimeProvider time)
{
    /// <summary>How an order ends that the member called off before anybody could bring it.</summary>
    public const string CalledOff = "called off before it was on chain";

    private static readonly TimeSpan BetweenReleases = TimeSpan.FromHours(1); // household time
    private static readonly TimeSpan MostDenied = TimeSpan.FromDays(1);       // household time

    private readonly OrderEscrow _escrow = new(chain, contracts);
    private readonly Dictionary<OrderId, DateTimeOffset> _denied = [];
    private OrderWindows? _windows;

    /// <summary>Brings orders up to date, each for itself: one that cannot be followed is told of and keeps no other back.</summary>
    /// <returns>True while something about one of them is expected soon.</returns>
    public async Task<bool> FollowAllAsync(IReadOnlyList<PlacedOrder> watched, Action<Exception> stumbled, CancellationToken stop)
    {
        bool soon = false;
        foreach (PlacedOrder order in watched)
        {
            try
            {
                soon |= await FollowAsync(order, stop);
            }
            catch (Exception error) when (!stop.IsCancellationRequested)
            {
                stumbled(error);
            }
        }
        return soon;
    }

    /// <summary>Brings those orders up to date about which this gateway has something to see or to do now, or all that are watched.</summary>
    /// <returns>Whether something about one of them is expected soon, and when the next release waits to be signed.</returns>
    public async Task<(bool Soon, DateTimeOffset? Release)> FollowDueAsync(bool all, Action<Exception> stumbled, CancellationToken stop)
    {
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset? next = null;
        List<PlacedOrder> due = [];
        foreach (PlacedOrder order in orders.Watched(now))
        {
            DateTimeOffset? release = ReleaseAt(order);
            if (all || release <= now || order.State == OrderState.None || order is { IsForeign: true, IsFinal: false } || desk.IsVetoed(order.Terms.Gtin, order.Number))
                due.Add(order);
            if (release > now && (next is null || release < next))
                next = release;
        }
        return (await FollowAllAsync(due, stumbled, stop), next);
    }

    /// <summary>Brings one order up to date; true while something about it is expected soon.</summary>
    /// <exception cref="EvmException">The chain cannot be reached.</exception>
    public async Task<bool> FollowAsync(PlacedOrder order, CancellationToken stop)
    {
        bool unwanted = order.Reason is not null || desk.IsVetoed(order.Terms.Gtin, order.Number);
        OrderWindows windows = await check.WindowsAsync(stop);
        _windows = windows;
        OrderReading now = await OrderReading.OfAsync(chain, contracts, order.Id, stop);
        if (order.IsForeign && now.Agreed is { State: OrderState.None })
            return Disown(order);
        _denied.Remove(order.Id);
        if (now.Agreed is { State: OrderState.None } && order.Reason is null && relays.Find(order.Id.Value) is { Status: RelayStatus.Refused } trigger)
        {
            End(order, desk.IsVetoed(order.Terms.Gtin, order.Number) ? CalledOff : trigger.Reason ?? "refused");
            return false;
        }
        if (now.Agreed is { } agreed)
            views.Seen(order.Id, agreed.State);
        if (now.Agreed is { } later && later.State > order.State)
            Note(order, later);
        bool cancelling = unwanted && Cancel(order, now, windows);
        bool refunding = now.IsRefundable(windows) && Refund(order);
        bool releasing = now.Agreed is { State: OrderState.Shipped } shipped && order.Reason is null
            && ReleaseAt(order with { State = shipped.State, StateAt = shipped.Since < time.GetUtcNow() ? shipped.Since : time.GetUtcNow() }) is { } at && at <= time.GetUtcNow() && Release(order);
        return (now.IsMissing && order.Reason is null) || cancelling || releasing || refunding;
    }

    /// <summary>Drops orders that were called off before a relay had them; to be done before calls are brought.</summary>
    /// <remarks>A relay that was asked and whose answer was lost may have one all the same: it is watched until its deadline, and called off should it open.</remarks>
    public void DropUnwanted()
    {
        foreach ((Gtin gtin, uint number) in desk.Open(ReorderEffect.CancelOrder))
        {
            if (orders.Of(gtin, number) is not { } order)
                desk.TryAdvance(new ReorderStep(gtin, number, ReorderTrigger.Cancelled, time.GetUtcNow(), Note: CalledOff));
            else if (order is { State: OrderState.None, Reason: null } && relays.TryDrop(order.Id.Value, CalledOff))
                End(order, CalledOff);
        }
    }

    /// <summary>
    /// When the release of an order is signed whose packs were all seen: some random time later, so that it does not tell when somebody was there to unpack, but while
    /// half of the seller's time is still left, or at once when less is. Null while packs are missing.
    /// </summary>
    public DateTimeOffset? ReleaseAt(PlacedOrder order)
    {
        if (orders.Arrived(order.Id).Packs < order.Terms.Quantity || orders.ArrivedAt(order.Id) is not { } seen)
            return null;
        return ReleaseAt(seen, discretion.BeforeDelivery(order.Id), _windows is { } windows && order.State == OrderState.Shipped ? order.StateAt + windows.Deliver / 2 : null);
    }

    /// <summary>The moment to sign: after the wait, but not past <paramref name="latest"/> unless the goods came later than that.</summary>
    internal static DateTimeOffset ReleaseAt(DateTimeOffset seen, TimeSpan wait, DateTimeOffset? latest) =>
        latest is not { } bound || seen + wait < bound ? seen + wait : bound < seen ? seen : bound;

    private void Note(PlacedOrder order, OrderOnChain now)
    {
        DateTimeOffset here = time.GetUtcNow();
        DateTimeOffset at = now.State is OrderState.Open or OrderState.Accepted or OrderState.Shipped && now.Since < here ? now.Since : here;
        ReorderTrigger trigger = now.State switch
        {
            OrderState.Open => ReorderTrigger.Opened,
            OrderState.Accepted => ReorderTrigger.Accepted,
            OrderState.Shipped => ReorderTrigger.Shipped,
            OrderState.Settled => ReorderTrigger.Settled,
            OrderState.Cancelled => ReorderTrigger.Cancelled,
            _ => ReorderTrigger.Refunded,
        };
        // The machine first: a kill in between leaves the order under way, and it is looked at once more. The other way round it would be followed no longer.
        if (!order.IsForeign)
            desk.Advance(Step(order, trigger));
        orders.Note(order.Id, now.State, at);
    }

    /// <summary>An order that nobody signed here and that the nodes deny is nobody's: it is not called off, and after a day forgotten. Should it come on chain, it is found again.</summary>
    private bool Disown(PlacedOrder order)
    {
        DateTimeOffset here = time.GetUtcNow();
        if (!_denied.TryAdd(order.Id, here) && here - _denied[order.Id] >= MostDenied)
        {
            orders.Disown(order.Id);
            _denied.Remove(order.Id);
        }
        return false;
    }

    private void End(PlacedOrder order, string reason)
    {
        ReorderTrigger how = reason == CalledOff ? ReorderTrigger.Cancelled : ReorderTrigger.OrderRefused;
        desk.Advance(Step(order, how) with { Note = reason });
        orders.Note(order.Id, OrderState.None, time.GetUtcNow(), reason);
    }

    /// <summary>
    /// Signs the cancellation: at once while the order is on its way to the chain, so that it goes right behind it, and anew whenever a signature ran out while a node
    /// still lets the order be called off.
    /// </summary>
    private bool Cancel(PlacedOrder order, OrderReading now, OrderWindows windows)
    {
        bool possible = now.MayBeCalledOff(windows);
        bool early = now.MayStillOpen(order.Terms.Deadline.At) && order.Reason is null;
        Relay? sent = relays.About(order.Id.Value).LastOrDefault(relay => relay.Kind == RelayKind.Cancel);
        if (sent is { IsFinal: false })
            return true;
        if (sent is { Status: RelayStatus.Mined } || (!possible && (!early || sent is not null)))
            return false;
        DateTimeOffset until = Deadline();
        until = now.VetoEnds(windows) is { } end && end < until ? end : until;
        Keep(order, RelayKind.Cancel, _escrow.Cancel(device, order.Terms, until), until);
        return true;
    }

    /// <summary>Brings the money of an order back whose seller was late; nobody's signature is needed.</summary>
    private bool Refund(PlacedOrder order)
    {
        Relay? sent = relays.About(order.Id.Value).LastOrDefault(relay => relay.Kind == RelayKind.Refund);
        if (sent is { IsFinal: false })
            return true;
        Keep(order, RelayKind.Refund, _escrow.RefundAfter(order.Terms), until: null);
        return true;
    }

    /// <summary>Signs the release once all packs were seen; a refused one is signed again after a while.</summary>
    private bool Release(PlacedOrder order)
    {
        (uint packs, _) = orders.Arrived(order.Id);
        if (packs < order.Terms.Quantity)
            return false;
        desk.Advance(Step(order, ReorderTrigger.Arrived));
        if (relays.About(order.Id.Value).LastOrDefault(relay => relay.Kind == RelayKind.Deliver) is { } sent)
        {
            desk.Done(ReorderEffect.ReleaseOrder, order.Terms.Gtin, order.Number);
            if (sent.Status != RelayStatus.Refused)
                return true;
            DateTimeOffset signed = sent.Until?.AddHours(-household.Options.Ordering.DeadlineHours) ?? desk[order.Terms.Gtin].Since;
            if (time.GetUtcNow() - signed < BetweenReleases)
                return false;
            desk.Advance(Step(order, ReorderTrigger.ReleaseRefused) with { Note = sent.Reason });
        }
        if (desk.Open(ReorderEffect.ReleaseOrder).Contains((order.Terms.Gtin, order.Number)))
            SignRelease(order, packs);
        return true;
    }

    private void SignRelease(PlacedOrder order, uint packs)
    {
        DateTimeOffset until = Deadline();
        Keep(order, RelayKind.Deliver, _escrow.Confirm(order.Terms, _escrow.SignDelivery(device, order.Terms, packs, until)), until);
        desk.Done(ReorderEffect.ReleaseOrder, order.Terms.Gtin, order.Number);
    }

    private void Keep(PlacedOrder order, RelayKind kind, EvmCall call, DateTimeOffset? until) =>
        relays.Append(new Relay(new Hash32(RandomNumberGenerator.GetBytes(Hash32.Size)), kind, call.To!.Value, call.Data.ToArray(), order.Id.Value) { Until = until });

    private ReorderStep Step(PlacedOrder order, ReorderTrigger trigger) => new(order.Terms.Gtin, order.Number, trigger, time.GetUtcNow(), Order: order.Id);

    private DateTimeOffset Deadline() => DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().AddHours(household.Options.Ordering.DeadlineHours).ToUnixTimeSeconds());
}
