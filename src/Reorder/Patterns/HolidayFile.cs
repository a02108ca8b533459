using System.Globalization;
using PantryChain.Domain.Identity;

namespace PantryChain.Reorder.Patterns;

/// <summary>Why a holiday file was not used.</summary>
/// <param name="Line">The line at fault, from 1.</param>
/// <param name="En">What is wrong and how to mend it.</param>
/// <param name="Ko">The same in Korean.</param>
public sealed record HolidayProblem(int Line, string En, string Ko);

/// <summary>A household's own changes to the calendar: elections, temporary holidays, days on which couriers rest.</summary>
/// <remarks>
/// One line each, <c>#</c> begins a comment: <c>add 2027-03-03 임시공휴일 | Temporary holiday</c>, <c>remove 2027-05-01</c>, <c>closed 2027-08-14 택배 없는 날 | Couriers' day off</c>
/// (no holiday, no deliveries), <c>delivers 2027-01-01</c> (a holiday with deliveries).
/// </remarks>
public static class HolidayFile
{
    private const string Example = "add 2027-03-03 임시공휴일 | Temporary holiday";

    /// <summary>The calendar with the file's changes; with one broken line the built-in calendar and what is wrong.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="name">The file's name, for the error.</param>
    /// <param name="problem">Null when the whole file could be used.</param>
    public static KoreanHolidays Apply(string text, string name, out HolidayProblem? problem)
    {
        List<Holiday> added = [];
        List<DateOnly> removed = [];
        Dictionary<DateOnly, bool> deliveries = [];
        int number = 0;
        foreach (string raw in text.Split('\n'))
        {
            number++;
            string line = raw.Split('#')[0].Trim().TrimStart('\uFEFF');
            if (line.Length > 0 && !TryApply(line, added, removed, deliveries, out string wrongEn, out string wrongKo))
            {
                problem = new HolidayProblem(
                    number,
                    $"{name} line {number}: '{Foreign.Short(line)}' {wrongEn} Write it as '{Example}' or take the line out; until then the built-in calendar is used.",
                    $"{name} {number}번째 줄: '{Foreign.Short(line)}' {wrongKo} '{Example}'처럼 쓰거나 줄을 지우세요. 그때까지는 기본 달력을 씁니다.");
                return KoreanHolidays.BuiltIn;
            }
        }
        problem = null;
        return KoreanHolidays.Build(added, removed, deliveries);
    }

    private static bool TryApply(
        string line, List<Holiday> added, List<DateOnly> removed, Dictionary<DateOnly, bool> deliveries, out string wrongEn, out string wrongKo)
    {
        (wrongEn, wrongKo) = ("", "");
        string[] words = line.Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries);
        if (words[0] is not ("add" or "remove" or "closed" or "delivers"))
            (wrongEn, wrongKo) = ("begins with none of add, remove, closed and delivers.", "줄은 add, remove, closed, delivers 가운데 하나로 시작해야 합니다.");
        else if (words.Length < 2 || !DateOnly.TryParseExact(words[1], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
            || date.Year is < KoreanHolidays.FirstYear or > KoreanHolidays.LastYear)
            (wrongEn, wrongKo) = ($"has no date from {KoreanHolidays.FirstYear}-01-01 to {KoreanHolidays.LastYear}-12-31 behind its first word.", "첫 낱말 뒤에 올바른 날짜가 없습니다.");
        else if (words[0] == "remove")
            removed.Add(date);
        else if (words[0] == "delivers")
            deliveries[date] = true;
        else if (words.Length < 3 || words[2].Split('|') is not [var ko, var en] || ko.Trim().Length == 0 || en.Trim().Length == 0)
            (wrongEn, wrongKo) = ("lacks a Korean and an English name with | between them.", "한국어 이름과 영어 이름을 | 로 나누어 적어야 합니다.");
        else if (words[0] == "add")
            added.Add(new Holiday(date, ko.Trim(), en.Trim()));
        else
            deliveries[date] = false;
        return wrongEn.Length == 0;
    }
}
