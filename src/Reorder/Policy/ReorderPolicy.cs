using PantryChain.Domain.Learning;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Reorder.Patterns;

namespace PantryChain.Reorder.Policy;

/// <summary>Station 7's question: is it time to order, and how much?</summary>
/// <remarks>Pure and thread safe. Order as soon as the chance of running out before an order placed at the next review arrives reaches one minus the service level.</remarks>
/// <param name="ServiceLevel">Wanted chance of not running out, above 0 and below 1.</param>
/// <param name="ReviewDays">Days until the question is asked again.</param>
/// <param name="ApprovalsBeforeAuto">Proposals that the member accepts before orders are placed unasked.</param>
/// <param name="MostRateSpread">Largest coefficient of variation of the rate of use at which orders are placed unasked.</param>
public sealed record ReorderPolicy(double ServiceLevel = 0.95, double ReviewDays = 1.0, uint ApprovalsBeforeAuto = 2, double MostRateSpread = 0.35)
{
    private const double LargestOrderPacks = 1000.0;

    /// <summary>Weighs one product's situation.</summary>
    public ReorderAdvice Advise(ReorderSituation situation)
    {
        List<ReorderBlock> blocks = [.. Blocks(situation)];
        if (situation.Pattern is not { } pattern || situation.Stock is not { } stock)
            return new ReorderAdvice(false, 0, null, blocks);

        ShelfForecast rate = Rate(pattern);
        double packs = Math.Max(0.0, (double)stock.Milligrams / situation.Pack.Milligrams);
        double risk = Risk(rate, packs, situation.Lead, 0.0);
        ReorderReason why = new(
            stock, rate.DaysUntilGone(packs, 0.1), rate.DaysUntilGone(packs, 0.9),
            situation.Now.AddDays(situation.Lead.MedianDays), risk);
        bool due = risk >= 1.0 - ServiceLevel;
        uint quantity = due && blocks.Count == 0 ? Quantity(rate, packs, pattern, situation) : 0;
        return new ReorderAdvice(due, quantity, why, blocks);
    }

    /// <summary>Stock in packs at which <see cref="Advise"/> begins to order: the member's "reorder point", for display.</summary>
    public double ReorderPoint(ConsumptionPattern pattern, LeadTime lead) => Level(Rate(pattern), lead, 0.0);

    /// <summary>What a gateway may do by itself now: never more than the member wished, and asking first until proposals were accepted and the rate is known.</summary>
    public MandateMode ModeFor(MandateMode wished, uint approvals, ConsumptionPattern pattern) =>
        wished == MandateMode.Auto && (approvals < ApprovalsBeforeAuto || Rate(pattern).RateSpread > MostRateSpread) ? MandateMode.Approve : wished;

    private static IEnumerable<ReorderBlock> Blocks(ReorderSituation s)
    {
        if (s.Pattern is not { PacksPerDay: > 0.0 } || s.Stock is null)
            yield return ReorderBlock.StillLearning;
        if (!s.SensorTrusted)
            yield return ReorderBlock.SensorFault;
        if (s.Paused)
            yield return ReorderBlock.Paused;
        if (s.OrderUnderWay)
            yield return ReorderBlock.OpenOrder;
        if (s.Mandate is not { } mandate)
        {
            yield return ReorderBlock.NoMandate;
            yield break;
        }
        if (mandate.ValidUntil <= s.Now)
            yield return ReorderBlock.MandateExpired;
        if ((s.Pattern?.Cycles ?? 0) < mandate.MinCycles)
            yield return ReorderBlock.TooFewCycles;
        else if (s.LastOrderedCycle is { } last && s.Pattern!.Value.Cycles <= last)
            yield return ReorderBlock.NothingUsedSinceLastOrder;
        if (s.Tier < mandate.MinTier)
            yield return ReorderBlock.StandingTooLow;
        if (s.UnitPrice is not { } price)
            yield return ReorderBlock.SellerAbsent;
        else if (price.CompareTo(mandate.MaxUnitPrice) > 0)
            yield return ReorderBlock.PriceTooHigh;
        else
        {
            if (s.BudgetLeft.CompareTo(price) < 0)
                yield return ReorderBlock.BudgetSpent;
            if (s.Funds.CompareTo(price) < 0)
                yield return ReorderBlock.FundsTooLow;
        }
    }

    /// <summary>Whole packs up to the service level's quantile of use until the order after this one arrives; within mandate, budget and funds.</summary>
    private uint Quantity(ShelfForecast rate, double packs, in ConsumptionPattern pattern, ReorderSituation s)
    {
        double missing = Math.Ceiling(Level(rate, s.Lead, pattern.MedianCycleDays) - packs);
        uint wanted = (uint)Math.Clamp(missing, 1.0, s.Mandate!.MaxQuantity);
        Bamtol purse = s.BudgetLeft.CompareTo(s.Funds) < 0 ? s.BudgetLeft : s.Funds, price = s.UnitPrice!.Value;
        UInt128 affordable = price.Hundredths == 0 ? wanted : purse.Hundredths / price.Hundredths;
        return affordable < wanted ? (uint)affordable : wanted;
    }

    private double Level(ShelfForecast rate, LeadTime lead, double extraDays) =>
        ShelfForecast.Bisect(packs => Risk(rate, packs, lead, extraDays) > 1.0 - ServiceLevel, LargestOrderPacks);

    private double Risk(ShelfForecast rate, double packs, LeadTime lead, double extraDays) =>
        lead.Chances.Sum(l => l.Chance * rate.ChanceOfUsingMore(packs, l.Days + ReviewDays + extraDays));

    private static ShelfForecast Rate(ConsumptionPattern pattern) => new(pattern.RateShape, pattern.RateScale, pattern.DailyShape);
}
