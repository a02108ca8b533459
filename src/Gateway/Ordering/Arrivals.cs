using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Configuration;
using PantryChain.Reorder.Machine;

namespace PantryChain.Gateway.Ordering;

/// <summary>Packs of an order that a weight rise showed.</summary>
internal sealed record Arrival(OrderId Order, uint Packs);

/// <summary>Station 9's eye: tells the delivery of an order from a household's own shopping by the weight of the rise.</summary>
/// <remarks>
/// A rise counts as delivery when an order of that product is on its way and the rise is a whole number of its missing packs, within the
/// tolerance, or somewhat less when somebody poured before the shelf had settled. What the
/// chain says about the order may be a moment old, so an order whose veto window is over counts as on its way; the release is signed only when the chain
/// shows the order shipped, and refused by the contract before. Thread safe.
/// </remarks>
internal sealed class Arrivals(ReorderDesk desk, OrderBook orders, Household household, TimeSpan veto)
{
    /// <summary>The arrival that a rise shows, or null when it is none.</summary>
    /// <param name="gtin">The product on the slot.</param>
    /// <param name="pack">Mass of one pack.</param>
    /// <param name="rise">How much was added, above zero.</param>
    /// <param name="at">Household time of the rise.</param>
    public Arrival? Match(Gtin gtin, Mass pack, Mass rise, DateTimeOffset at)
    {
        ReorderProcess process = desk[gtin];
        if (process.Order.IsNone || orders.Find(process.Order) is not { } order || !IsOnItsWay(process, order, at))
            return null;
        uint missing = order.Terms.Quantity - Math.Min(order.Terms.Quantity, orders.Arrived(order.Id).Packs);
        long packs = (rise.Milligrams + pack.Milligrams / 2) / pack.Milligrams;
        long off = rise.Milligrams - packs * pack.Milligrams;
        double most = household.Options.Ordering.DeliveryTolerance * packs * pack.Milligrams;
        double least = -Math.Max(most, household.Options.Ordering.DeliveryShortfall * pack.Milligrams);
        bool fits = packs >= 1 && packs <= missing && off <= most && off >= least;
        return fits ? new Arrival(order.Id, (uint)packs) : null;
    }

    /// <summary>True while an order of a product is on its way, so that its packs may come.</summary>
    public bool Awaits(Gtin gtin, DateTimeOffset at)
    {
        ReorderProcess process = desk[gtin];
        return !process.Order.IsNone && orders.Find(process.Order) is { } order && IsOnItsWay(process, order, at);
    }

    private bool IsOnItsWay(ReorderProcess process, PlacedOrder order, DateTimeOffset at) =>
        process.State is ReorderState.Accepted or ReorderState.Shipped || (process.State == ReorderState.Open && at > order.PlacedAt + veto);
}
