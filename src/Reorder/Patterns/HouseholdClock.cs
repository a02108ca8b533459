using System.Text.Json.Serialization;
using PantryChain.Domain.Events;
using PantryChain.Domain.Time;

namespace PantryChain.Reorder.Patterns;

/// <summary>A household's active days: real days without the absences, by a clock that does not believe every leap.</summary>
/// <remarks>
/// Away: nobody touched any shelf for max(14 days, 5 × the median gap between touches); then the clock stood still. The median follows by stochastic approximation
/// (Robbins and Monro, Ann. Math. Stat. 22, 1951) on ln gap: one step of max(0.02, 1/n) towards each new gap, so it needs two numbers.
/// A leap: an event more than two days before the newest one, more than 400 days behind it, or whose day does not fit its instant. Such events are held at the newest believed time until
/// either a believable one follows, or three of them over two days agree with each other; then the leap was the truth and time goes on from there. Before 2024 no clock is right.
/// </remarks>
public struct HouseholdClock
{
    private const double LeastAwayDays = 14.0, MediansUntilAway = 5.0;
    private const double MostBackDays = 2.0, MostAheadDays = 400.0;
    private const uint EventsToBelieve = 3;
    private const double DaysToBelieve = 2.0;
    private const double LeastGapDays = 1.0 / 1440.0; // touches within a minute are one
    private static readonly DateTimeOffset FirstPossible = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [JsonInclude] internal DateTimeOffset Start, Newest, LastTouch;
    [JsonInclude] internal uint OpenDay, Gaps, Doubted, Leaps, LastLeapDay;
    [JsonInclude] internal double Standstill, LogGap, DoubtedAt;
    [JsonInclude] internal DateTimeOffset DoubtFirst, DoubtLast;

    /// <summary>Active days at the newest believed event.</summary>
    internal readonly double Now => Math.Max(0.0, (Newest - Start).TotalDays - Standstill);

    /// <summary>Active days at the last touch.</summary>
    internal readonly double AtTouch => Math.Max(0.0, (LastTouch - Start).TotalDays - Standstill);

    /// <summary>Days without a touch from which on the household counts as away.</summary>
    internal readonly double AwayAfter => Gaps < 3 ? LeastAwayDays : Math.Max(LeastAwayDays, MediansUntilAway * Math.Exp(LogGap));

    /// <summary>True when the event's time can be believed; the clock then stands at it.</summary>
    internal bool See(ThingEvent seen)
    {
        if (Start == default)
        {
            (Start, Newest, LastTouch, OpenDay, DoubtedAt) = (seen.SeenAt, seen.SeenAt, seen.SeenAt, NearDay(seen), -1.0);
            return true;
        }
        if (Fits(seen, Newest) && !(Newest < FirstPossible && seen.SeenAt >= FirstPossible))
        {
            Doubted = 0;
            Newest = seen.SeenAt > Newest ? seen.SeenAt : Newest;
            return true;
        }
        return Doubt(seen);
    }

    /// <summary>A touch at a believed time: learns the gap before it; how many days without touch lie between the open day and now, and whether they were an absence.</summary>
    internal int Touch(ThingEvent seen, out bool away)
    {
        double gap = (seen.SeenAt - LastTouch).TotalDays;
        away = gap >= AwayAfter;
        if (gap > LeastGapDays)
            LearnGap(gap);
        if (away)
            Standstill += Math.Floor(gap);
        if (gap > 0.0)
            LastTouch = seen.SeenAt;
        return seen.Day.Number > OpenDay ? (int)Math.Min(seen.Day.Number - OpenDay, 100_000u) : 0;
    }

    /// <summary>Days since the last touch as seen on <paramref name="today"/>, 0 while the household is away or the day cannot be right.</summary>
    internal readonly int IdleDays(HouseholdDay today, out bool away, out bool doubted)
    {
        long idle = (long)today.Number - OpenDay;
        doubted = Doubted > 0 || idle < -MostBackDays || idle > MostAheadDays;
        away = !doubted && idle >= AwayAfter;
        return doubted || away || idle < 0 ? 0 : (int)idle;
    }

    private bool Doubt(ThingEvent seen)
    {
        bool same = Doubted > 0 && (seen.SeenAt - DoubtLast).TotalDays is > -MostBackDays and < MostAheadDays;
        (DoubtFirst, Doubted) = same ? (DoubtFirst, Doubted < uint.MaxValue ? Doubted + 1 : Doubted) : (seen.SeenAt, 1);
        DoubtLast = same && DoubtLast > seen.SeenAt ? DoubtLast : seen.SeenAt;
        (DoubtedAt, LastLeapDay) = (Now, OpenDay);
        bool rightAtLast = Newest < FirstPossible && seen.SeenAt >= FirstPossible;
        bool held = Doubted >= EventsToBelieve && (DoubtLast - DoubtFirst).TotalDays >= DaysToBelieve;
        if (!DayFits(seen) || !rightAtLast && !held)
            return false;
        Standstill += (seen.SeenAt - Newest).TotalDays;
        (Newest, LastTouch, OpenDay, LastLeapDay, Doubted) = (seen.SeenAt, seen.SeenAt, seen.Day.Number, seen.Day.Number, 0);
        Leaps = Leaps < uint.MaxValue ? Leaps + 1 : Leaps;
        return true;
    }

    private void LearnGap(double gap)
    {
        Gaps = Gaps < uint.MaxValue ? Gaps + 1 : Gaps;
        double log = Math.Log(gap);
        LogGap = Gaps == 1 ? log : LogGap + Math.Max(0.02, 1.0 / Gaps) * Math.Sign(log - LogGap);
    }

    private static bool Fits(ThingEvent seen, DateTimeOffset newest) =>
        (seen.SeenAt - newest).TotalDays is >= -MostBackDays and <= MostAheadDays && DayFits(seen);

    private static uint NearDay(ThingEvent seen) => DayFits(seen) ? seen.Day.Number : (uint)Math.Max(0.0, (seen.SeenAt - DateTimeOffset.UnixEpoch).TotalDays);

    private static bool DayFits(ThingEvent seen) => Math.Abs((seen.SeenAt - DateTimeOffset.UnixEpoch).TotalDays - seen.Day.Number) < 3.0;
}
