using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Reorder.Patterns;
using PantryChain.Reorder.Policy;

namespace PantryChain.Reorder.Tests.Policy;

/// <summary>A household whose litre of milk lasts about three days, on a Saturday in March.</summary>
internal static class PolicySamples
{
    public static readonly DateTimeOffset Saturday = new(2026, 3, 14, 9, 0, 0, TimeSpan.FromHours(9));

    public static readonly Gtin Milk = Gtin.Restricted(1), Oat = Gtin.Restricted(2), Rice = Gtin.Restricted(3);

    public static readonly ConsumptionPattern Pattern = EvenUse();

    public static readonly LeadTime NextDay = new(new Dictionary<int, double> { [1] = 1.0 });

    public static Mandate Mandate(Gtin gtin, uint most = 3, ulong price = 3000, ulong budget = 30_000) => new(
        default, gtin, most, Bamtol.FromWon(price), Bamtol.FromWon(budget), PeriodDays: 30, MinCycles: 0, MinTier: 1, new BasisPoints(2000), default,
        Saturday.AddDays(300), Nonce: 1);

    public static ReorderSituation Situation(double packs, Gtin? gtin = null) => new(
        Saturday, Mass.FromGrams(1000), Mass.FromGrams(packs * 1000), SensorTrusted: true, Pattern, LeadTime.Usual, Mandate(gtin ?? Milk), Bamtol.FromWon(2500),
        Bamtol.FromWon(30_000), Bamtol.FromWon(50_000), Tier: 1, LastOrderedCycle: null, OrderUnderWay: false, Paused: false);

    /// <summary>A pack every three days for five packs, three pours a day.</summary>
    private static ConsumptionPattern EvenUse()
    {
        CycleHistory cycles = CycleHistory.Empty;
        for (int pack = 0; pack < 5; pack++)
            cycles = cycles.Learn(3.0, CyclePrior.Global.Discount);
        ShelfHistory shelf = ShelfHistory.Empty;
        for (int day = 0; day < 15; day++)
            shelf = shelf.Learn(day % 3 == 0 ? 0.4 : 0.3);
        CycleForecast cycle = cycles.Forecast(CyclePrior.Global);
        ShelfForecast rate = shelf.Forecast(cycle);
        return new ConsumptionPattern(
            Milk, 5, rate.PacksPerDay, rate.Shape, rate.Scale, rate.DailyShape, cycle.MedianDays, cycle.Sigma, cycle.Confidence, PatternStage.Likely);
    }
}
