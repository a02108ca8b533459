using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;

namespace PantryChain.Rehearsal.World;

/// <summary>A household whose use follows what a real one bought: its eight most bought products on eight slots.</summary>
/// <remarks>
/// A purchase tells nothing of the hour or the gram of use, only that what was bought lasted until it was bought again. So the days between two purchases give the
/// rate of use between them, and nothing else of the file reaches the shelf while orders restock it; a pack ordered with the member's yes takes the place of
/// the next one bought. Masses and prices are not in the file: every product stands as a pack of half a kilogram for 3,000 won.
/// </remarks>
internal static class ReplayHousehold
{
    private const int MostSlots = 8;
    private const double PackGrams = 500, WrappingGrams = 20, UsesPerDay = 2;
    private const int PriceWon = 3_000, MaxQuantity = 2;
    private static readonly TimeOnly ComesHome = new(18, 30);

    /// <summary>The plan for purchases of one household, ordered by date.</summary>
    public static HouseholdPlan Plan(string household, IReadOnlyList<Purchase> purchases, ulong seed)
    {
        TimeZoneInfo seoul = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");
        DateOnly first = purchases[0].Date;
        IEnumerable<IGrouping<ulong, Purchase>> most = purchases.GroupBy(purchase => purchase.ClassId)
            .OrderByDescending(product => product.Count()).ThenBy(product => product.Key).Take(MostSlots);
        Shelved[] shelves = [.. most.Select((product, index) => Shelf((ushort)(index + 1), [.. product], first, seoul))];
        return new HouseholdPlan($"household {household}", seed, At(first, TimeOnly.MinValue, seoul), seoul, shelves);
    }

    private static Shelved Shelf(ushort slot, IReadOnlyList<Purchase> bought, DateOnly first, TimeZoneInfo zone)
    {
        List<RateSegment> rates = Rates(bought, first);
        int opening = (int)Math.Ceiling(rates[0].PacksPerDay * Math.Max(1, bought[0].Date.DayNumber - first.DayNumber)); // lasts until the first purchase
        SlotPlan plan = new(
            new SlotId(slot), Gtin.Restricted(bought[0].ClassId), Mass.FromGrams(PackGrams), Mass.FromGrams(WrappingGrams), opening, UsesPerDay, rates,
            CellPlan.For(Mass.FromGrams(PackGrams * (opening + MaxQuantity + 1))));
        return new Shelved(plan, bought[0].Product, bought[0].Product, $"class {bought[0].ClassId}", PriceWon, MaxQuantity,
            [.. bought.Select(purchase => At(purchase.Date, ComesHome, zone))]);
    }

    /// <summary>Packs per day between each two days of purchase; before the first and after the last, the average.</summary>
    private static List<RateSegment> Rates(IReadOnlyList<Purchase> bought, DateOnly first)
    {
        (int Day, int Packs)[] days = [.. bought.GroupBy(purchase => purchase.Date.DayNumber - first.DayNumber).OrderBy(day => day.Key).Select(day => (day.Key, day.Count()))];
        int span = days[^1].Day - days[0].Day;
        double average = span == 0 ? 1.0 / 30 : (double)(bought.Count - days[^1].Packs) / span;
        List<RateSegment> rates = days[0].Day == 0 ? [] : [new RateSegment(0, average)];
        for (int i = 0; i + 1 < days.Length; i++)
            rates.Add(new RateSegment(days[i].Day, (double)days[i].Packs / (days[i + 1].Day - days[i].Day)));
        rates.Add(new RateSegment(days[^1].Day, average));
        return rates;
    }

    private static DateTimeOffset At(DateOnly day, TimeOnly time, TimeZoneInfo zone)
    {
        DateTime local = day.ToDateTime(time);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }
}
