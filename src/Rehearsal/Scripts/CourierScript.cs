using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Rehearsal.World;

namespace PantryChain.Rehearsal.Scripts;

/// <summary>Everybody who puts packs on the shelves: the store's courier, and the member who still shops elsewhere in a replay.</summary>
/// <remarks>The delivery log is the memory: an order or a purchase that stands in it is never brought again.</remarks>
internal sealed class CourierScript
{
    /// <summary>How far ahead a delivery is dated, in real time, so that no process has asked the world for that moment before it has seen the log.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMilliseconds(250);

    /// <summary>Nobody touches the slot for this long before and after the courier: at 28,800 household seconds a second a weighing takes most of an hour.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromHours(1.5);

    private static readonly TimeSpan Opens = TimeSpan.FromHours(10), Closes = TimeSpan.FromHours(20);

    private readonly HouseholdPlan _plan;
    private readonly SimulatedHousehold _world;
    private readonly TimeProvider _household;
    private readonly TimeSpan _ahead;
    private readonly DeliveryLog _log;
    private readonly Dictionary<OrderId, Delivery> _brought = [];
    private readonly HashSet<(SlotId, DateTimeOffset)> _bought = [];
    private readonly Dictionary<SlotId, DateTimeOffset> _bareUntil = [];

    /// <summary>A courier over a delivery log.</summary>
    /// <param name="plan">The household.</param>
    /// <param name="deliveries">The delivery log's file.</param>
    /// <param name="household">Household time.</param>
    /// <param name="speed">Household seconds per real second.</param>
    public CourierScript(HouseholdPlan plan, string deliveries, TimeProvider household, double speed)
    {
        (_plan, _household, _ahead, _log) = (plan, household, Ahead * speed, new DeliveryLog(deliveries));
        _world = new SimulatedHousehold(plan.World, new DeliveryLog(deliveries));
        _log.Refresh();
        foreach (Delivery delivery in _log.Entries)
            Remember(delivery);
    }

    /// <summary>Brings shipped orders whose time has come.</summary>
    public void Act(IEnumerable<DeskOrder> orders)
    {
        DateTimeOffset soonest = _household.GetUtcNow() + _ahead;
        foreach (DeskOrder order in orders.Where(order => order.State == OrderState.Shipped && !_brought.ContainsKey(order.Order)))
        {
            if (_plan.Shelves.FirstOrDefault(shelf => shelf.Gtin == order.Gtin) is not { } shelf)
                continue;
            DateTimeOffset arrives = QuietMoment(shelf.Slot.Slot, Later(FirstDayOf(order), soonest));
            if (soonest >= arrives - _ahead)
                Bring(new Delivery(arrives, shelf.Slot.Slot, order.Quantity, "delivery", order.Order));
        }
    }

    /// <summary>Brings home what the household buys elsewhere, for products whose orders are not automatic yet: by the file of a replay, else when the shelf is bare.</summary>
    public void Shop(GatewayState state)
    {
        foreach (Shelved shelf in _plan.Shelves)
        {
            if (state.Products.FirstOrDefault(product => product.Gtin == shelf.Gtin) is not { IsAutomatic: false })
                continue;
            if (shelf.Purchases.Count > 0)
                Follow(shelf);
            else if (!state.Orders.Any(order => order.Gtin == shelf.Gtin && !order.IsFinal))
                BuyWhenBare(shelf);
        }
    }

    /// <summary>True when the order's packs have been put on the shelf.</summary>
    public bool HasDelivered(DeskOrder order, DateTimeOffset now) => _brought.TryGetValue(order.Order, out Delivery? delivery) && now > delivery.At;

    /// <summary>The first moment of the day of arrival, which the order's own hash draws from the catalogue's chances.</summary>
    private DateTimeOffset FirstDayOf(DeskOrder order)
    {
        int days = order.Order.Value.ToArray()[0] < 0.7 * 256 ? 2 : 3;
        DateTime local = TimeZoneInfo.ConvertTime(order.PlacedAt, _plan.Zone).Date.AddDays(days) + Opens;
        return new DateTimeOffset(local, _plan.Zone.GetUtcOffset(local));
    }

    /// <summary>The first daytime moment from <paramref name="from"/> on at which nobody is at the slot: a courier who hands over while someone pours would be weighed as one change.</summary>
    private DateTimeOffset QuietMoment(SlotId slot, DateTimeOffset from)
    {
        _world.Refresh();
        for (DateTimeOffset at = from; at < from + TimeSpan.FromDays(2); at += TimeSpan.FromMinutes(15))
        {
            TimeSpan hour = TimeZoneInfo.ConvertTime(at, _plan.Zone).TimeOfDay;
            if (hour >= Opens && hour <= Closes && _world.StockAt(slot, at - Quiet) == _world.StockAt(slot, at + Quiet))
                return at;
        }
        return from;
    }

    /// <summary>Every purchase of the file that is due, but for those that an ordered pack has made needless.</summary>
    private void Follow(Shelved shelf)
    {
        DateTimeOffset soonest = _household.GetUtcNow() + _ahead;
        foreach (DateTimeOffset purchase in shelf.Purchases.Where(at => at <= soonest && !_bought.Contains((shelf.Slot.Slot, at))))
        {
            // Packs delivered so far, less the purchases already left out for them: those that are past and not in the log.
            int ordered = _brought.Values.Where(delivery => delivery.Slot == shelf.Slot.Slot).Sum(delivery => delivery.Packs);
            int spared = shelf.Purchases.Count(at => at < purchase && !_log.Entries.Any(delivery => delivery.Slot == shelf.Slot.Slot && delivery.Why == Why(at)));
            _bought.Add((shelf.Slot.Slot, purchase));
            if (spared >= ordered)
                Bring(new Delivery(Later(purchase, soonest), shelf.Slot.Slot, 1, Why(purchase)));
        }
    }

    private void BuyWhenBare(Shelved shelf)
    {
        DateTimeOffset soonest = _household.GetUtcNow() + _ahead;
        _world.Refresh();
        if (soonest < _plan.Origin || soonest < _bareUntil.GetValueOrDefault(shelf.Slot.Slot) || _world.LevelAt(shelf.Slot.Slot, soonest) > Mass.Zero)
            return;
        DateTimeOffset comes = QuietMoment(shelf.Slot.Slot, soonest);
        _bareUntil[shelf.Slot.Slot] = comes;
        Bring(new Delivery(comes, shelf.Slot.Slot, 1, Why(soonest)));
    }

    private void Bring(Delivery delivery)
    {
        _log.Append(delivery);
        _log.Refresh();
        Remember(delivery);
    }

    private void Remember(Delivery delivery)
    {
        if (delivery.Order is { } order)
            _brought[order] = delivery;
        else if (delivery.Why.StartsWith("outside ", StringComparison.Ordinal) && DateTimeOffset.TryParse(delivery.Why["outside ".Length..], System.Globalization.CultureInfo.InvariantCulture, out DateTimeOffset purchase))
            _bought.Add((delivery.Slot, purchase));
    }

    private static string Why(DateTimeOffset purchase) => "outside " + purchase.ToString("O", System.Globalization.CultureInfo.InvariantCulture);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
