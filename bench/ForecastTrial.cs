using PantryChain.Reorder.Patterns;

namespace PantryChain.Bench;

/// <summary>One prediction and what came.</summary>
/// <param name="Household">Whose.</param>
/// <param name="Days">The interval that came.</param>
/// <param name="HistoryMean">Mean of the intervals before it: the pair's speed.</param>
/// <param name="Ours">The product's forecast.</param>
/// <param name="Baselines">Theirs, in the order of <see cref="ForecastBaselines.Names"/>.</param>
internal sealed record ForecastLine(int Household, double Days, double HistoryMean, CycleForecast Ours, double[] Baselines)
{
    /// <summary>Error of the product's point forecast, its median, in days.</summary>
    public double Error => Ours.MedianDays - Days;

    /// <summary>F(T): evenly spread over 0 to 1 when the forecast is honest.</summary>
    public double Rank => Ours.Cdf(Days);

    public bool Hit => Math.Abs(Error) <= Ours.Window;
}

/// <summary>Rolling origin over a panel: each pair is predicted from its fourth purchase on, with priors from the other folds' households only.</summary>
internal static class ForecastTrial
{
    /// <summary>Runs the product's own <see cref="CycleHistory"/> with class priors by <see cref="PriorFit"/>, and the baselines beside it.</summary>
    public static List<ForecastLine> Run(ForecastPanel panel, CyclePrior? like = null)
    {
        List<ForecastLine> lines = [];
        foreach (int fold in panel.FoldNumbers)
        {
            FoldPriors priors = new(panel.Scored.Where(pair => panel.FoldOf(pair) != fold), like ?? CyclePrior.Global);
            foreach (PurchasePair pair in panel.Scored.Where(pair => panel.FoldOf(pair) == fold))
                Follow(pair, priors, lines);
        }
        return lines;
    }

    private static void Follow(PurchasePair pair, FoldPriors priors, List<ForecastLine> lines)
    {
        CyclePrior prior = priors.Of(pair.Class);
        GammaPrior gamma = priors.GammaOf(pair.Class);
        CycleHistory history = CycleHistory.Empty;
        ForecastBaselines baselines = new();
        for (int i = 0; i < pair.Intervals.Length; i++)
        {
            if (i + 1 >= ForecastPanel.FirstOrigin)
                lines.Add(new ForecastLine(pair.Household, pair.Intervals[i], baselines.Mean, history.Forecast(prior), baselines.Write(gamma)));
            history = history.Learn(pair.Intervals[i], prior.Discount);
            baselines.Learn(pair.Intervals[i]);
        }
    }
}

/// <summary>What the other households say of every class, and of all classes together where a class has too few.</summary>
internal sealed class FoldPriors
{
    private readonly IReadOnlyDictionary<string, CyclePrior> _classes;
    private readonly Dictionary<string, GammaPrior> _gammas = [];
    private readonly CyclePrior _all;
    private readonly GammaPrior _gammaOfAll;

    public FoldPriors(IEnumerable<PurchasePair> others, CyclePrior like)
    {
        List<PurchasePair> pairs = [.. others];
        List<(string Class, CycleSums Sums)> sums = [.. pairs.Select(pair => (pair.Class, pair.Intervals.Aggregate(default(CycleSums), (s, days) => s.Add(days))))];
        _all = PriorFit.Fit(sums.Select(s => s.Sums), like) ?? like;
        _classes = PriorFit.FitByClass(sums, like);
        _gammaOfAll = Gamma(pairs) ?? GammaPrior.Wide;
        foreach (IGrouping<string, PurchasePair> group in pairs.GroupBy(pair => pair.Class))
        {
            if (_classes.ContainsKey(group.Key) && Gamma(group) is { } prior)
                _gammas[group.Key] = prior;
        }
    }

    public CyclePrior Of(string group) => _classes.GetValueOrDefault(group, _all);

    public GammaPrior GammaOf(string group) => _gammas.GetValueOrDefault(group, _gammaOfAll);

    private static GammaPrior? Gamma(IEnumerable<PurchasePair> pairs) => GammaPrior.Fit(pairs.Select(pair => (pair.Intervals.Length, pair.Intervals.Sum())));
}
