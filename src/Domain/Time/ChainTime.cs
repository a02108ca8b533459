namespace PantryChain.Domain.Time;

/// <summary>A time as contracts have it: seconds since 1970, any <c>uint64</c>, also one that no calendar reaches.</summary>
/// <remarks>Terms carry it as it was signed, because it is part of their id: rounded to the calendar's end it would name another order or mandate.</remarks>
/// <param name="Seconds">Whole seconds since 1970-01-01T00:00:00Z.</param>
public readonly record struct ChainTime(ulong Seconds) : IComparable<ChainTime>
{
    private const ulong Last = 253_402_300_799; // 9999-12-31T23:59:59Z

    /// <summary>For comparing and showing: the instant, or the calendar's last second when it lies beyond.</summary>
    public DateTimeOffset At => DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(Seconds, Last));

    /// <summary>True when the calendar does not reach it.</summary>
    public bool IsBeyondCalendar => Seconds > Last;

    /// <summary>The time of an instant; parts of a second are dropped.</summary>
    /// <exception cref="OverflowException">The instant lies before 1970.</exception>
    public static ChainTime Of(DateTimeOffset at) => new(checked((ulong)at.ToUnixTimeSeconds()));

    /// <summary>See <see cref="Of"/>.</summary>
    public static implicit operator ChainTime(DateTimeOffset at) => Of(at);

    /// <inheritdoc />
    public int CompareTo(ChainTime other) => Seconds.CompareTo(other.Seconds);

    /// <inheritdoc />
    public override string ToString() => At.ToString("u", System.Globalization.CultureInfo.InvariantCulture);
}
