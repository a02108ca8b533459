using System.Text.Json.Serialization;

namespace PantryChain.Reorder.Patterns;

/// <summary>How much more a household uses in the week before Seollal and Chuseok, and how much less in the week after; <c>default</c> is the prior.</summary>
/// <remarks>
/// ln factor ~ N(ln 1.2, 0.2²) before and N(ln 0.85, 0.2²) after: between what Christmas and Easter did to Italian purchases, for want of Korean data (forecast D8).
/// Each feast adds one observation, ln(used/expected) over all products, with the variance that the shelf models give it (normal conjugate update).
/// </remarks>
public struct HolidayDemand
{
    private const double PriorPrecision = 1.0 / (0.2 * 0.2);
    private const double LeastVariance = 0.05 * 0.05;
    private const double LeastExpected = 1.0; // packs; below that a week says nothing
    private const double WeekDays = 7.0;

    [JsonInclude] internal double BeforeSum, BeforePrecision, AfterSum, AfterPrecision;
    [JsonInclude] internal double Used, Expected, Variance;
    [JsonInclude] internal byte Week; // 0 none, 1 before, 2 after

    /// <summary>Factor on use in the week before.</summary>
    public readonly double Before => Math.Exp((PriorPrecision * Math.Log(1.2) + BeforeSum) / (PriorPrecision + BeforePrecision));

    /// <summary>Factor on use in the week after.</summary>
    public readonly double After => Math.Exp((PriorPrecision * Math.Log(0.85) + AfterSum) / (PriorPrecision + AfterPrecision));

    /// <summary>Factor on use on a day.</summary>
    internal readonly double FactorOn(KoreanHolidays.DayMarks marks) => WeekOf(marks) switch { 1 => Before, 2 => After, _ => 1.0 };

    /// <summary>A day is closed: when it belongs to another week than the days before, the week before is learnt; true when the day's use counts.</summary>
    internal bool Reach(KoreanHolidays.DayMarks marks)
    {
        byte week = WeekOf(marks);
        if (week != Week)
        {
            Conclude();
            (Week, Used, Expected, Variance) = (week, 0.0, 0.0, 0.0);
        }
        return week != 0;
    }

    /// <summary>Adds one product's day.</summary>
    internal void Add(double used, in ShelfForecast forecast)
    {
        double rate = forecast.PacksPerDay;
        Used += used;
        Expected += rate;
        Variance += rate * rate * (1.0 / forecast.DailyShape + WeekDays / Math.Max(0.1, forecast.Shape - 2.0));
    }

    private void Conclude()
    {
        if (Week == 0 || Expected < LeastExpected)
            return;
        double precision = 1.0 / Math.Max(LeastVariance, Variance / (Expected * Expected));
        double log = Math.Log(Math.Clamp(Used / Expected, 0.1, 10.0));
        if (Week == 1)
            (BeforeSum, BeforePrecision) = (BeforeSum + precision * log, BeforePrecision + precision);
        else
            (AfterSum, AfterPrecision) = (AfterSum + precision * log, AfterPrecision + precision);
    }

    private static byte WeekOf(KoreanHolidays.DayMarks marks) =>
        (marks & KoreanHolidays.DayMarks.WeekBefore) != KoreanHolidays.DayMarks.None ? (byte)1
        : (marks & KoreanHolidays.DayMarks.WeekAfter) != KoreanHolidays.DayMarks.None ? (byte)2 : (byte)0;
}
