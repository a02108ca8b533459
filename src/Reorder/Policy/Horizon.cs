using PantryChain.Domain.Time;
using PantryChain.Reorder.Patterns;

namespace PantryChain.Reorder.Policy;

/// <summary>One way an order may turn out: the goods come after <paramref name="Days"/> with chance <paramref name="Chance"/>.</summary>
internal readonly record struct Arrival(double Days, double Chance);

/// <summary>How long the stock must last, and the chance that it does not.</summary>
internal static class Horizon
{
    /// <summary>Room for every lead time that <see cref="LeadHistory"/> tells apart; a longer table from a store takes the heap.</summary>
    public const int UsualRoom = 32;

    /// <summary>Writes when an order placed after <paramref name="waitDays"/> would arrive, counted from now, soonest first; how many entries there are.</summary>
    public static int Fill(in ReorderSituation s, double waitDays, Span<Arrival> into)
    {
        ReadOnlySpan<(int Days, double Chance)> lead = s.Lead.Span;
        int count = 0;
        HouseholdDay from = s.Delivery is { } calendar ? calendar.CountsFrom(s.Now.AddDays(waitDays)) : default;
        uint today = s.Delivery is null ? 0 : HouseholdDay.FromDate(s.Today).Number;
        foreach ((int days, double chance) in lead)
        {
            double after = s.Delivery is null ? days + waitDays : s.Delivery.Landing(from, days).Number - today;
            if (count > 0 && into[count - 1].Days == after)
                into[count - 1] = new Arrival(after, into[count - 1].Chance + chance);
            else
                into[count++] = new Arrival(after, chance);
        }
        return count;
    }

    /// <summary>Σ P(arrival) · P(use until then and <paramref name="extraDays"/> more &gt; stock).</summary>
    /// <remarks>
    /// A holiday's demand multiplier m lets the clock of use run m times as fast until the goods come: the gamma process has independent increments, so use
    /// in d busy days has the law of use in m·d usual ones.
    /// </remarks>
    public static double Risk(in ReorderSituation s, ReadOnlySpan<Arrival> arrivals, ShelfForecast rate, double packs, double extraDays)
    {
        double risk = 0.0;
        foreach (Arrival arrival in arrivals)
            risk += arrival.Chance * Miss(s, arrival, rate, packs, extraDays);
        return Math.Min(1.0, risk);
    }

    /// <summary>Whether <see cref="Risk"/> reaches <paramref name="level"/>, with as few evaluations of the beta function as bounds allow.</summary>
    /// <remarks>
    /// First Cantelli's inequality, P(D ≥ s) ≤ v/(v + (s − μ)²), for the latest arrival: no evaluation at all for a full shelf. Then from the latest
    /// arrival down: every sooner one has at most the chance of the one before it, which often settles the sum early.
    /// </remarks>
    public static bool Reaches(in ReorderSituation s, ReadOnlySpan<Arrival> arrivals, ShelfForecast rate, double packs, double level)
    {
        if (s.IncomingPacks > 0.0) // later arrivals then have more stock: the bounds below do not hold
            return Risk(s, arrivals, rate, packs, 0.0) >= level;
        if (UpperBound(rate, packs, arrivals[^1].Days * s.DemandMultiplier) < level)
            return false;
        double known = 0.0, left = 1.0;
        for (int i = arrivals.Length - 1; i >= 0; i--)
        {
            double miss = rate.ChanceOfUsingMore(packs, arrivals[i].Days * s.DemandMultiplier);
            known += arrivals[i].Chance * miss;
            left -= arrivals[i].Chance;
            if (known >= level)
                return true;
            if (known + left * miss < level)
                return false;
        }
        return known >= level;
    }

    /// <summary>Bound on P(D_H &gt; packs) from mean and variance of the beta prime distribution (Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 2, §27.8); 1 where they do not exist.</summary>
    internal static double UpperBound(ShelfForecast rate, double packs, double days)
    {
        double a = rate.DailyShape * days, b = rate.Shape;
        if (b <= 2.0)
            return 1.0;
        double mean = rate.Scale * a / (b - 1.0), over = packs - mean;
        if (over <= 0.0)
            return 1.0;
        double variance = rate.Scale * rate.Scale * a * (a + b - 1.0) / ((b - 2.0) * (b - 1.0) * (b - 1.0));
        return variance / (variance + over * over);
    }

    private static double Miss(in ReorderSituation s, Arrival arrival, ShelfForecast rate, double packs, double extraDays) =>
        rate.ChanceOfUsingMore(packs + (s.IncomingDays <= arrival.Days ? s.IncomingPacks : 0.0), arrival.Days * s.DemandMultiplier + extraDays);
}
