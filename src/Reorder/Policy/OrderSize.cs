using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Reorder.Patterns;

namespace PantryChain.Reorder.Policy;

/// <summary>How many packs: up to the wanted level, in the seller's multiples, within every limit.</summary>
/// <param name="Quantity">Packs; 0 when a limit leaves no room for the smallest order.</param>
/// <param name="Limit">What kept it below what use calls for.</param>
internal readonly record struct OrderSize(uint Quantity, ReorderLimit Limit)
{
    private const uint Largest = 1000;

    /// <summary>
    /// The smallest multiple that lowers the chance of running out before the order after this one (<see cref="NextOrder"/>) arrives to <paramref name="level"/>, at least up to the
    /// member's minimum, at most what mandate, money, shelf life and the member's maximum allow.
    /// </summary>
    public static OrderSize Of(in ReorderSituation s, in NextOrder next, ShelfForecast rate, double level, double useUpChance)
    {
        OrderSize most = Most(s, rate, useUpChance);
        uint multiple = s.OrderMultiple, high = most.Quantity / multiple;
        if (high == 0)
            return new OrderSize(0, most.Limit);
        double packs = s.Packs;
        if (!IsEnough(s, next, rate, level, packs + high * multiple))
            return new OrderSize(high * multiple, most.Limit);
        uint low = 0; // not enough, or too little to be an order
        while (high - low > 1)
        {
            uint middle = low + (high - low) / 2;
            (low, high) = IsEnough(s, next, rate, level, packs + middle * multiple) ? (low, middle) : (middle, high);
        }
        return new OrderSize(high * multiple, ReorderLimit.None);
    }

    /// <summary>What mandate and money allow of <paramref name="packs"/>, in whole multiples: the last look before an order is signed.</summary>
    public static OrderSize Affordable(in ReorderSituation s, uint packs)
    {
        OrderSize most = new(packs, ReorderLimit.None);
        most = most.AtMost(s.Mandate!.MaxQuantity, ReorderLimit.Mandate);
        Bamtol purse = s.BudgetLeft.CompareTo(s.Funds) < 0 ? s.BudgetLeft : s.Funds, price = s.UnitPrice!.Value;
        if (s.HouseholdBudgetLeft is { } household && household.CompareTo(purse) < 0)
            purse = household;
        if (price.Hundredths != 0)
            most = most.AtMost((double)(purse.Hundredths / price.Hundredths), ReorderLimit.Money);
        return most with { Quantity = most.Quantity / s.OrderMultiple * s.OrderMultiple };
    }

    /// <summary>The most packs that one order may have while there is money for them; 0 without a mandate.</summary>
    public static uint LargestOf(in ReorderSituation s, ShelfForecast rate, double useUpChance) => s.Mandate is not { } mandate ? 0
        : Kept(s, rate, useUpChance, new OrderSize(mandate.MaxQuantity, ReorderLimit.Mandate)).Quantity / s.OrderMultiple * s.OrderMultiple;

    private static OrderSize Most(in ReorderSituation s, ShelfForecast rate, double useUpChance) => Kept(s, rate, useUpChance, Affordable(s, Largest));

    /// <summary>What the household has room and time for, of <paramref name="most"/>.</summary>
    private static OrderSize Kept(in ReorderSituation s, ShelfForecast rate, double useUpChance, OrderSize most)
    {
        if (s.Rules.Maximum is { } maximum)
            most = most.AtMost((double)maximum.Milligrams / s.Pack.Milligrams - s.Packs - s.IncomingPacks, ReorderLimit.MaximumStock);
        if (s.Rules.ShelfLifeDays is { } keeps)
            most = most.AtMost(UsedUpInTime(s, ReorderPolicy.UsualRate(s.Pattern!.Value), keeps, useUpChance, most.Quantity), ReorderLimit.Expiry);
        return most;
    }

    /// <summary>
    /// The most packs that are used up within their shelf life with the wanted chance, behind what is expected to be left of the older stock when they
    /// arrive (first in, first out).
    /// </summary>
    private static uint UsedUpInTime(in ReorderSituation s, ShelfForecast rate, double keepsDays, double useUpChance, uint most)
    {
        double older = Math.Max(0.0, s.Packs + s.IncomingPacks - rate.PacksPerDay * s.DemandMultiplier * s.Lead.MedianDays);
        uint low = 0, high = most + 1; // none is always used up; one too many never counts
        while (high - low > 1)
        {
            uint middle = low + (high - low) / 2;
            (low, high) = rate.ChanceOfUsingMore(older + middle, keepsDays) >= useUpChance ? (middle, high) : (low, middle);
        }
        return low;
    }

    private static bool IsEnough(in ReorderSituation s, in NextOrder next, ShelfForecast rate, double level, double packs) =>
        packs >= s.MinimumPacks && next.IsCovered(s, rate, packs, level);

    private OrderSize AtMost(double packs, ReorderLimit limit) => packs >= Quantity ? this : new OrderSize((uint)Math.Max(0.0, packs), limit);
}
