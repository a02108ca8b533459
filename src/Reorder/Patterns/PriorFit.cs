namespace PantryChain.Reorder.Patterns;

/// <summary>One household's cycles of one product class in three sums: all that a fit of priors needs of them.</summary>
/// <param name="Count">n, cycles.</param>
/// <param name="LogSum">Σ ln T, T in days.</param>
/// <param name="LogSquares">Σ ln² T.</param>
public readonly record struct CycleSums(uint Count, double LogSum, double LogSquares)
{
    /// <summary>The same with one more cycle of <paramref name="days"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is not above zero.</exception>
    public CycleSums Add(double days)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(days);
        double log = Math.Log(days);
        return new CycleSums(Count + 1, LogSum + log, LogSquares + log * log);
    }

    internal double Mean => LogSum / Count;

    internal double Scatter => Math.Max(0.0, LogSquares - LogSum * LogSum / Count);
}

/// <summary>Fits class priors to many households' cycles by moments.</summary>
/// <remarks>
/// s² = pooled within variance of ln T, m = mean of the households' means, τ² = max(0.02, Var(means) − s² · mean(1/n)):
/// the one-way random-effects estimates (Searle, Casella and McCulloch, Variance Components, 1992, ch. 3), unweighted because households count alike.
/// </remarks>
public static class PriorFit
{
    /// <summary>A class with fewer households than this borrows the prior of the level above.</summary>
    public const int FewestHouseholds = 8;

    private const double LeastVariance = 0.02; // a class whose households seem equal still lets one of them differ by 14 %

    /// <summary>The prior of one class; null while there are not two households, or none with two cycles.</summary>
    /// <param name="households">One entry per household; entries without a cycle are passed over.</param>
    /// <param name="like">Whose strength and discount the result takes.</param>
    public static CyclePrior? Fit(IEnumerable<CycleSums> households, CyclePrior like)
    {
        List<CycleSums> seen = [.. households.Where(h => h.Count > 0)];
        double freedom = seen.Sum(h => h.Count - 1.0);
        if (seen.Count < 2 || freedom < 1.0)
            return null;
        double within = Math.Max(LeastVariance, seen.Sum(h => h.Scatter) / freedom);
        double mean = seen.Average(h => h.Mean);
        double spread = seen.Sum(h => (h.Mean - mean) * (h.Mean - mean)) / (seen.Count - 1.0);
        double between = Math.Max(LeastVariance, spread - within * seen.Average(h => 1.0 / h.Count));
        return like with { LogMean = mean, BetweenVariance = between, WithinVariance = within };
    }

    /// <summary>One prior per class with at least <see cref="FewestHouseholds"/>; the others are not in the result and use the level above.</summary>
    public static IReadOnlyDictionary<string, CyclePrior> FitByClass(IEnumerable<(string Class, CycleSums Household)> households, CyclePrior like)
    {
        Dictionary<string, CyclePrior> priors = [];
        foreach (IGrouping<string, (string Class, CycleSums Household)> group in households.Where(h => h.Household.Count > 0).GroupBy(h => h.Class))
        {
            if (group.Count() >= FewestHouseholds && Fit(group.Select(h => h.Household), like) is { } prior)
                priors[group.Key] = prior;
        }
        return priors;
    }
}
