namespace PantryChain.Bench;

/// <summary>The yardsticks of one pair: what simple methods say of the next interval, learnt one interval after the other.</summary>
/// <remarks>Smoothing constants as tuned by the panel coop100's even households: SES 0.3, TSB 0.04 a day.</remarks>
internal sealed class ForecastBaselines
{
    /// <summary>Names in the order of <see cref="Write"/>; also the keys of the JSON report.</summary>
    public static readonly string[] Names = ["last", "mean", "median", "ses", "sba", "tsb", "gammaPoisson"];

    public const double IntervalSmoothing = 0.3;
    public const double DailySmoothing = 0.04;

    private readonly List<double> _sorted = [];
    private double _last, _sum, _ses, _chance;

    /// <summary>Adds the interval that ended, in days.</summary>
    public void Learn(double days)
    {
        bool first = _sorted.Count == 0;
        _last = days;
        _sum += days;
        _ses = first ? days : _ses + IntervalSmoothing * (days - _ses);
        // TSB decays the chance of a purchase on every day without one and lifts it on the day with one.
        _chance = first ? 1.0 / days : 1.0 - (1.0 - DailySmoothing) * (1.0 - _chance * Math.Pow(1.0 - DailySmoothing, days - 1.0));
        int at = _sorted.BinarySearch(days);
        _sorted.Insert(at < 0 ? ~at : at, days);
    }

    public double Mean => _sum / _sorted.Count;

    public double Median => (_sorted[_sorted.Count / 2] + _sorted[(_sorted.Count - 1) / 2]) / 2.0;

    public double Last => _last;

    /// <summary>Simple exponential smoothing of intervals: Croston's method with size one (J. D. Croston, Operational Research Quarterly 23, 1972).</summary>
    public double Ses => _ses;

    /// <summary>Syntetos and Boylan's correction of Croston's bias, ×(1 − α/2) (International Journal of Forecasting 21, 2005), for the interval.</summary>
    public double Sba => _ses * (1.0 - IntervalSmoothing / 2.0);

    /// <summary>One over the smoothed daily chance of a purchase (Teunter, Syntetos and Babai, European Journal of Operational Research 214, 2011).</summary>
    public double Tsb => 1.0 / _chance;

    /// <summary>Median of the next interval when purchases are Poisson and rates gamma over households: (b + Σ)(2^(1/(k+n)) − 1).</summary>
    public double GammaPoisson(GammaPrior prior) => (prior.Rate + _sum) * (Math.Pow(2.0, 1.0 / (prior.Shape + _sorted.Count)) - 1.0);

    /// <summary>All predictions in days, in the order of <see cref="Names"/>.</summary>
    public double[] Write(GammaPrior prior) => [Last, Mean, Median, Ses, Sba, Tsb, GammaPoisson(prior)];
}

/// <summary>Purchase rates per day over households: Gamma(<paramref name="Shape"/>, <paramref name="Rate"/> in days).</summary>
internal readonly record struct GammaPrior(double Shape, double Rate)
{
    /// <summary>Ten days between purchases, give or take, for a file too small to fit.</summary>
    public static readonly GammaPrior Wide = new(2.0, 20.0);

    /// <summary>By moments of the unbiased rates r = (n − 1)/Σ: E r = k/b and E r²·(n − 2)/(n − 1) = k(k + 1)/b².</summary>
    /// <param name="histories">Intervals n and their sum of each household; those with fewer than three are passed over.</param>
    public static GammaPrior? Fit(IEnumerable<(int Count, double Days)> histories)
    {
        List<(int Count, double Days)> seen = [.. histories.Where(h => h.Count >= 3)];
        if (seen.Count < 2)
            return null;
        double mean = seen.Average(h => (h.Count - 1.0) / h.Days);
        double square = seen.Average(h => Math.Pow((h.Count - 1.0) / h.Days, 2.0) * (h.Count - 2.0) / (h.Count - 1.0));
        double shape = Math.Clamp(mean * mean / Math.Max(square - mean * mean, 0.02 * mean * mean), 0.3, 50.0);
        return new GammaPrior(shape, shape / mean);
    }
}
