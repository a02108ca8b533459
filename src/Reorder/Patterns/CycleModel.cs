using MathNet.Numerics.Distributions;

namespace PantryChain.Reorder.Patterns;

/// <summary>What is believed about the cycles of a product class before the household's own are seen.</summary>
/// <param name="LogMean">m, mean over households of the mean logarithm of days per pack.</param>
/// <param name="BetweenVariance">τ², variance of that mean between households.</param>
/// <param name="WithinVariance">s², variance of ln days within one household.</param>
/// <param name="Strength">ν₀, how many cycles the within variance is worth.</param>
/// <param name="Discount">φ, weight of a cycle against the one that followed it, above 0 and up to 1.</param>
public sealed record CyclePrior(double LogMean, double BetweenVariance, double WithinVariance, double Strength, double Discount)
{
    /// <summary>A pack lasts about ten days, give or take: the global prior when a class has no table entry.</summary>
    /// <remarks>
    /// s² = 0.6 and τ² = 0.5 are the moments of the household panel coop100 (Unicoop, Pisa): purchases, not use, so wider than a shelf needs. ν₀ = 2 and φ = 0.98 by
    /// <c>./pantry bench forecast</c> on a year of its households, priors from other households: the mean error hardly moves (11.55 days from φ 0.95 to 1, ν₀ 2 to 5), but with
    /// ν₀ 5 and φ 0.95 a confidence of 0.65 was right 77 % of the time. Now the worst bin of 300 is off by 0.055, in halves of households or year by 0.083; 80 % intervals hold 79.6 %, the
    /// 5 % alarm rings at 5.6 %.
    /// </remarks>
    public static CyclePrior Global { get; } = new(Math.Log(10.0), 0.5, 0.6, 2.0, 0.98);
}

/// <summary>All cycles of one product in four numbers: the sufficient statistics of a discounted log-normal; <c>default</c> is none.</summary>
/// <param name="Count">N, cycles seen.</param>
/// <param name="Weight">W = Σ w with w = φ^(cycles since).</param>
/// <param name="LogSum">Σ w ln T.</param>
/// <param name="LogSquares">Σ w ln² T.</param>
public readonly record struct CycleHistory(uint Count, double Weight, double LogSum, double LogSquares)
{
    /// <summary>No cycle yet.</summary>
    public static CycleHistory Empty { get; } = new(0, 0.0, 0.0, 0.0);

    /// <summary>Adds a cycle of <paramref name="days"/> active days; older ones lose weight by <paramref name="discount"/>.</summary>
    /// <param name="days">Its length, above zero.</param>
    /// <param name="discount">φ.</param>
    /// <param name="weight">1, or less where the cycle tells less: 0.5 where a feast fell into it, 0 where its length is not known.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is not above zero.</exception>
    public CycleHistory Learn(double days, double discount, double weight = 1.0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(days);
        double log = Math.Log(days);
        return new CycleHistory(
            Count < uint.MaxValue ? Count + 1 : Count, discount * Weight + weight, discount * LogSum + weight * log, discount * LogSquares + weight * log * log);
    }

    /// <summary>The same cycles in packs of <paramref name="ratio"/> times the size: each would have taken that many times as long.</summary>
    public CycleHistory Scale(double ratio)
    {
        double shift = Math.Log(ratio);
        return this with { LogSum = LogSum + Weight * shift, LogSquares = LogSquares + 2.0 * shift * LogSum + Weight * shift * shift };
    }

    /// <summary>These cycles and a member's word that a pack lasts <paramref name="days"/>, older than all of them and worth two.</summary>
    /// <remarks>Forecast D7: two pseudo-cycles; they fade as own cycles come.</remarks>
    public CycleHistory With(double days, double discount)
    {
        double weight = 2.0 * Math.Pow(discount, Math.Min(Count, 1000u)), log = Math.Log(days);
        return new CycleHistory(Count, Weight + weight, LogSum + weight * log, LogSquares + weight * log * log);
    }

    /// <summary>Σ w (ln T − mean)², never below zero.</summary>
    public double Scatter => Weight > 0.0 ? Math.Max(0.0, LogSquares - LogSum * LogSum / Weight) : 0.0;

    /// <summary>The next cycle's distribution: log-normal with an empirical-Bayes mean and variance.</summary>
    /// <remarks>
    /// Normal mean with known-scale conjugate prior, scale by a scaled inverse chi-square point estimate (Gelman et al., Bayesian Data Analysis, 3rd ed., ch. 2-3):
    /// s² = (ν₀s₀² + Σw(y−ȳ)²)/(ν₀ + max(0, W−1)), v = 1/(1/τ² + W/s²), μ = v(m/τ² + Wȳ/s²).
    /// </remarks>
    public CycleForecast Forecast(CyclePrior prior) => Forecast(prior, new PriorRefit(prior.LogMean, prior.WithinVariance));

    internal CycleForecast Forecast(CyclePrior prior, in PriorRefit refit)
    {
        double within = (prior.Strength * refit.WithinVariance + Scatter) / (prior.Strength + Math.Max(0.0, Weight - 1.0));
        double meanVariance = 1.0 / (1.0 / prior.BetweenVariance + Weight / within);
        double mean = meanVariance * (refit.LogMean / prior.BetweenVariance + LogSum / within);
        return new CycleForecast(mean, within, meanVariance);
    }
}

/// <summary>The predicted length of the next cycle: ln days ~ N(<paramref name="LogMean"/>, <see cref="Sigma"/>²).</summary>
/// <param name="LogMean">μ, posterior mean of ln days.</param>
/// <param name="WithinVariance">s², variance of a cycle around it.</param>
/// <param name="MeanVariance">v, variance of the mean itself.</param>
public readonly record struct CycleForecast(double LogMean, double WithinVariance, double MeanVariance)
{
    /// <summary>Standard deviation of ln days of the next cycle.</summary>
    public double Sigma => Math.Sqrt(WithinVariance + MeanVariance);

    /// <summary>Median length in days.</summary>
    public double MedianDays => Math.Exp(LogMean);

    /// <summary>Half width in days of the window in which a prediction counts as met: two days or a quarter of the median.</summary>
    public double Window => Math.Max(2.0, 0.25 * MedianDays);

    /// <summary>Chance that the next cycle lands in the window around its median, 0 to 1.</summary>
    public double Confidence => Cdf(MedianDays + Window) - Cdf(MedianDays - Window);

    /// <summary>Length in days that the next cycle stays below with chance <paramref name="p"/>, 0 &lt; p &lt; 1.</summary>
    public double Quantile(double p) => Math.Exp(LogMean + Sigma * Normal.InvCDF(0.0, 1.0, p));

    /// <summary>Chance that the next cycle takes at most <paramref name="days"/>.</summary>
    public double Cdf(double days) => days <= 0.0 ? 0.0 : Normal.CDF(0.0, 1.0, (Math.Log(days) - LogMean) / Sigma);
}
