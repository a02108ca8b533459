using PantryChain.Domain.Time;

namespace PantryChain.Reorder.Policy;

/// <summary>On which days a seller delivers and until when an order counts on its day.</summary>
/// <remarks>Immutable and thread safe. Without such a calendar a seller comes every day.</remarks>
public sealed class DeliveryDays
{
    private const int LongestGapDays = 366;

    private readonly HashSet<uint> _free;
    private readonly int _weekdays;

    /// <summary>A seller who delivers on <paramref name="weekdays"/> except on <paramref name="free"/> days.</summary>
    /// <param name="weekdays">At least one.</param>
    /// <param name="cutOff">Household time of day from which an order counts as placed on the next day; null for midnight.</param>
    /// <param name="free">Days without delivery: holidays and what stands in the override file.</param>
    /// <exception cref="ArgumentException">No weekday is given.</exception>
    public DeliveryDays(IEnumerable<DayOfWeek> weekdays, TimeOnly? cutOff = null, IEnumerable<HouseholdDay>? free = null)
    {
        foreach (DayOfWeek day in weekdays)
            _weekdays |= 1 << (int)day;
        if (_weekdays == 0)
            throw new ArgumentException("A seller needs at least one weekday on which it delivers; leave the calendar out for every day.", nameof(weekdays));
        CutOff = cutOff;
        _free = [.. (free ?? []).Select(day => day.Number)];
    }

    /// <summary>Household time of day from which an order counts as placed on the next day; null for midnight.</summary>
    public TimeOnly? CutOff { get; }

    /// <summary>True where the seller comes on every weekday, holidays aside.</summary>
    public bool ComesDaily => _weekdays == 0x7f;

    /// <summary>True on a day on which the seller delivers.</summary>
    public bool IsDelivery(HouseholdDay day) => IsDelivery(day.Number);

    /// <summary>The day from which an order placed at <paramref name="at"/> counts.</summary>
    /// <param name="at">Household time in the household's own offset.</param>
    public HouseholdDay CountsFrom(DateTimeOffset at)
    {
        HouseholdDay day = HouseholdDay.FromDate(DateOnly.FromDateTime(at.DateTime));
        return CutOff is { } cutOff && at.TimeOfDay >= cutOff.ToTimeSpan() ? day.Next() : day;
    }

    /// <summary>The day on which an order that counts from <paramref name="ordered"/> and is ready after <paramref name="leadDays"/> is delivered.</summary>
    /// <remarks>A list of free days that leaves none within a year is taken as if it were not there.</remarks>
    public HouseholdDay Landing(HouseholdDay ordered, int leadDays)
    {
        uint ready = ordered.Number + (uint)leadDays;
        for (uint day = ready; day < ready + LongestGapDays; day++)
        {
            if (IsDelivery(day))
                return new HouseholdDay(day);
        }
        return new HouseholdDay(ready);
    }

    private bool IsDelivery(uint day) => (_weekdays >> (int)((day + 4) % 7) & 1) != 0 && (_free.Count == 0 || !_free.Contains(day)); // 1970-01-01 was a Thursday
}
