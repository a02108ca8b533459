using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Configuration;
using PantryChain.Ui.Components;

namespace PantryChain.Gateway.Dashboard;

/// <summary>A product's stock over time, from its events: the level after each one, over all its slots.</summary>
internal static class History
{
    private const double CellSigmaGrams = 1.0; // a settled 20 kg cell on a real board (noise budget: 0.5 to 1 g)

    /// <summary>One point per event, in rising time.</summary>
    public static IReadOnlyList<StockPoint> Of(IReadOnlyList<ThingEvent> events, Household household, Gtin gtin)
    {
        int slots = household.Slots.Count(slot => slot.Product.Gtin == gtin);
        Dictionary<SlotId, Mass> levels = [];
        List<StockPoint> points = [];
        foreach (ThingEvent seen in events)
        {
            levels[seen.Slot] = seen.Level;
            long sum = levels.Values.Sum(level => Math.Max(0, level.Milligrams));
            points.Add(new StockPoint(seen.SeenAt, new Mass(sum), Mass.FromGrams(CellSigmaGrams * Math.Sqrt(slots))));
        }
        return points;
    }
}
