using System.Globalization;
using PantryChain.Domain.Time;

namespace PantryChain.Reorder.Patterns;

/// <summary>One public holiday, or a day without deliveries.</summary>
/// <param name="Date">Its date.</param>
/// <param name="NameKo">Its name in Korean.</param>
/// <param name="NameEn">Its name in English.</param>
/// <param name="Substitute">True for the day off that replaces a holiday lost to a weekend or to another holiday.</param>
public sealed record Holiday(DateOnly Date, string NameKo, string NameEn, bool Substitute = false);

/// <summary>The Republic of Korea's public holidays, what they do to deliveries, and the weeks around Seollal and Chuseok.</summary>
/// <remarks>
/// Immutable and thread safe. Lunar dates come from <see cref="KoreanLunisolarCalendar"/>, which ends on 2051-02-10; the last year known as a whole is 2050.
/// Law in force: Act on Public Holidays and Regulations on Holidays of Public Agencies, articles 2 and 3, with Labour Day and Constitution Day since 2026.
/// What is set by decree (elections, temporary holidays) stands in the household's own file, see <see cref="HolidayFile"/>.
/// </remarks>
public sealed partial class KoreanHolidays
{
    /// <summary>First year that is known.</summary>
    public const int FirstYear = 2024;

    /// <summary>Last year that is known as a whole.</summary>
    public const int LastYear = 2050;

    private const int WeekDays = 7;

    private readonly SortedDictionary<DateOnly, Holiday> _holidays;
    private readonly DayMarks[] _marks; // one per day from FirstDay on
    private static readonly DateOnly FirstDay = new(FirstYear, 1, 1);

    private KoreanHolidays(SortedDictionary<DateOnly, Holiday> holidays, IReadOnlySet<DateOnly> feasts, IReadOnlyDictionary<DateOnly, bool> deliveries)
    {
        _holidays = holidays;
        _marks = new DayMarks[new DateOnly(LastYear, 12, 31).DayNumber - FirstDay.DayNumber + 1];
        foreach (DateOnly date in holidays.Keys)
            Mark(date, DayMarks.Holiday | DayMarks.NoDelivery);
        foreach (DateOnly date in feasts)
            Mark(date, DayMarks.Feast);
        foreach ((DateOnly date, bool delivers) in deliveries)
        {
            if (delivers)
                _marks[Index(date)] &= ~DayMarks.NoDelivery;
            else
                Mark(date, DayMarks.NoDelivery);
        }
        MarkWeeksAroundFeasts();
    }

    /// <summary>The calendar of the law, without a household's own file.</summary>
    public static KoreanHolidays BuiltIn { get; } = Build([], [], new Dictionary<DateOnly, bool>());

    /// <summary>All holidays, first to last.</summary>
    public IEnumerable<Holiday> All => _holidays.Values;

    /// <summary>The holiday on a date, or null.</summary>
    public Holiday? On(DateOnly date) => _holidays.GetValueOrDefault(date);

    /// <summary>True when nothing is delivered on that day because of a holiday; false outside the known years.</summary>
    public bool IsDeliveryFree(DateOnly date) => Has(date.DayNumber, DayMarks.NoDelivery);

    /// <summary>What to tell a member whose calendar runs out within a year of <paramref name="today"/>; null before.</summary>
    public static string? RangeNotice(DateOnly today) => today.Year < LastYear ? null
        : $"Korean holidays are known up to {LastYear}-12-31 only, because the lunar calendar of this system ends on 2051-02-10. Write later ones into the holiday file as 'add 2051-02-11 설날 | Seollal'.";

    /// <summary>The next nine weeks as one value for the decision.</summary>
    /// <param name="today">The first of those days.</param>
    /// <param name="before">Factor on use in the week before Seollal and Chuseok.</param>
    /// <param name="after">Factor on use in the week after.</param>
    public HolidayOutlook Outlook(HouseholdDay today, double before, double after)
    {
        ulong closed = 0, early = 0, late = 0;
        int first = DayNumber(today);
        for (int ahead = 0; ahead < HolidayOutlook.Days; ahead++)
        {
            DayMarks marks = At(first + ahead);
            ulong bit = 1UL << ahead;
            closed |= (marks & DayMarks.NoDelivery) != DayMarks.None ? bit : 0;
            early |= (marks & DayMarks.WeekBefore) != DayMarks.None ? bit : 0;
            late |= (marks & DayMarks.WeekAfter) != DayMarks.None ? bit : 0;
        }
        return new HolidayOutlook(closed, early, late, before, after);
    }

    internal DayMarks MarksOf(HouseholdDay day) => At(DayNumber(day));

    /// <summary>True when a day from <paramref name="from"/> to <paramref name="to"/> is one of Seollal or Chuseok; looks back sixty days at most.</summary>
    internal bool Overlaps(HouseholdDay from, HouseholdDay to)
    {
        int last = DayNumber(to);
        for (int day = Math.Max(DayNumber(from), last - 60); day <= last; day++)
        {
            if (Has(day, DayMarks.Feast))
                return true;
        }
        return false;
    }

    private static int DayNumber(HouseholdDay day) => (int)Math.Min(day.Number, 1_000_000u) + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    private static int Index(DateOnly date) => date.DayNumber - FirstDay.DayNumber;

    private DayMarks At(int dayNumber) =>
        dayNumber >= FirstDay.DayNumber && dayNumber - FirstDay.DayNumber < _marks.Length ? _marks[dayNumber - FirstDay.DayNumber] : DayMarks.None;

    private bool Has(int dayNumber, DayMarks mark) => (At(dayNumber) & mark) != DayMarks.None;

    private void Mark(DateOnly date, DayMarks mark)
    {
        if (Index(date) >= 0 && Index(date) < _marks.Length)
            _marks[Index(date)] |= mark;
    }

    private void MarkWeeksAroundFeasts()
    {
        for (int day = 0; day < _marks.Length; day++)
        {
            if ((_marks[day] & DayMarks.Feast) == DayMarks.None)
                continue;
            for (int away = 1; away <= WeekDays; away++)
            {
                MarkUnlessFeast(day - away, DayMarks.WeekBefore);
                MarkUnlessFeast(day + away, DayMarks.WeekAfter);
            }
        }
    }

    private void MarkUnlessFeast(int index, DayMarks mark)
    {
        if (index >= 0 && index < _marks.Length && (_marks[index] & DayMarks.Feast) == DayMarks.None)
            _marks[index] |= mark;
    }

    [Flags]
    internal enum DayMarks : byte
    {
        None = 0,
        Holiday = 1,
        NoDelivery = 2,
        Feast = 4,
        WeekBefore = 8,
        WeekAfter = 16,
    }
}
