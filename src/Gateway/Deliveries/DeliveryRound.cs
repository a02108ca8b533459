using System.Collections.Concurrent;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Drains;
using PantryChain.Gateway.Ordering;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Deliveries;

/// <summary>The network's part of a delivery: asks the store what goes along with orders on their way, then books what counts.</summary>
/// <remarks>
/// The store is asked at a fixed pace and when it says itself that something changed, never because something moved on the shelf: the pace must not tell when the household was
/// there. One caller at a time, the order drain, but for <see cref="Expect"/>.
/// </remarks>
internal sealed class DeliveryRound(OrderBook orders, PaperBook papers, DeliveryDesk desk, StoreClient store, Refusals refusals, Setbacks setbacks, TimeProvider time)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMinutes(30); // household time

    private readonly ConcurrentDictionary<OrderId, byte> _expected = new();
    private readonly Dictionary<OrderId, DateTimeOffset> _asked = [];

    /// <summary>The store said that something about an order changed; from any thread. An order that is not in the book is not kept in mind: the store may name as many as it likes.</summary>
    public void Expect(OrderId order)
    {
        if (orders.Find(order) is not null)
            _expected[order] = 0;
    }

    /// <summary>How many orders the store is to be asked about.</summary>
    public int Expected => _expected.Count;

    /// <summary>Asks what is due and books what counts.</summary>
    /// <remarks>What one order's papers do to this program ends that order's part alone.</remarks>
    /// <returns>How long until the next rise counts or the store is asked again, in household time; zero when one counts now, so that its release is signed; or null.</returns>
    public async Task<TimeSpan?> PassAsync(CancellationToken stop)
    {
        List<PlacedOrder> moving = [.. orders.UnderWay().Where(order => order.State is OrderState.Open or OrderState.Accepted or OrderState.Shipped)];
        foreach (OrderId ended in _asked.Keys.Except(moving.Select(order => order.Id)).ToList())
            _asked.Remove(ended);
        foreach (OrderId ended in _expected.Keys.Where(expected => orders.Find(expected) is null or { IsFinal: true }))
            _expected.TryRemove(ended, out _);
        foreach (PlacedOrder order in moving)
        {
            bool due = !_asked.TryGetValue(order.Id, out DateTimeOffset asked) || time.GetUtcNow() - asked >= Pace;
            if (_expected.TryRemove(order.Id, out _) || due)
                await setbacks.TryAsync($"papers of order {order.Id.ToString()[..10]}", () => AskAsync(order, stop), false);
        }
        DateTimeOffset? rise = null, ask = _asked.Count == 0 ? null : _asked.Values.Min() + Pace; // by its own clock: whatever else wakes the drain must not set the pace
        foreach (PlacedOrder order in orders.UnderWay())
        {
            if (setbacks.Try($"delivery of order {order.Id.ToString()[..10]}", () => desk.Settle(order), null) is { } at && (rise is null || at < rise))
                rise = at;
        }
        return (rise is { } counts && (ask is not { } next || counts < next) ? rise : ask) - time.GetUtcNow();
    }

    private async Task<bool> AskAsync(PlacedOrder order, CancellationToken stop)
    {
        try
        {
            OrderMessage? told = await store.OrderAsync(order.Id.ToString(), stop);
            _asked[order.Id] = time.GetUtcNow();
            if (told?.Delivery is { } delivery && papers.Hear(order, delivery, time.GetUtcNow()) is { } wrong)
                refusals.Refuse("order papers", $"order {order.Id.ToString()[..10]}: {wrong}");
            return true;
        }
        catch (Exception error) when (error is HttpRequestException or StoreRefusal)
        {
            _asked[order.Id] = time.GetUtcNow();
            _expected[order.Id] = 0; // the next pass asks again; meanwhile the member can answer
            return false;
        }
    }
}
