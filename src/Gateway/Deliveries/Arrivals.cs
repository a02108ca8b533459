using PantryChain.Domain.Catalogue;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Ordering;
using PantryChain.Reorder.Machine;

namespace PantryChain.Gateway.Deliveries;

/// <summary>Station 9's eye: notices packs that come while an order of their product is on its way, and whether they are known to be its delivery.</summary>
/// <remarks>
/// Weight alone tells nothing: the household shops elsewhere, too. What the chain says about the order may be a moment old, so an order whose veto window is over counts as
/// on its way; the release is signed only when the chain shows the order shipped, and refused by the contract before. Thread safe.
/// </remarks>
internal sealed class Arrivals(ReorderDesk desk, OrderBook orders, RiseBook rises, DeliveryJudge judge, Household household, TimeSpan veto)
{
    private const double ExactShare = 0.02; // of a pack: what packs of one product differ by

    /// <summary>The rise that some mass is, or null when no order of the product is on its way or it is less than a pack.</summary>
    /// <param name="slot">Where.</param>
    /// <param name="product">What came.</param>
    /// <param name="mass">How much was added, above zero.</param>
    /// <param name="at">Household time of the rise.</param>
    /// <returns>A rise that is not kept yet; <see cref="RiseState.Arrived"/> when the delivery is known already.</returns>
    public Rise? See(SlotId slot, Product product, Mass mass, DateTimeOffset at)
    {
        if (OnItsWay(product.Gtin, at) is not { } order)
            return null;
        (long packs, bool exact) = Count(product.Pack, mass);
        if (packs < 1)
            return null;
        Rise rise = new(0, order.Id, slot, (uint)packs, exact, at);
        IReadOnlyList<Verdict> verdicts = judge.Judge(order, ShippedAt(order), [.. rises.Of(order.Id), rise]);
        foreach (Verdict verdict in verdicts)
        {
            if (verdict.Rise == rise && verdict.By is Voucher.Tag or Voucher.Code && verdict.CountsAt <= at)
                return rise with { State = RiseState.Arrived, By = verdict.By, DecidedAt = at, Counted = verdict.Packs };
        }
        return rise;
    }

    /// <summary>True while an order of a product is on its way, so that its packs may come.</summary>
    public bool Awaits(Gtin gtin, DateTimeOffset at) => OnItsWay(gtin, at) is not null;

    /// <summary>When an order was shipped, as the chain showed it, or null.</summary>
    public DateTimeOffset? ShippedAt(PlacedOrder order)
    {
        foreach ((OrderState state, DateTimeOffset at) in orders.History(order.Id))
        {
            if (state == OrderState.Shipped)
                return at;
        }
        return null;
    }

    /// <summary>Whole packs in a mass: somewhat less counts when somebody poured before the shelf had settled; exact is what holds to within 2 %.</summary>
    private (long Packs, bool Exact) Count(Mass pack, Mass mass)
    {
        long packs = (mass.Milligrams + pack.Milligrams / 2) / pack.Milligrams;
        long off = mass.Milligrams - packs * pack.Milligrams;
        double most = household.Options.Ordering.DeliveryTolerance * packs * pack.Milligrams;
        double least = -Math.Max(most, household.Options.Ordering.DeliveryShortfall * pack.Milligrams);
        if (off > most || off < least)
            packs = mass.Milligrams / pack.Milligrams; // no whole number of packs: as many as it holds for sure
        return (packs, Math.Abs(off) <= ExactShare * packs * pack.Milligrams);
    }

    private PlacedOrder? OnItsWay(Gtin gtin, DateTimeOffset at)
    {
        ReorderProcess process = desk[gtin];
        if (process.Order.IsNone || orders.Find(process.Order) is not { } order || at < order.PlacedAt)
            return null;
        return process.State is ReorderState.Accepted or ReorderState.Shipped || (process.State == ReorderState.Open && at > order.PlacedAt + veto) ? order : null;
    }
}
