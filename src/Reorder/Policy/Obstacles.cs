using PantryChain.Domain.Learning;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;

namespace PantryChain.Reorder.Policy;

/// <summary>What stands in the way of an order, whatever the stock says.</summary>
internal static class Obstacles
{
    /// <summary>Reasons that let a substitute stand in: the first choice is absent, out of season or too dear.</summary>
    public static ReorderBlocks LetSubstituteIn { get; } = ReorderBlocks.Create([ReorderBlock.SellerAbsent, ReorderBlock.OutOfSeason, ReorderBlock.PriceTooHigh]);

    /// <summary>All of them.</summary>
    public static ReorderBlocks Of(in ReorderSituation s, double leastCoverage)
    {
        ReorderBlocks blocks = OfShelf(s, leastCoverage);
        if (s.Paused)
            blocks |= ReorderBlock.Paused;
        if (s.OrderUnderWay)
            blocks |= ReorderBlock.OpenOrder;
        if (s.NeedUnderWay)
            blocks |= ReorderBlock.NeedUnderWay;
        if (s.Mandate is { } mandate)
            blocks |= OfCycles(s, mandate);
        return blocks | OfMeans(s);
    }

    /// <summary>Those that even the member's own wish cannot pass: what the contract refuses, a pause, an order under way.</summary>
    public static ReorderBlocks OfAsking(in ReorderSituation s)
    {
        ReorderBlocks blocks = s.Pattern is null ? ReorderBlock.StillLearning : default(ReorderBlocks); // no event, so no evidence
        if (s.Paused)
            blocks |= ReorderBlock.Paused;
        if (s.OrderUnderWay)
            blocks |= ReorderBlock.OpenOrder;
        if (s.Mandate is { } mandate)
            blocks |= OfCycles(s, mandate);
        return blocks | OfMeans(s);
    }

    /// <summary>Those of mandate, standing, seller and money: what must still hold when a decided order is signed.</summary>
    public static ReorderBlocks OfMeans(in ReorderSituation s)
    {
        if (s.Mandate is not { } mandate)
            return ReorderBlock.NoMandate;
        ReorderBlocks blocks = default;
        if (mandate.ValidUntil.At <= s.Now)
            blocks |= ReorderBlock.MandateExpired;
        if (s.Tier < mandate.MinTier)
            blocks |= ReorderBlock.StandingTooLow;
        if (!s.Rules.Season.IsAlways && !s.Rules.Season.Includes(s.Today))
            blocks |= ReorderBlock.OutOfSeason;
        if (mandate.MaxQuantity < s.OrderMultiple)
            blocks |= ReorderBlock.SmallestOrderTooLarge;
        if (s.UnitPrice is not { } price)
            return blocks | ReorderBlock.SellerAbsent;
        return blocks | (price.CompareTo(mandate.MaxUnitPrice) > 0 ? ReorderBlock.PriceTooHigh : OfMoney(s, s.OrderMultiple == 1 ? price : price * s.OrderMultiple));
    }

    private static ReorderBlocks OfShelf(in ReorderSituation s, double leastCoverage)
    {
        ReorderBlocks blocks = default;
        if (s.Pattern is not { PacksPerDay: > 0.0 } || s.Stock is null)
            blocks |= ReorderBlock.StillLearning;
        if (!s.SensorTrusted)
            blocks |= ReorderBlock.SensorFault;
        PatternDoubts doubts = s.Pattern?.Doubts ?? PatternDoubts.None;
        if (!s.StockCertain || (doubts & PatternDoubts.StockUncertain) == PatternDoubts.StockUncertain || s.Pattern?.Coverage < leastCoverage)
            blocks |= ReorderBlock.StockUncertain;
        if ((doubts & PatternDoubts.ClockLeapt) == PatternDoubts.ClockLeapt)
            blocks |= ReorderBlock.ClockUncertain;
        if (s.Away || (doubts & PatternDoubts.Away) == PatternDoubts.Away)
            blocks |= ReorderBlock.Away;
        return blocks;
    }

    private static ReorderBlocks OfCycles(in ReorderSituation s, Mandate mandate)
    {
        uint cycles = s.Pattern?.Cycles ?? 0;
        if (cycles < mandate.MinCycles || s is { Pattern.Cycles: 0, LastOrderedCycle: null }) // the contract's count of orders begins at one pack used up
            return ReorderBlock.TooFewCycles;
        return s.LastOrderedCycle is { } last && cycles <= last ? ReorderBlock.NothingUsedSinceLastOrder : default(ReorderBlocks);
    }

    private static ReorderBlocks OfMoney(in ReorderSituation s, Bamtol smallest)
    {
        ReorderBlocks blocks = default;
        if (s.BudgetLeft.CompareTo(smallest) < 0)
            blocks |= ReorderBlock.BudgetSpent;
        if (s.HouseholdBudgetLeft is { } household && household.CompareTo(smallest) < 0)
            blocks |= ReorderBlock.HouseholdBudgetSpent;
        if (s.Funds.CompareTo(smallest) < 0)
            blocks |= ReorderBlock.FundsTooLow;
        return blocks;
    }
}
