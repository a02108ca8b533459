using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Configuration;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Series;
using PantryChain.Telemetry.Storage;
using PantryChain.Ui.Components;

namespace PantryChain.Gateway.Dashboard;

/// <summary>A product's stock over time, over all its slots: hourly means of the time series, and the journal's events where the series has none.</summary>
internal sealed class History(Household household, Journal journal, ITimeSeries series, TimeProvider time)
{
    private const int MostEvents = 500;
    private const double CellSigmaGrams = 1.0; // a settled 20 kg cell on a real board (noise budget: 0.5 to 1 g)

    private static readonly TimeSpan Shown = TimeSpan.FromDays(30), Step = TimeSpan.FromHours(1); // household time

    /// <summary>The newest events of a product and its stock over the last 30 household days, both in rising time.</summary>
    /// <remarks>A series that cannot be read leaves the events; its drain says so in the log.</remarks>
    public async Task<(IReadOnlyList<ThingEvent> Events, IReadOnlyList<StockPoint> Points)> OfAsync(Gtin gtin, CancellationToken cancellation)
    {
        IReadOnlyList<ThingEvent> events = LivePages.Of(journal, gtin, MostEvents);
        List<LevelPoint> levels = [];
        try
        {
            DateTimeOffset now = time.GetUtcNow();
            foreach (ShelfSlot slot in household.Slots.Where(slot => slot.Holds(gtin) && slot.Products.Count == 1)) // a shared slot's level is not the product's
                levels.AddRange(await series.ReadAsync(slot.Slot, now - Shown, now, Step, cancellation));
        }
        catch (StorageException)
        {
            levels.Clear();
        }
        return (events, Merge(events, levels));
    }

    /// <summary>One point per instant at which the series or, in its gaps, an event tells a level.</summary>
    public static IReadOnlyList<StockPoint> Merge(IReadOnlyList<ThingEvent> events, IReadOnlyList<LevelPoint> levels)
    {
        HashSet<(SlotId, long)> known = [.. levels.Select(level => (level.Slot, StepOf(level.At)))];
        IEnumerable<LevelPoint> told = events.Where(seen => !known.Contains((seen.Slot, StepOf(seen.SeenAt))))
            .Select(seen => new LevelPoint(seen.Slot, seen.SeenAt, seen.Level, Mass.FromGrams(CellSigmaGrams)));
        Dictionary<SlotId, LevelPoint> slots = [];
        List<StockPoint> points = [];
        foreach (IGrouping<DateTimeOffset, LevelPoint> instant in levels.Concat(told).GroupBy(level => level.At).OrderBy(instant => instant.Key))
        {
            foreach (LevelPoint level in instant)
                slots[level.Slot] = level;
            long sum = slots.Values.Sum(level => Math.Max(0, level.Level.Milligrams));
            double sigma = Math.Sqrt(slots.Values.Sum(level => level.Sigma.Grams * level.Sigma.Grams)); // slots err independently
            points.Add(new StockPoint(instant.Key, new Mass(sum), Mass.FromGrams(sigma)));
        }
        return points;
    }

    private static long StepOf(DateTimeOffset at) => at.ToUnixTimeSeconds() / (long)Step.TotalSeconds;
}
