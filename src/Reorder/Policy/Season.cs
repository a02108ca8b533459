namespace PantryChain.Reorder.Policy;

/// <summary>The part of every year in which a product is sold; it may run over the turn of the year.</summary>
/// <remarks>Immutable and thread safe; <c>default</c> is the whole year. Nothing is stored about it, so a product wakes on the opening day by itself.</remarks>
public readonly record struct Season
{
    private readonly byte _fromMonth, _fromDay, _toMonth, _toDay;

    /// <summary>From a day to a day of the year, both included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A month has no such day.</exception>
    public Season(int fromMonth, int fromDay, int toMonth, int toDay)
    {
        Check(fromMonth, fromDay);
        Check(toMonth, toDay);
        (_fromMonth, _fromDay, _toMonth, _toDay) = ((byte)fromMonth, (byte)fromDay, (byte)toMonth, (byte)toDay);
    }

    /// <summary>The whole year.</summary>
    public static Season Always => default;

    /// <summary>True for the whole year.</summary>
    public bool IsAlways => _fromMonth == 0;

    /// <summary>Whether <paramref name="date"/> lies in it.</summary>
    public bool Includes(DateOnly date)
    {
        if (IsAlways)
            return true;
        int day = date.Month * 100 + date.Day, from = _fromMonth * 100 + _fromDay, to = _toMonth * 100 + _toDay;
        return from <= to ? day >= from && day <= to : day >= from || day <= to;
    }

    /// <summary>The first day on or after <paramref name="date"/> that lies in it.</summary>
    public DateOnly NextOpening(DateOnly date)
    {
        if (Includes(date))
            return date;
        DateOnly opening = Opening(date.Year);
        return opening >= date ? opening : Opening(date.Year + 1);
    }

    private DateOnly Opening(int year) =>
        _fromDay <= DateTime.DaysInMonth(year, _fromMonth) ? new DateOnly(year, _fromMonth, _fromDay) : new DateOnly(year, _fromMonth, 1).AddMonths(1);

    private static void Check(int month, int day)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(month, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(month, 12);
        ArgumentOutOfRangeException.ThrowIfLessThan(day, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(day, DateTime.DaysInMonth(2028, month)); // a leap year
    }
}
