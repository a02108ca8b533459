namespace PantryChain.Gateway.Deliveries;

/// <summary>Counts the hours in which somebody may look at a page: from eight in the morning until ten at night.</summary>
internal static class WakingHours
{
    private static readonly TimeSpan Begin = TimeSpan.FromHours(8), End = TimeSpan.FromHours(22);

    /// <summary>The moment at which <paramref name="span"/> of waking time has passed since <paramref name="from"/>.</summary>
    public static DateTimeOffset After(DateTimeOffset from, TimeSpan span, TimeZoneInfo zone)
    {
        DateTimeOffset at = TimeZoneInfo.ConvertTime(from, zone);
        for (TimeSpan left = span; ;)
        {
            TimeSpan hour = at.TimeOfDay;
            if (hour < Begin)
                at += Begin - hour;
            else if (hour < End)
            {
                TimeSpan today = End - hour;
                if (left <= today)
                    return at + left;
                left -= today;
                at += today;
            }
            else
                at += TimeSpan.FromDays(1) - hour + Begin;
        }
    }
}
