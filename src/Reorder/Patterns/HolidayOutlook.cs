namespace PantryChain.Reorder.Patterns;

/// <summary>What the coming nine weeks' holidays mean for one household: days without delivery, and weeks of more or less use.</summary>
/// <remarks>A value; <c>default</c> is a time without holidays. Days count from today, which is 0. Immutable and thread safe.</remarks>
public readonly record struct HolidayOutlook
{
    /// <summary>How many days it looks ahead; later days are ordinary.</summary>
    public const int Days = 64;

    private readonly ulong _closed, _before, _after;
    private readonly double _beforeFactor, _afterFactor;

    internal HolidayOutlook(ulong closed, ulong before, ulong after, double beforeFactor, double afterFactor) =>
        (_closed, _before, _after, _beforeFactor, _afterFactor) = (closed, before, after, beforeFactor, afterFactor);

    /// <summary>True when a holiday keeps deliveries away on that day.</summary>
    public bool IsDeliveryFree(int daysAhead) => daysAhead is >= 0 and < Days && (_closed >> daysAhead & 1) != 0;

    /// <summary>The first day from <paramref name="daysAhead"/> on that no holiday closes: when a seller's lead time ends in a holiday, the goods come then.</summary>
    public int NextDelivery(int daysAhead)
    {
        int day = daysAhead;
        while (IsDeliveryFree(day))
            day++;
        return day;
    }

    /// <summary>Use on that day against an ordinary one.</summary>
    public double DemandFactor(int daysAhead) =>
        daysAhead is < 0 or >= Days ? 1.0
        : (_before >> daysAhead & 1) != 0 ? _beforeFactor
        : (_after >> daysAhead & 1) != 0 ? _afterFactor : 1.0;

    /// <summary>How many ordinary days' use the next <paramref name="days"/> days amount to; put it into <see cref="ShelfForecast.ChanceOfUsingMore"/> instead of the days.</summary>
    public double OrdinaryDays(double days)
    {
        if ((_before | _after) == 0 || !(days > 0.0))
            return days;
        double sum = Math.Max(0.0, days - Days);
        double within = Math.Min(days, Days);
        for (int day = 0; day < within; day++)
            sum += DemandFactor(day) * Math.Min(1.0, within - day);
        return sum;
    }
}
