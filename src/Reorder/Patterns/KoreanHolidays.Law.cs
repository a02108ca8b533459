using System.Globalization;

namespace PantryChain.Reorder.Patterns;

/// <content>What the law says: which days are holidays and which days replace the lost ones.</content>
public sealed partial class KoreanHolidays
{
    private const int LabourAndConstitutionDaySince = 2026; // amendments of 2026 to the Act on Public Holidays

    private enum Replaced
    {
        Never,
        OnWeekends, // article 3 (1) 1
        OnSundays,  // article 3 (1) 2: Seollal and Chuseok
    }

    // Set by decree or by the Public Official Election Act, known when this was written.
    private static Holiday[] Decreed =>
    [
        new(new DateOnly(2024, 4, 10), "국회의원선거일", "National Assembly election"), new(new DateOnly(2024, 10, 1), "임시공휴일", "Temporary holiday"),
        new(new DateOnly(2025, 1, 27), "임시공휴일", "Temporary holiday"), new(new DateOnly(2025, 6, 3), "대통령선거일", "Presidential election"),
        new(new DateOnly(2026, 6, 3), "지방선거일", "Local elections"),
    ];

    internal static KoreanHolidays Build(IReadOnlyList<Holiday> added, IReadOnlyCollection<DateOnly> removed, IReadOnlyDictionary<DateOnly, bool> deliveries)
    {
        SortedDictionary<DateOnly, Holiday> holidays = [];
        HashSet<DateOnly> feasts = [];
        for (int year = FirstYear; year <= LastYear; year++)
            AddYear(year, holidays, feasts);
        foreach (Holiday holiday in Decreed.Concat(added))
            holidays[holiday.Date] = holiday;
        foreach (DateOnly date in removed)
            _ = (holidays.Remove(date), feasts.Remove(date));
        return new KoreanHolidays(holidays, feasts, deliveries);
    }

    /// <summary>Midnight's date of a Korean lunar month and day that is no leap month.</summary>
    /// <remarks>The calendar counts a leap month as a month of its own, so later months move up by one (documentation of <c>EastAsianLunisolarCalendar.GetLeapMonth</c>).</remarks>
    internal static DateOnly Lunar(int year, int month, int day)
    {
        KoreanLunisolarCalendar calendar = new();
        int leap = calendar.GetLeapMonth(year);
        return DateOnly.FromDateTime(calendar.ToDateTime(year, leap > 0 && month >= leap ? month + 1 : month, day, 0, 0, 0, 0));
    }

    private static void AddYear(int year, SortedDictionary<DateOnly, Holiday> holidays, HashSet<DateOnly> feasts)
    {
        List<(Holiday Day, Replaced Rule)> days = [.. Solar(year), (new Holiday(Lunar(year, 4, 8), "부처님오신날", "Buddha's Birthday"), Replaced.OnWeekends)];
        AddFeast(days, feasts, Lunar(year, 1, 1), "설날", "Seollal");
        AddFeast(days, feasts, Lunar(year, 8, 15), "추석", "Chuseok");
        foreach ((Holiday day, _) in days)
            holidays[day.Date] = holidays.TryGetValue(day.Date, out Holiday? same) ? day with { NameKo = $"{same.NameKo}·{day.NameKo}", NameEn = $"{same.NameEn}, {day.NameEn}" } : day;
        foreach ((Holiday day, bool feast) in Lost(days))
            Replace(day, feast, holidays, feasts);
    }

    private static IEnumerable<(Holiday Day, Replaced Rule)> Solar(int year)
    {
        yield return (new Holiday(new DateOnly(year, 1, 1), "새해 첫날", "New Year's Day"), Replaced.Never);
        yield return (new Holiday(new DateOnly(year, 3, 1), "삼일절", "Independence Movement Day"), Replaced.OnWeekends);
        if (year >= LabourAndConstitutionDaySince)
            yield return (new Holiday(new DateOnly(year, 5, 1), "노동절", "Labour Day"), Replaced.OnWeekends);
        yield return (new Holiday(new DateOnly(year, 5, 5), "어린이날", "Children's Day"), Replaced.OnWeekends);
        yield return (new Holiday(new DateOnly(year, 6, 6), "현충일", "Memorial Day"), Replaced.Never);
        if (year >= LabourAndConstitutionDaySince)
            yield return (new Holiday(new DateOnly(year, 7, 17), "제헌절", "Constitution Day"), Replaced.OnWeekends);
        yield return (new Holiday(new DateOnly(year, 8, 15), "광복절", "Liberation Day"), Replaced.OnWeekends);
        yield return (new Holiday(new DateOnly(year, 10, 3), "개천절", "National Foundation Day"), Replaced.OnWeekends);
        yield return (new Holiday(new DateOnly(year, 10, 9), "한글날", "Hangul Day"), Replaced.OnWeekends);
        yield return (new Holiday(new DateOnly(year, 12, 25), "기독탄신일", "Christmas Day"), Replaced.OnWeekends);
    }

    private static void AddFeast(List<(Holiday Day, Replaced Rule)> days, HashSet<DateOnly> feasts, DateOnly feast, string nameKo, string nameEn)
    {
        foreach (int shift in (ReadOnlySpan<int>)[-1, 0, 1])
        {
            days.Add((new Holiday(feast.AddDays(shift), shift == 0 ? nameKo : $"{nameKo} 연휴", shift == 0 ? nameEn : $"{nameEn} holiday"), Replaced.OnSundays));
            feasts.Add(feast.AddDays(shift));
        }
    }

    /// <summary>The holidays that fell away: on a weekend each by its rule, on a weekday one for each further holiday of the same date (article 3 (1)).</summary>
    private static IEnumerable<(Holiday Day, bool Feast)> Lost(List<(Holiday Day, Replaced Rule)> days)
    {
        foreach (IGrouping<DateOnly, (Holiday Day, Replaced Rule)> same in days.GroupBy(day => day.Day.Date).OrderBy(same => same.Key))
        {
            bool sunday = same.Key.DayOfWeek == DayOfWeek.Sunday, saturday = same.Key.DayOfWeek == DayOfWeek.Saturday;
            IEnumerable<(Holiday Day, Replaced Rule)> lost = sunday || saturday
                ? same.Where(day => day.Rule == Replaced.OnWeekends || sunday && day.Rule == Replaced.OnSundays)
                : same.Where(day => day.Rule != Replaced.Never).OrderBy(day => day.Rule == Replaced.OnSundays ? 0 : 1).Take(same.Count() - 1);
            foreach ((Holiday day, Replaced rule) in lost)
                yield return (day, rule == Replaced.OnSundays);
        }
    }

    /// <summary>The first day afterwards that is neither holiday nor weekend (article 3 (1) to (3)).</summary>
    private static void Replace(Holiday lost, bool feast, SortedDictionary<DateOnly, Holiday> holidays, HashSet<DateOnly> feasts)
    {
        DateOnly date = lost.Date;
        do
            date = date.AddDays(1);
        while (date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || holidays.ContainsKey(date));
        holidays[date] = new Holiday(date, $"대체공휴일({lost.NameKo})", $"Substitute holiday ({lost.NameEn})", Substitute: true);
        if (feast)
            feasts.Add(date);
    }
}
