using System.Globalization;
using PantryChain.Gateway.Cooperative;
using PantryChain.Reorder.Policy;

namespace PantryChain.Gateway.Ordering;

/// <summary>When a seller delivers, when the product is in season, how long it keeps: the catalogue's words as this gateway reads them.</summary>
/// <param name="DayBits">Weekdays of delivery, bit <see cref="DayOfWeek"/>.</param>
/// <param name="CutOff">Household time of day from which an order counts for the next day, or null.</param>
/// <param name="MonthBits">Months on sale, bit 0 is January.</param>
/// <param name="ShelfLifeDays">Days that a fresh pack keeps, or null.</param>
internal sealed record SupplyTerms(int DayBits, TimeOnly? CutOff, int MonthBits, int? ShelfLifeDays)
{
    private const int AllDays = 0x7f, AllMonths = 0xfff;

    private static readonly string[] DayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    /// <summary>Any day, all year, and it keeps: what a store means that says nothing.</summary>
    public static SupplyTerms Always { get; } = new(AllDays, null, AllMonths, null);

    /// <summary>The weekdays of delivery.</summary>
    public IEnumerable<DayOfWeek> Days => Enum.GetValues<DayOfWeek>().Where(day => (DayBits >> (int)day & 1) != 0);

    /// <summary>True when goods come on any day of the week.</summary>
    public bool ComesDaily => DayBits == AllDays;

    /// <summary>Reads a catalogue's entry; members that an older store does not send set no limit.</summary>
    /// <exception cref="FormatException">A weekday, month or number of days is none.</exception>
    public static SupplyTerms Of(CatalogueEntry entry)
    {
        int days = 0, months = 0;
        foreach (string name in entry.DeliveryDays ?? [])
        {
            int day = Array.IndexOf(DayNames, name);
            days |= day >= 0 ? 1 << day : throw new FormatException($"'{name}' is no weekday.");
        }
        foreach (int month in entry.SeasonMonths ?? [])
            months |= month is >= 1 and <= 12 ? 1 << (month - 1) : throw new FormatException($"{month} is no month.");
        if (entry.ShelfLifeDays is < 1 or > 3650)
            throw new FormatException($"{entry.ShelfLifeDays} is no shelf life.");
        return new SupplyTerms(days == 0 ? AllDays : days, entry.CutOff, months == 0 ? AllMonths : months, entry.ShelfLifeDays);
    }

    /// <summary>The days that it takes as seller and store say: the seller's word counts as much as five of the store's own records.</summary>
    /// <remarks>With delivery days the record holds the waiting for them too, which the calendar adds again; then the seller's word stands alone.</remarks>
    /// <exception cref="FormatException">A day is no number.</exception>
    /// <exception cref="ArgumentException">A day is negative or a chance is none.</exception>
    public static LeadTime LeadOf(CatalogueEntry entry, bool comesDaily)
    {
        Dictionary<int, double> chances = [];
        double said = entry.LeadDays.Values.Sum();
        foreach ((string days, double chance) in entry.LeadDays)
            chances[int.Parse(days, NumberStyles.None, CultureInfo.InvariantCulture)] = LeadHistory.PriorWeight * chance / (said > 0 ? said : 1);
        foreach ((string days, long seen) in comesDaily ? entry.LeadRecord ?? NoRecord : NoRecord)
        {
            int day = Math.Min(int.Parse(days, NumberStyles.None, CultureInfo.InvariantCulture), LeadHistory.LongestDays);
            chances[day] = chances.GetValueOrDefault(day) + Math.Max(0, seen);
        }
        return chances.Count == 0 ? LeadTime.Usual : new LeadTime(chances);
    }

    /// <summary>The harvest calendar's months.</summary>
    public Season Season => MonthBits == AllMonths ? Season.Always : Season.OfMonths(Enumerable.Range(1, 12).Where(month => (MonthBits >> (month - 1) & 1) != 0));

    private static readonly Dictionary<string, long> NoRecord = [];
}
