using PantryChain.Reorder.Patterns;

namespace PantryChain.Reorder.Policy;

/// <summary>Whether it is time to order although what stands would last until an order placed at the next review came.</summary>
internal static class Reserve
{
    /// <summary>
    /// True where waiting leaves too little for later: even the largest order that may be placed would not last until the one after it comes, or a pack is about to be used up and with it the chance
    /// to order for the last one, which later orders cannot make up for.
    /// </summary>
    public static bool IsCalledFor(in ReorderSituation s, in NextOrder next, ShelfForecast rate, double level, double reviewDays, double useUpChance)
    {
        uint largest = OrderSize.LargestOf(s, rate, useUpChance);
        if (largest == 0)
            return false;
        double packs = s.Packs;
        bool comesLater = DeliveryWait.ArrivalDays(s, reviewDays) > DeliveryWait.ArrivalDays(s); // else waiting for the same van costs nothing
        return (comesLater && !next.IsCovered(s, rate, packs + largest, level))
            || (next.MayLapse(s, rate, reviewDays, level) && !next.IsCoveredOnceUsed(s, rate, packs + largest - 1.0, level));
    }
}
