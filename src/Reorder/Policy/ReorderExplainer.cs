using PantryChain.Domain.Ordering;
using PantryChain.Reorder.Patterns;

namespace PantryChain.Reorder.Policy;

/// <summary>Works out the numbers that a member is told.</summary>
internal static class ReorderExplainer
{
    private const double WorthTelling = 2.0; // days by which tomorrow's order comes later before that is why it is ordered today

    /// <summary>The numbers behind <paramref name="advice"/>; null before there is a pattern and a reading.</summary>
    public static ReorderReason? Explain(ReorderPolicy policy, in ReorderAdvice advice)
    {
        ReorderSituation s = advice.Situation;
        if (s.Pattern is not { } pattern || s.Stock is not { } stock)
            return null;
        DaysLeft left = DaysLeft.Of(pattern, s.Packs);
        double arrives = DeliveryWait.ArrivalDays(s), next = DeliveryWait.ArrivalDays(s, policy.ReviewDays);
        double busy = arrives + policy.ReviewDays;
        bool late = s.Delivery is not null && next - arrives >= WorthTelling;
        return new ReorderReason(
            stock, CalendarDays(left.Low ?? ShelfForecast.FarDays, busy, s.DemandMultiplier), CalendarDays(left.High ?? ShelfForecast.FarDays, busy, s.DemandMultiplier),
            s.Now.AddDays(arrives), policy.Risk(s))
        {
            At = s.Now, Quantity = advice.Quantity, Limit = advice.Limit, SharedWith = advice.SharedWith, InsteadOf = advice.InsteadOf, InsteadBecause = advice.InsteadBecause,
            Cause = CauseOf(policy, advice, late), NextArrivesAt = late ? s.Now.AddDays(next) : null, OrderBy = DeliveryWait.LastOrderDay(s),
            Minimum = s.Rules.Minimum.Milligrams > 0 ? s.Rules.Minimum : null, SeasonOpensAt = OpensAt(s),
        };
    }

    private static ReorderCause CauseOf(ReorderPolicy policy, in ReorderAdvice advice, bool late) =>
        advice.Early ? ReorderCause.SharesDelivery
        : advice.Situation.Stock < advice.Situation.Rules.Minimum ? ReorderCause.BelowMinimum
        : advice.Due && policy.Risk(advice.Situation) < policy.RiskThatCalls(advice.Situation) ? ReorderCause.KeepsReserve
        : late ? ReorderCause.LastOrderForDelivery
        : ReorderCause.RunningOut;

    private static DateTimeOffset? OpensAt(in ReorderSituation s) =>
        s.Rules.Season.Includes(s.Today) ? null
        : new DateTimeOffset(s.Now.Date, s.Now.Offset).AddDays(s.Rules.Season.NextOpening(s.Today).DayNumber - s.Today.DayNumber);

    /// <summary>Usual days as calendar days when the first <paramref name="busyDays"/> of them use <paramref name="multiplier"/> times as much.</summary>
    private static double CalendarDays(double usualDays, double busyDays, double multiplier) =>
        usualDays <= busyDays * multiplier ? usualDays / multiplier : usualDays - busyDays * (multiplier - 1.0);
}
