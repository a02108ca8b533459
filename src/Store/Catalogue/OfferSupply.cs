namespace PantryChain.Store.Catalogue;

/// <summary>When a seller delivers a product, when it is in season, how long it keeps.</summary>
/// <param name="DeliveryDays">Weekdays on which goods arrive, Monday first; never empty.</param>
/// <param name="CutOff">Local time until which an order counts for that day, or null for all day.</param>
/// <param name="SeasonMonths">Months of the harvest calendar in which it is sold, 1 to 12 in rising order; never empty.</param>
/// <param name="ShelfLifeDays">Days that a fresh pack keeps, 1 to 3650; null for what does not spoil.</param>
internal sealed record OfferSupply(IReadOnlyList<DayOfWeek> DeliveryDays, TimeOnly? CutOff, IReadOnlyList<int> SeasonMonths, int? ShelfLifeDays)
{
    private const int LongestShelfLife = 3650;

    private static readonly DayOfWeek[] Week =
        [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday, DayOfWeek.Sunday];

    /// <summary>Any day, all day, all year, and it keeps.</summary>
    public static OfferSupply Always { get; } = new(Week, null, [.. Enumerable.Range(1, 12)], null);

    /// <summary>The weekdays as bits, Monday lowest.</summary>
    public int DayBits => DeliveryDays.Sum(day => 1 << Array.IndexOf(Week, day));

    /// <summary>The months as bits, January lowest.</summary>
    public int MonthBits => SeasonMonths.Sum(month => 1 << (month - 1));

    /// <summary>The weekdays as texts: <c>mon</c> to <c>sun</c>.</summary>
    public IReadOnlyList<string> DayNames => [.. DeliveryDays.Select(NameOf)];

    /// <summary>From the bits that the database keeps.</summary>
    public static OfferSupply Of(int dayBits, TimeOnly? cutOff, int monthBits, int? shelfLifeDays) => new(
        [.. Week.Where((_, place) => (dayBits >> place & 1) != 0)], cutOff, [.. Enumerable.Range(1, 12).Where(month => (monthBits >> (month - 1) & 1) != 0)], shelfLifeDays);

    /// <summary>From what a file or form says; nothing said means <see cref="Always"/>.</summary>
    /// <exception cref="FormatException">A weekday, month or number of days is none; the text names the field and what is expected.</exception>
    public static OfferSupply Parse(IReadOnlyList<string>? days, TimeOnly? cutOff, IReadOnlyList<int>? months, int? shelfLifeDays)
    {
        List<DayOfWeek> delivery = [];
        foreach (string name in days ?? [])
        {
            int place = Array.FindIndex(Week, day => string.Equals(NameOf(day), name, StringComparison.OrdinalIgnoreCase));
            delivery.Add(place >= 0 ? Week[place] : throw new FormatException("'deliveryDays' must name weekdays as mon, tue, wed, thu, fri, sat or sun."));
        }
        if (months?.Any(month => month is < 1 or > 12) == true)
            throw new FormatException("'seasonMonths' must be months from 1 to 12.");
        if (shelfLifeDays is < 1 or > LongestShelfLife)
            throw new FormatException($"'shelfLifeDays' must be 1 to {LongestShelfLife}, or left out for what keeps.");
        return new OfferSupply(
            delivery.Count == 0 ? Always.DeliveryDays : [.. Week.Where(delivery.Contains)], cutOff,
            months is null or [] ? Always.SeasonMonths : [.. months.Distinct().Order()], shelfLifeDays);
    }

    /// <summary>A weekday's text: <c>mon</c>.</summary>
    public static string NameOf(DayOfWeek day) => day.ToString()[..3].ToLowerInvariant();
}
