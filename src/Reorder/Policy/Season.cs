namespace PantryChain.Reorder.Policy;

/// <summary>The months of every year in which a product is sold; they need not hang together.</summary>
/// <remarks>Immutable and thread safe; <c>default</c> is the whole year. Nothing is stored about it, so a product wakes on the opening day by itself.</remarks>
public readonly record struct Season
{
    private const int AllMonths = 0xFFF;

    private readonly int _closed; // bits, January lowest

    private Season(int open) => _closed = AllMonths & ~open;

    /// <summary>The whole year.</summary>
    public static Season Always => default;

    /// <summary>True for the whole year.</summary>
    public bool IsAlways => _closed == 0;

    /// <summary>The months in <paramref name="months"/>, 1 to 12.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is no month, or none is given.</exception>
    public static Season OfMonths(params IEnumerable<int> months)
    {
        int open = 0;
        foreach (int month in months)
            open |= month is >= 1 and <= 12 ? 1 << (month - 1) : throw new ArgumentOutOfRangeException(nameof(months), month, "Months from 1 to 12 are expected.");
        return open != 0 ? new Season(open) : throw new ArgumentOutOfRangeException(nameof(months), "A season has at least one month; take Always for all year.");
    }

    /// <summary>Whether <paramref name="date"/> lies in it.</summary>
    public bool Includes(DateOnly date) => (_closed >> (date.Month - 1) & 1) == 0;

    /// <summary>The first day on or after <paramref name="date"/> that lies in it.</summary>
    public DateOnly NextOpening(DateOnly date)
    {
        DateOnly day = date;
        while (!Includes(day))
            day = new DateOnly(day.Year, day.Month, 1).AddMonths(1);
        return day;
    }
}
