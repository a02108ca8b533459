using System.Globalization;

namespace PantryChain.Domain.Time;

/// <summary>A calendar day at the household: days since 1970-01-01 in the household's own time zone (<c>uint32</c> in leaves and blocks).</summary>
public readonly record struct HouseholdDay(uint Number) : IComparable<HouseholdDay>
{
    /// <summary>The day that <paramref name="instant"/> falls on in <paramref name="zone"/>.</summary>
    /// <exception cref="OverflowException">The local date lies before 1970.</exception>
    public static HouseholdDay At(DateTimeOffset instant, TimeZoneInfo zone) =>
        FromDate(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime));

    /// <summary>The day of a calendar date.</summary>
    /// <exception cref="OverflowException">The date lies before 1970.</exception>
    public static HouseholdDay FromDate(DateOnly date) => new(checked((uint)(date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber)));

    /// <summary>The calendar date.</summary>
    public DateOnly ToDate() => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(checked((int)Number));

    /// <summary>The first instant of the day in <paramref name="zone"/> (the earlier one where clocks go back at midnight).</summary>
    public DateTimeOffset StartsAt(TimeZoneInfo zone)
    {
        DateTime midnight = ToDate().ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(midnight))
            midnight = midnight.AddMinutes(15);
        TimeSpan offset = zone.IsAmbiguousTime(midnight) ? zone.GetAmbiguousTimeOffsets(midnight).Max() : zone.GetUtcOffset(midnight);
        return new DateTimeOffset(midnight, offset);
    }

    /// <summary>The day after.</summary>
    public HouseholdDay Next() => new(Number + 1);

    /// <inheritdoc />
    public int CompareTo(HouseholdDay other) => Number.CompareTo(other.Number);

    /// <summary>Whole days from <paramref name="b"/> to <paramref name="a"/>.</summary>
    public static int operator -(HouseholdDay a, HouseholdDay b) => checked((int)((long)a.Number - b.Number));

    /// <summary>The date as <c>yyyy-MM-dd</c>.</summary>
    public override string ToString() => ToDate().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
