using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Quantities;

namespace PantryChain.Reorder.Patterns;

/// <summary>All that is remembered of one product's use: constant size, immutable, written as JSON beside the journal.</summary>
/// <param name="Gtin">The product.</param>
/// <param name="Used">Everything used so far over all slots, in milligrams.</param>
/// <param name="Cycles">Packs used up so far, as the shelf saw it.</param>
/// <param name="CycleStart">Active days (<see cref="PatternBook"/>) at which the running pack was begun.</param>
/// <param name="Finished">The packs used up.</param>
/// <param name="Today">Number of the active day that is being counted, or null before the first event.</param>
/// <param name="UsedToday">Packs used on that day; below zero while a correction of an earlier day still has to come off.</param>
/// <param name="Shelf">The days before it.</param>
/// <param name="Levels">Last known stock per slot, in milligrams.</param>
/// <param name="QuietUntil">Active days before which no further deviation counts.</param>
public sealed record ProductHistory(
    Gtin Gtin, long Used, uint Cycles, double CycleStart, CycleHistory Finished, uint? Today, double UsedToday, ShelfHistory Shelf,
    IReadOnlyDictionary<ushort, long> Levels, double QuietUntil)
{
    private const uint MostDaysAtOnce = 60; // by then older evidence has faded to 0.2 % (0.9^60)

    /// <summary>A product that was just put on a slot.</summary>
    public static ProductHistory New(Gtin gtin, double activeDays) =>
        new(gtin, 0, 0, activeDays, CycleHistory.Empty, null, 0.0, ShelfHistory.Empty, new SortedDictionary<ushort, long>(), 0.0);

    /// <summary>Stock over all slots as the last events left it.</summary>
    public Mass Stock => new(Levels.Values.Sum());

    /// <summary>Packs that will have been used up after <paramref name="more"/> is used.</summary>
    /// <remarks>A remainder below 2 % of a pack counts as used up: cells err by that much and nobody pours the last drop.</remarks>
    public uint CyclesAfter(Mass more, Mass pack) =>
        Math.Max(Cycles, checked((uint)((Used + more.Milligrams + pack.Milligrams / 50) / pack.Milligrams)));

    /// <summary>Closes the days before <paramref name="day"/>; those without an event were days without use.</summary>
    public ProductHistory Reach(uint day)
    {
        if (Today is not { } today)
            return this with { Today = day };
        if (day <= today)
            return this;
        ShelfHistory shelf = Shelf.Learn(Math.Max(0.0, UsedToday));
        for (uint idle = Math.Min(day - today - 1, MostDaysAtOnce); idle > 0; idle--)
            shelf = shelf.Learn(0.0);
        return this with { Today = day, UsedToday = Math.Min(0.0, UsedToday), Shelf = shelf }; // what was corrected beyond the day's use comes off the next
    }

    /// <summary>Adds a use; packs that it ends share the time since the last one ended.</summary>
    public ProductHistory Use(Mass amount, Mass pack, double activeDays, CyclePrior prior)
    {
        uint cycles = CyclesAfter(amount, pack), ended = cycles - Cycles;
        CycleHistory finished = Finished;
        double days = Math.Max(activeDays - CycleStart, ShortestCycleDays) / Math.Max(1u, ended);
        for (uint i = 0; i < ended; i++)
            finished = finished.Learn(days, prior.Discount);
        return this with
        {
            Used = Used + amount.Milligrams, Cycles = cycles, CycleStart = ended > 0 ? activeDays : CycleStart, Finished = finished,
            UsedToday = UsedToday + (double)amount.Milligrams / pack.Milligrams,
        };
    }

    /// <summary>Takes back a use that was none; the packs counted so far stay counted, because a leaf may have told them, and the next uses catch up first.</summary>
    /// <param name="delta">Signed change of the stock; taking back a restocking (below zero) changes the level alone.</param>
    /// <param name="pack">Mass of one pack.</param>
    public ProductHistory Correct(Mass delta, Mass pack) => delta <= Mass.Zero ? this : this with
    {
        Used = Math.Max(0, Used - delta.Milligrams), UsedToday = UsedToday - (double)delta.Milligrams / pack.Milligrams,
    };

    /// <summary>Notes what lies on a slot now.</summary>
    public ProductHistory At(SlotId slot, Mass level) =>
        this with { Levels = new SortedDictionary<ushort, long>(Levels.ToDictionary()) { [slot.Value] = Math.Max(0, level.Milligrams) } };

    /// <summary>Station 6's output.</summary>
    public ConsumptionPattern Pattern(CyclePrior prior)
    {
        CycleForecast cycle = Finished.Forecast(prior);
        ShelfForecast shelf = Shelf.Forecast(cycle);
        double confidence = cycle.Confidence;
        PatternStage stage = Finished.Count < 3 || confidence < 0.35 ? PatternStage.Learning
            : Finished.Count >= 5 && confidence >= 0.6 ? PatternStage.Confirmed : PatternStage.Likely;
        return new ConsumptionPattern(
            Gtin, Cycles, shelf.PacksPerDay, shelf.Shape, shelf.Scale, shelf.DailyShape, cycle.MedianDays, cycle.Sigma, confidence, stage);
    }

    private const double ShortestCycleDays = 1.0 / 24.0; // an hour: several packs used for one meal
}
