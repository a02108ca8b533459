using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Rehearsal.Audit;
using PantryChain.Rehearsal.World;

namespace PantryChain.Rehearsal.Scripts;

/// <summary>Everybody who puts packs on the shelves: the store's courier, and the household that shops elsewhere, also while an order is on its way.</summary>
/// <remarks>The delivery log is the memory: an order or a purchase that stands in it is never brought again.</remarks>
internal sealed class CourierScript
{
    /// <summary>How far ahead a delivery is dated, in real time, so that no process has asked the world for that moment before it has seen the log.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMilliseconds(250);

    /// <summary>Nobody touches the slot for this long before and after the courier: at 28,800 household seconds a second a weighing takes most of an hour.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromHours(1.5);

    private static readonly TimeSpan Slack = TimeSpan.FromHours(1);

    private static readonly TimeSpan Opens = TimeSpan.FromHours(10), Closes = TimeSpan.FromHours(20);

    private static readonly TimeSpan Thirst = TimeSpan.FromMinutes(2); // a scale that is busy with the delivery cannot tell the glass from it

    private readonly HouseholdPlan _plan;
    private readonly Habits _habits;
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
    /// <param name="habits">How the household shops and unpacks; null for the usual ones.</param>
    public CourierScript(HouseholdPlan plan, string deliveries, TimeProvider household, double speed, Habits? habits = null)
    {
        _habits = habits ?? Habits.Usual;
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
            DateTimeOffset from = Later(FirstDayOf(order), soonest);
            DateTimeOffset arrives = _habits.DrinksAtOnce ? ThirstyMoment(shelf.Slot.Slot, from) : QuietMoment(shelf.Slot.Slot, from);
            if (soonest >= arrives - _ahead)
                Bring(new Delivery(arrives, shelf.Slot.Slot, order.Quantity, "delivery", order.Order, shelf.Slot.Tagged ? SerialsOf(order) : null));
        }
    }

    /// <summary>Brings home what the household buys elsewhere, whether or not an order is on its way: by the file of a replay, when the shelf is bare, and sometimes because it was at hand.</summary>
    public void Shop(GatewayState state)
    {
        foreach (Shelved shelf in _plan.Shelves)
        {
            if (state.Products.FirstOrDefault(product => product.Gtin == shelf.Gtin) is not { } product)
                continue;
            OrderRow? shipped = state.Orders.FirstOrDefault(order => order.Gtin == shelf.Gtin && order.State == "Shipped");
            if (shipped is not null && Errand(new OrderId(Hash32.Parse(shipped.Order))))
                BuyOnTheWay(shelf, shipped);
            if (shelf.Purchases.Count > 0)
            {
                if (!product.IsAutomatic)
                    Follow(shelf);
            }
            else if (!product.IsAutomatic || (shipped is not null && _habits.ShopsWhenBare))
                BuyWhenBare(shelf);
        }
    }

    /// <summary>When the order's packs are put on the shelf, or null before that is known.</summary>
    public DateTimeOffset? DeliveredAt(DeskOrder order) => _brought.GetValueOrDefault(order.Order)?.At;

    /// <summary>The truth about packs that a shelf gained: whether the order brought them.</summary>
    /// <param name="order">The order.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="packs">Packs that came.</param>
    /// <param name="at">When the scale had settled.</param>
    public bool Brought(OrderId order, SlotId slot, long packs, DateTimeOffset at)
    {
        _log.Refresh();
        Delivery[] near = [.. _log.Entries.Where(entry => entry.Slot == slot && entry.At <= at + Slack && at - entry.At < DeliveryAudit.Lag).OrderBy(entry => (at - entry.At).Duration())];
        return near.Length > 0 && (near[0].Order == order || (packs > near[0].Packs && near.Any(entry => entry.Order == order)));
    }

    /// <summary>Serial numbers on the tags of an order's packs.</summary>
    public static IReadOnlyList<string> SerialsOf(DeskOrder order) => [.. Enumerable.Range(0, order.Quantity).Select(pack =>
        (10_000_000 + 100 * (BitConverter.ToUInt32(order.Order.Value.ToArray()) % 1_000_000) + pack).ToString(System.Globalization.CultureInfo.InvariantCulture))];

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

    /// <summary>A daytime moment from <paramref name="from"/> on right before somebody wants some: the glass is poured before the reading of the delivery has settled.</summary>
    private DateTimeOffset ThirstyMoment(SlotId slot, DateTimeOffset from)
    {
        _world.Refresh();
        SlotStock before = _world.StockAt(slot, from);
        for (DateTimeOffset at = from; at < from + TimeSpan.FromDays(2); at += TimeSpan.FromMinutes(1))
        {
            SlotStock after = _world.StockAt(slot, at);
            TimeSpan hour = TimeZoneInfo.ConvertTime(at, _plan.Zone).TimeOfDay;
            if (after != before && hour >= Opens && hour <= Closes && at - Thirst >= from)
                return at - Thirst;
            before = after;
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

    /// <summary>True for the orders while which somebody brings home a pack although one is on its way.</summary>
    private bool Errand(OrderId order) => _habits.HasErrand(order.Value.ToArray()[2]);

    /// <summary>One pack on the day on which the order was seen to be shipped, once.</summary>
    private void BuyOnTheWay(Shelved shelf, OrderRow order)
    {
        string why = "on the way to " + order.Order;
        _log.Refresh();
        if (_log.Entries.Any(delivery => delivery.Why == why))
            return;
        Bring(new Delivery(QuietMoment(shelf.Slot.Slot, _household.GetUtcNow() + _ahead), shelf.Slot.Slot, 1, why));
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
