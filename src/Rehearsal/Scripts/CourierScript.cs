using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Rehearsal.World;

namespace PantryChain.Rehearsal.Scripts;

/// <summary>Everybody who puts packs on the shelves: the store's courier, and the member who still shops elsewhere in a replay.</summary>
/// <remarks>The delivery log is the memory: an order or a purchase that stands in it is never brought again.</remarks>
internal sealed class CourierScript
{
    /// <summary>How far ahead a delivery is dated, in real time, so that no process has asked the world for that moment before it has seen the log.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMilliseconds(250);

    private readonly HouseholdPlan _plan;
    private readonly TimeProvider _household;
    private readonly TimeSpan _ahead;
    private readonly DeliveryLog _log;
    private readonly Dictionary<OrderId, Delivery> _brought = [];
    private readonly HashSet<(SlotId, DateTimeOffset)> _bought = [];

    /// <summary>A courier over a delivery log.</summary>
    /// <param name="plan">The household.</param>
    /// <param name="deliveries">The delivery log's file.</param>
    /// <param name="household">Household time.</param>
    /// <param name="speed">Household seconds per real second.</param>
    public CourierScript(HouseholdPlan plan, string deliveries, TimeProvider household, double speed)
    {
        (_plan, _household, _ahead, _log) = (plan, household, Ahead * speed, new DeliveryLog(deliveries));
        _log.Refresh();
        foreach (Delivery delivery in _log.Entries)
            Remember(delivery);
    }

    /// <summary>Brings shipped orders whose time has come.</summary>
    public void Act(IEnumerable<DeskOrder> orders)
    {
        DateTimeOffset now = _household.GetUtcNow();
        foreach (DeskOrder order in orders.Where(order => order.State == Domain.Ordering.OrderState.Shipped && !_brought.ContainsKey(order.Order)))
        {
            DateTimeOffset arrives = ArrivesAt(order);
            if (now + _ahead >= arrives && _plan.Shelves.FirstOrDefault(shelf => shelf.Gtin == order.Gtin) is { } shelf)
                Bring(new Delivery(Later(arrives, now + _ahead), shelf.Slot.Slot, order.Quantity, "delivery", order.Order));
        }
    }

    /// <summary>Brings home what the household bought elsewhere, for products whose orders are not automatic yet.</summary>
    public void Shop(GatewayState state)
    {
        DateTimeOffset now = _household.GetUtcNow();
        foreach (Shelved shelf in _plan.Shelves.Where(shelf => shelf.Purchases.Count > 0))
        {
            if (state.Products.FirstOrDefault(product => product.Gtin == shelf.Gtin) is { Mode: var mode } && mode.Equals("auto", StringComparison.OrdinalIgnoreCase))
                continue;
            foreach (DateTimeOffset purchase in shelf.Purchases.Where(at => at <= now + _ahead && !_bought.Contains((shelf.Slot.Slot, at))))
                Buy(shelf, purchase, now);
        }
    }

    /// <summary>True when the order's packs have been put on the shelf.</summary>
    public bool HasDelivered(DeskOrder order, DateTimeOffset now) => _brought.TryGetValue(order.Order, out Delivery? delivery) && now > delivery.At;

    /// <summary>The day of arrival is drawn by the order's own hash from the catalogue's chances; the hour lies between ten and six.</summary>
    private DateTimeOffset ArrivesAt(DeskOrder order)
    {
        byte[] dice = order.Order.Value.ToArray();
        int days = dice[0] < 0.7 * 256 ? 2 : 3;
        DateTimeOffset placed = TimeZoneInfo.ConvertTime(order.PlacedAt, _plan.Zone);
        DateTime local = placed.Date.AddDays(days).AddHours(10 + 8 * dice[1] / 256.0);
        return new DateTimeOffset(local, _plan.Zone.GetUtcOffset(local));
    }

    private void Buy(Shelved shelf, DateTimeOffset purchase, DateTimeOffset now)
    {
        _bought.Add((shelf.Slot.Slot, purchase));
        if (purchase < now - TimeSpan.FromDays(2))
            return; // the rehearsal was not running then: what was bought was also used unseen
        Bring(new Delivery(Later(purchase, now + _ahead), shelf.Slot.Slot, 1, Why(purchase)));
    }

    private void Bring(Delivery delivery)
    {
        _log.Append(delivery);
        Remember(delivery);
    }

    private void Remember(Delivery delivery)
    {
        if (delivery.Order is { } order)
            _brought[order] = delivery;
        else if (DateTimeOffset.TryParse(delivery.Why["outside ".Length..], System.Globalization.CultureInfo.InvariantCulture, out DateTimeOffset purchase))
            _bought.Add((delivery.Slot, purchase));
    }

    private static string Why(DateTimeOffset purchase) => "outside " + purchase.ToString("O", System.Globalization.CultureInfo.InvariantCulture);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
