using System.Security.Cryptography;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Configuration;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Reorder.Machine;

namespace PantryChain.Gateway.Ordering;

/// <summary>Stations 9 and 10 as the household sees them: follows each order on chain, calls it off on a veto, releases it once the shelf saw the goods.</summary>
/// <remarks>Looks at durable state and does what is missing, so it may be interrupted anywhere. One caller at a time, the order drain.</remarks>
internal sealed class OrderFollower(
    OrderBook orders, RelayBook relays, ReorderDesk desk, P256Key device, IEvmClient chain, ContractSet contracts, Household household, TimeProvider time)
{
    private static readonly TimeSpan BetweenReleases = TimeSpan.FromHours(1); // household time

    private readonly OrderEscrow _escrow = new(chain, contracts);

    /// <summary>Brings one order up to date; true while something about it is expected soon.</summary>
    /// <exception cref="EvmException">The chain cannot be reached.</exception>
    public async Task<bool> FollowAsync(PlacedOrder order, CancellationToken stop)
    {
        Relay? trigger = relays.Find(order.Id.Value);
        if (order.State == OrderState.None && trigger is { Status: RelayStatus.Refused } && (await _escrow.OrderAsync(order.Id, stop)).State == OrderState.None)
        {
            End(order, trigger.Reason ?? "refused");
            return false;
        }
        OrderOnChain now = await _escrow.OrderAsync(order.Id, stop);
        if (now.State > order.State)
            Note(order, now);
        bool cancelling = now.State == OrderState.Open && desk.IsVetoed(order.Terms.Gtin, order.Number) && Cancel(order);
        bool releasing = now.State == OrderState.Shipped && Release(order);
        return now.State == OrderState.None || cancelling || releasing;
    }

    private void Note(PlacedOrder order, OrderOnChain now)
    {
        DateTimeOffset at = now.State is OrderState.Open or OrderState.Accepted or OrderState.Shipped ? now.Since : time.GetUtcNow();
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
        desk.Advance(Step(order, trigger));
        orders.Note(order.Id, now.State, at);
    }

    private void End(PlacedOrder order, string reason)
    {
        desk.Advance(Step(order, ReorderTrigger.OrderRefused) with { Note = reason });
        orders.Note(order.Id, OrderState.None, time.GetUtcNow(), reason);
    }

    /// <summary>Signs the cancellation once; the contract takes it inside the veto window and refuses it afterwards.</summary>
    private bool Cancel(PlacedOrder order)
    {
        if (relays.About(order.Id.Value).LastOrDefault(relay => relay.Kind == RelayKind.Cancel) is { } sent)
            return !sent.IsFinal;
        EvmCall call = _escrow.Cancel(device, order.Terms, Deadline());
        Keep(order, RelayKind.Cancel, call);
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
            if (sent.Status != RelayStatus.Refused)
                return true;
            if (time.GetUtcNow() - desk[order.Terms.Gtin].Since < BetweenReleases)
                return false;
        }
        Keep(order, RelayKind.Deliver, _escrow.Confirm(order.Terms, _escrow.SignDelivery(device, order.Terms, packs, Deadline())));
        return true;
    }

    private void Keep(PlacedOrder order, RelayKind kind, EvmCall call) =>
        relays.Append(new Relay(new Hash32(RandomNumberGenerator.GetBytes(Hash32.Size)), kind, call.To!.Value, call.Data.ToArray(), order.Id.Value));

    private ReorderStep Step(PlacedOrder order, ReorderTrigger trigger) => new(order.Terms.Gtin, order.Number, trigger, time.GetUtcNow(), Order: order.Id);

    private DateTimeOffset Deadline() => DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().AddHours(household.Options.Ordering.DeadlineHours).ToUnixTimeSeconds());
}
