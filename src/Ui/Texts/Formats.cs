using System.Globalization;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;

namespace PantryChain.Ui.Texts;

/// <summary>Numbers, masses, money and dates as a member reads them, in one language and in the household's time zone.</summary>
/// <remarks>Immutable and thread safe. Every instant that comes in is household time; nothing here knows another clock.</remarks>
public sealed class Formats(Language language, TimeZoneInfo zone)
{
    private static readonly string[] KoreanDays = ["일", "월", "화", "수", "목", "금", "토"];
    private readonly CultureInfo _culture = CultureInfo.InvariantCulture; // 1,234.5 is right in both languages
    private readonly bool _korean = language == Language.Korean;

    /// <summary>The household's time zone.</summary>
    public TimeZoneInfo Zone => zone;

    /// <summary>A number with thousands separators, <paramref name="decimals"/> decimals and a real minus sign.</summary>
    public string Number(double value, int decimals = 0) => Signed(value, "N" + decimals);

    /// <summary>Grams below a kilogram, kilograms with two decimals from there.</summary>
    public string Mass(Mass mass) => Math.Abs(mass.Grams) < 999.5 ? $"{Signed(Math.Round(mass.Grams), "N0")} g" : $"{Signed(mass.Grams / 1000.0, "N2")} kg";

    /// <summary>A mass with its standard deviation, both in the unit of the mass.</summary>
    public string Mass(Mass mass, Mass sigma) =>
        Math.Abs(mass.Grams) < 999.5
            ? $"{Signed(Math.Round(mass.Grams), "N0")} ± {Math.Max(1.0, Math.Round(sigma.Grams)).ToString("N0", _culture)} g"
            : $"{Signed(mass.Grams / 1000.0, "N2")} ± {Math.Max(0.01, sigma.Grams / 1000.0).ToString("N2", _culture)} kg";

    /// <summary>An amount of the cash token, which is won.</summary>
    public string Money(Bamtol amount)
    {
        uint rest = (uint)(amount.Hundredths % 100);
        string number = (amount.Hundredths / 100).ToString("N0", _culture) + (rest == 0 ? "" : _culture.NumberFormat.NumberDecimalSeparator + rest.ToString("D2", _culture));
        return _korean ? number + "원" : "₩" + number;
    }

    /// <summary>An amount of the reward token, up to two decimals.</summary>
    public string Reward(Bamnamu amount) => (_korean ? "밤나무 " : "") + amount.Tokens.ToString("#,0.##", _culture) + (_korean ? "" : " Bamnamu");

    /// <summary>A day: <c>3월 14일 (토)</c>, <c>Sat 14 Mar</c>.</summary>
    public string Date(DateTimeOffset at) => Date(Local(at));

    /// <inheritdoc cref="Date(DateTimeOffset)" />
    public string Date(HouseholdDay day) => Date(day.ToDate().ToDateTime(TimeOnly.MinValue));

    /// <summary>Day, month and year, for dates that may lie a year ahead.</summary>
    public string LongDate(DateTimeOffset at) => Local(at).ToString(_korean ? "yyyy년 M월 d일" : "d MMM yyyy", _culture);

    /// <summary>A time of day, 24 hours.</summary>
    public string Time(DateTimeOffset at) => Local(at).ToString("HH:mm", _culture);

    /// <summary>Day and time of day.</summary>
    public string DateAndTime(DateTimeOffset at) => $"{Date(at)} {Time(at)}";

    /// <summary>A weekday in full: <c>화요일</c>, <c>Tuesday</c>.</summary>
    public string Weekday(DateTimeOffset at) => _korean ? KoreanDays[(int)Local(at).DayOfWeek] + "요일" : Local(at).ToString("dddd", _culture);

    /// <summary>A day as people say it at another: today, tomorrow, the weekday within a week, else the date.</summary>
    /// <param name="at">The day.</param>
    /// <param name="from">When it is said; null takes the weekday.</param>
    public string Day(DateTimeOffset at, DateTimeOffset? from) => DaysBetween(from, at) switch
    {
        0 => _korean ? "오늘" : "today",
        1 => _korean ? "내일" : "tomorrow",
        null or (> 1 and < 7) => Weekday(at),
        _ => Date(at),
    };

    /// <summary>The same with its preposition: <c>화요일에</c>, <c>on Tuesday</c>, <c>tomorrow</c>.</summary>
    public string OnDay(DateTimeOffset at, DateTimeOffset? from) => DaysBetween(from, at) switch
    {
        0 or 1 => Day(at, from),
        _ => _korean ? Day(at, from) + "에" : "on " + Day(at, from),
    };

    /// <summary>A span of days from its two ends: <c>4~6일</c>, <c>4–6 days</c>; long ones are not spelled out.</summary>
    public string Days(double low, double high)
    {
        (double from, double to) = (Math.Floor(low), Math.Ceiling(high));
        return (from, to) switch
        {
            ( > 60, _) => _korean ? "두 달 이상" : "over two months",
            (_, > 60) => _korean ? $"{from:0}일 이상" : $"at least {from:0} days",
            (_, <= 1) => _korean ? "하루 미만" : "less than a day",
            (0, _) => _korean ? $"길어야 {to:0}일" : $"up to {to:0} days",
            _ when to - from < 0.5 => _korean ? $"{to:0}일" : $"{to:0} days",
            _ => _korean ? $"{from:0}~{to:0}일" : $"{from:0}–{to:0} days",
        };
    }

    /// <summary>The machine-readable instant for a <c>time</c> element.</summary>
    public static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private string Date(DateTime local) =>
        _korean ? $"{local.Month}월 {local.Day}일 ({KoreanDays[(int)local.DayOfWeek]})" : local.ToString("ddd d MMM", _culture);

    private int? DaysBetween(DateTimeOffset? from, DateTimeOffset at) => from is { } start ? (Local(at).Date - Local(start).Date).Days : null;

    private DateTime Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone).DateTime;

    /// <summary>The value with a real minus sign; nothing stands before a value that rounds to zero.</summary>
    private string Signed(double value, string format)
    {
        string text = value.ToString(format, _culture);
        return text.AsSpan().IndexOfAnyInRange('1', '9') < 0 ? text.TrimStart('-') : text.Replace('-', '−');
    }
}
