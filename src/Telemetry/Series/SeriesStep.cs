namespace PantryChain.Telemetry.Series;

/// <summary>Minutes since 1970, the resolution of a time series.</summary>
internal static class SeriesStep
{
    private const long SecondsPerMinute = 60;

    /// <summary>The minute that an instant lies in.</summary>
    public static long Minute(DateTimeOffset at) => (long)Math.Floor(at.ToUnixTimeMilliseconds() / (SecondsPerMinute * 1000.0));

    /// <summary>The first minute that begins at or after an instant.</summary>
    public static long FirstMinute(DateTimeOffset at) => (long)Math.Ceiling(at.ToUnixTimeMilliseconds() / (SecondsPerMinute * 1000.0));

    /// <summary>The instant at which a minute begins.</summary>
    public static DateTimeOffset At(long minute) => DateTimeOffset.FromUnixTimeSeconds(minute * SecondsPerMinute);

    /// <summary>A step's width in minutes.</summary>
    public static long Minutes(TimeSpan step)
    {
        if (step < TimeSpan.FromMinutes(1) || step.Ticks % TimeSpan.TicksPerMinute != 0)
            throw new ArgumentOutOfRangeException(nameof(step), step, "A step is a positive number of whole minutes.");
        return step.Ticks / TimeSpan.TicksPerMinute;
    }
}
