namespace PantryChain.Bench;

/// <summary>How far point forecasts are off, in days.</summary>
internal readonly record struct PointScore(double Mae, double MedianError, double Bias)
{
    public static PointScore Of(IEnumerable<double> errors)
    {
        double[] all = [.. errors], sizes = [.. all.Select(Math.Abs).Order()];
        return new PointScore(sizes.Average(), (sizes[sizes.Length / 2] + sizes[(sizes.Length - 1) / 2]) / 2.0, all.Average());
    }
}

/// <summary>Predictions whose confidence lies from <paramref name="From"/> up to a tenth more: what was promised, what came.</summary>
internal sealed record ConfidenceBin(double From, int N, double Predicted, double Observed);

/// <summary>Predictions of pairs whose history has a mean interval in a range.</summary>
internal sealed record SpeedClass(string Name, int N, PointScore Ours, PointScore[] Baselines);

/// <summary>MAE of the product minus a baseline's, with the 95 % interval over resampled households.</summary>
internal sealed record MaeDifference(double Days, double Low, double High);

/// <summary>All figures of one set of predictions.</summary>
internal sealed class ForecastScore
{
    private const double LowRank = 0.1;
    private const int Resamples = 1000;
    private static readonly (string Name, double From, double To)[] Speeds =
        [("below 7 days", 0, 7), ("7 to 21 days", 7, 21), ("21 to 60 days", 21, 60), ("60 days and more", 60, double.PositiveInfinity)];

    public ForecastScore(List<ForecastLine> lines)
    {
        double[] ranks = [.. lines.Select(line => line.Rank)];
        N = lines.Count;
        Ours = PointScore.Of(lines.Select(line => line.Error));
        Baselines = PointsOf(lines);
        Pinball10 = lines.Average(line => Pinball(line.Ours.Quantile(LowRank), line.Days, LowRank));
        Coverage80 = ranks.Count(rank => rank is > 0.1 and < 0.9) / (double)N;
        Overdue05 = ranks.Count(rank => rank > 0.95) / (double)N;
        Overdue01 = ranks.Count(rank => rank > 0.99) / (double)N;
        Early05 = ranks.Count(rank => rank < 0.05) / (double)N;
        Early01 = ranks.Count(rank => rank < 0.01) / (double)N;
        Bins = [.. lines.GroupBy(line => Math.Min(9, (int)(line.Ours.Confidence * 10))).OrderBy(group => group.Key)
            .Select(group => new ConfidenceBin(group.Key / 10.0, group.Count(), group.Average(line => line.Ours.Confidence), group.Count(line => line.Hit) / (double)group.Count()))];
        BySpeed = [.. Speeds.Select(speed => (speed.Name, Lines: lines.Where(line => line.HistoryMean >= speed.From && line.HistoryMean < speed.To).ToList()))
            .Where(speed => speed.Lines.Count > 0)
            .Select(speed => new SpeedClass(speed.Name, speed.Lines.Count, PointScore.Of(speed.Lines.Select(line => line.Error)), PointsOf(speed.Lines)))];
        Differences = Bootstrap(lines, Resamples);
    }

    public int N { get; }

    public PointScore Ours { get; }

    public PointScore[] Baselines { get; }

    /// <summary>Mean pinball loss of the 10 % quantile, in days.</summary>
    public double Pinball10 { get; }

    /// <summary>Share of intervals inside the predicted 10 to 90 %.</summary>
    public double Coverage80 { get; }

    /// <summary>Share of ordinary intervals that would have raised an overdue alarm at .05 and at .01.</summary>
    public double Overdue05 { get; }

    public double Overdue01 { get; }

    /// <summary>Share that ended earlier than all but 5 % (1 %) were predicted to.</summary>
    public double Early05 { get; }

    public double Early01 { get; }

    public IReadOnlyList<ConfidenceBin> Bins { get; }

    public IReadOnlyList<SpeedClass> BySpeed { get; }

    /// <summary>In the order of <see cref="ForecastBaselines.Names"/>.</summary>
    public IReadOnlyList<MaeDifference> Differences { get; }

    /// <summary>What must hold, each with its figure.</summary>
    public IEnumerable<(string Target, bool Held)> Targets()
    {
        int tsb = Array.IndexOf(ForecastBaselines.Names, "tsb");
        double mean = Baselines[Array.IndexOf(ForecastBaselines.Names, "mean")].Mae, median = Baselines[Array.IndexOf(ForecastBaselines.Names, "median")].Mae;
        double worst = Bins.Where(bin => bin.N >= 300).Select(bin => Math.Abs(bin.Observed - bin.Predicted)).DefaultIfEmpty(0).Max();
        yield return (FormattableString.Invariant($"MAE at least 10 % below the mean's ({1 - Ours.Mae / mean:0.0 %} below)"), Ours.Mae <= 0.9 * mean);
        yield return (FormattableString.Invariant($"MAE below the median's ({1 - Ours.Mae / median:0.0 %} below)"), Ours.Mae < median);
        yield return (FormattableString.Invariant($"MAE not above TSB's beyond the interval ({Differences[tsb].Days:+0.00;-0.00} [{Differences[tsb].Low:+0.00;-0.00}, {Differences[tsb].High:+0.00;-0.00}])"), Differences[tsb].Low <= 0);
        yield return (FormattableString.Invariant($"80 % coverage from .77 to .84 ({Coverage80:.000})"), Coverage80 is >= 0.77 and <= 0.84);
        yield return (FormattableString.Invariant($"confidence within .10 in every bin of 300 or more (worst {worst:.000})"), worst <= 0.1);
        yield return (FormattableString.Invariant($"overdue at .05 from .03 to .07 ({Overdue05:.000})"), Overdue05 is >= 0.03 and <= 0.07);
    }

    /// <summary>Households drawn with replacement, always in the same way: within a household errors belong together.</summary>
    internal static IReadOnlyList<MaeDifference> Bootstrap(List<ForecastLine> lines, int resamples)
    {
        int methods = ForecastBaselines.Names.Length;
        double[][] sums = [.. lines.GroupBy(line => line.Household).OrderBy(group => group.Key).Select(group => (double[])
            [group.Count(), .. Enumerable.Range(0, methods).Select(i => group.Sum(line => Math.Abs(line.Error) - Math.Abs(line.Baselines[i] - line.Days)))])];
        double[][] drawn = [.. Enumerable.Range(0, methods).Select(_ => new double[resamples])];
        Random chance = new(20130630);
        double[] total = new double[methods + 1];
        for (int resample = 0; resample < resamples; resample++)
        {
            Array.Clear(total);
            for (int household = 0; household < sums.Length; household++)
            {
                double[] one = sums[chance.Next(sums.Length)];
                for (int i = 0; i < total.Length; i++)
                    total[i] += one[i];
            }
            for (int i = 0; i < methods; i++)
                drawn[i][resample] = total[i + 1] / total[0];
        }
        double count = sums.Sum(one => one[0]);
        foreach (double[] differences in drawn)
            Array.Sort(differences);
        return [.. drawn.Select((d, i) => new MaeDifference(sums.Sum(one => one[i + 1]) / count, d[(int)(0.025 * resamples)], d[(int)(0.975 * resamples)]))];
    }

    /// <summary>Loss of a quantile forecast: p per day that it was too low, 1 − p per day that it was too high.</summary>
    internal static double Pinball(double forecast, double actual, double p) => actual >= forecast ? p * (actual - forecast) : (1.0 - p) * (forecast - actual);

    private static PointScore[] PointsOf(List<ForecastLine> lines) =>
        [.. Enumerable.Range(0, ForecastBaselines.Names.Length).Select(i => PointScore.Of(lines.Select(line => line.Baselines[i] - line.Days)))];
}
