using MathNet.Numerics.Distributions;

namespace PantryChain.Reorder.Patterns;

/// <summary>Two-sided cumulative sums over finished cycles: notices that packs last longer or shorter than they used to, and since when.</summary>
/// <remarks>
/// E. S. Page, Biometrika 41 (1954); k = 0.5 looks for a change by one standard deviation, h = 5 rings about once in 465 unchanged cycles. A sum that last left zero
/// <i>n</i> cycles ago dates the change to there (Page's estimate), so those cycles are the new habit. <c>default</c> is at rest.
/// </remarks>
/// <param name="Longer">Evidence for longer packs.</param>
/// <param name="Shorter">Evidence for shorter packs.</param>
public readonly record struct ChangeDetector(ChangeSum Longer, ChangeSum Shorter)
{
    /// <summary>Cycles' worth of belief that is left after a change.</summary>
    public const double WeightAfterChange = 3.0;

    private const double LargestStep = 4.0; // one odd cycle alone never rings

    /// <summary>Above zero after longer packs, below zero after shorter ones, else zero.</summary>
    public int Signal => Longer.Rings ? 1 : Shorter.Rings ? -1 : 0;

    /// <summary>Adds a finished cycle of <paramref name="days"/> at the quantile <paramref name="u"/> of its prediction, 0 to 1.</summary>
    public ChangeDetector Add(double u, double days)
    {
        double z = Math.Clamp(Normal.InvCDF(0.0, 1.0, Math.Clamp(u, 1e-6, 1.0 - 1e-6)), -LargestStep, LargestStep), log = Math.Log(days);
        return new ChangeDetector(Longer.Add(z, log), Shorter.Add(-z, log));
    }

    /// <summary>What is left of <paramref name="cycles"/> after a change: the cycles since it began, weighing <see cref="WeightAfterChange"/> at most.</summary>
    public CycleHistory Forget(in CycleHistory cycles)
    {
        ChangeSum since = Longer.Rings ? Longer : Shorter;
        double weight = Math.Min(Math.Min(WeightAfterChange, since.Cycles), cycles.Weight), mean = since.LogSum / Math.Max(1u, since.Cycles);
        double scatter = cycles.Weight > 0.0 ? Math.Min(cycles.Scatter / cycles.Weight, 1.0) : 0.0; // the habit's evenness is kept
        return new CycleHistory(cycles.Count, weight, weight * mean, weight * (mean * mean + scatter));
    }

    /// <summary>Days that a pack usually lasted before the change: the geometric mean of <paramref name="cycles"/> without those since it began.</summary>
    /// <param name="cycles">All cycles, the changed ones included; those are recent enough to be taken out at full weight.</param>
    /// <param name="otherwise">The answer when the change began with the first cycle.</param>
    public double DaysBefore(in CycleHistory cycles, double otherwise)
    {
        ChangeSum since = Longer.Rings ? Longer : Shorter;
        double weight = cycles.Weight - since.Cycles;
        return weight >= 1.0 ? Math.Exp((cycles.LogSum - since.LogSum) / weight) : otherwise;
    }
}

/// <summary>One side of a <see cref="ChangeDetector"/>.</summary>
/// <param name="Sum">The cumulative sum, never below zero.</param>
/// <param name="Cycles">Cycles since it last left zero.</param>
/// <param name="LogSum">Σ ln days of those.</param>
public readonly record struct ChangeSum(float Sum, uint Cycles, double LogSum)
{
    private const double Allowance = 0.5, Threshold = 5.0;

    /// <summary>True when the change is beyond chance.</summary>
    public bool Rings => Sum > Threshold;

    internal ChangeSum Add(double z, double logDays)
    {
        double sum = Sum + z - Allowance;
        return sum <= 0.0 ? default : new ChangeSum((float)sum, Cycles + 1, LogSum + logDays);
    }
}
