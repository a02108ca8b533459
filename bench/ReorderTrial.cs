using PantryChain.Reorder.Patterns;

namespace PantryChain.Bench;

/// <summary>How a pack is used up between two purchases.</summary>
/// <param name="Name">In words.</param>
/// <param name="DailySpread">Coefficient of variation of one day's use; 0 is even use.</param>
internal sealed record PackUse(string Name, double DailySpread);

/// <summary>Real intervals between purchases as packs, used up as <see cref="PackUse"/> says, watched by every policy at the end of each day.</summary>
internal sealed class ReorderTrial
{
    /// <summary>Only packs of pairs whose median interval so far is at least a week: what is bought more often is bought on every trip.</summary>
    public const double ShortestMedianDays = 7.0;

    private const double WeightNoise = 0.01; // of a pack, standard deviation
    private readonly Dictionary<string, List<WatchedPack>> _seen = [];

    /// <summary>History alone: the pack's weight is not seen.</summary>
    public static ReorderTrial WithoutShelf(ForecastPanel panel)
    {
        ReorderTrial trial = new();
        foreach ((PurchasePair pair, FoldPriors priors) in Pairs(panel))
        {
            foreach (KnownPack pack in KnownPack.Of(pair, priors))
            {
                if (!pack.Counts)
                    continue;
                double[] theirs = pack.Baselines.Write(priors.GammaOf(pair.Class));
                for (int i = 0; i < theirs.Length; i++)
                    trial.Add($"{ForecastBaselines.Names[i]} x c", pair, pack, day => (day + ReorderFrontier.LeadDays) / theirs[i]);
                trial.Add("ours, quantile", pair, pack, day => pack.Forecast.Cdf(day + ReorderFrontier.LeadDays + 1.0));
            }
        }
        return trial;
    }

    /// <summary>The shelf is read at the end of each day, to one part in a hundred.</summary>
    public static ReorderTrial WithShelf(ForecastPanel panel, PackUse use)
    {
        ReorderTrial trial = new();
        foreach ((PurchasePair pair, FoldPriors priors) in Pairs(panel))
        {
            Random chance = new(HashCode(panel.Households[pair.Household], pair.Class));
            ShelfWatch watch = new();
            foreach (KnownPack pack in KnownPack.Of(pair, priors))
            {
                double[] stock = Stock(pack.Days, use, chance);
                double[] risk = watch.Watch(stock, pack.Forecast);
                if (!pack.Counts)
                    continue;
                double mean = pack.Baselines.Mean;
                trial.Add("fixed threshold", pair, pack, day => -stock[day]);
                trial.Add("history rate x stock", pair, pack, day => -stock[day] * mean);
                trial.Add("current pack's rate", pair, pack, day => -stock[day] * day / Math.Max(1e-9, 1.0 - stock[day]), from: 1);
                foreach (double kappa in new[] { 0.1, 0.5 })
                    trial.Add($"blend, {kappa} pack of history", pair, pack, day => -stock[day] * (kappa * pack.Forecast.MedianDays + day) / (kappa + 1.0 - stock[day]));
                trial.Add("ours", pair, pack, day => risk[day]);
            }
        }
        return trial;
    }

    public IEnumerable<ReorderFrontier> Frontiers => _seen.Select(seen => new ReorderFrontier(seen.Key, seen.Value));

    public int Packs => _seen.Count == 0 ? 0 : _seen.Values.First().Count;

    /// <summary>What whole packs kept as a minimum come to: none is an order when the pack is empty, one is an order when the pack before it is.</summary>
    public IEnumerable<(int Packs, FrontierPoint Point)> MinimumStock
    {
        get
        {
            ReorderFrontier any = Frontiers.First();
            yield return (0, any.Score(double.PositiveInfinity));
            yield return (1, any.Score(double.NegativeInfinity));
        }
    }

    private static IEnumerable<(PurchasePair Pair, FoldPriors Priors)> Pairs(ForecastPanel panel)
    {
        foreach (int fold in panel.FoldNumbers)
        {
            FoldPriors priors = new(panel.Scored.Where(pair => panel.FoldOf(pair) != fold), CyclePrior.Global);
            foreach (PurchasePair pair in panel.Scored.Where(pair => panel.FoldOf(pair) == fold))
                yield return (pair, priors);
        }
    }

    private void Add(string policy, PurchasePair pair, KnownPack pack, Func<int, double> call, int from = 0)
    {
        double[] calls = new double[pack.Days];
        double most = double.NegativeInfinity;
        for (int day = 0; day < calls.Length; day++)
            calls[day] = most = day < from ? most : Math.Max(most, call(day));
        if (!_seen.TryGetValue(policy, out List<WatchedPack>? packs))
            _seen[policy] = packs = [];
        packs.Add(new WatchedPack(pair.Household, pack.Days, calls));
    }

    /// <summary>What the scale shows at the end of day 0, 1, … days − 1, in packs.</summary>
    private static double[] Stock(int days, PackUse use, Random chance)
    {
        double[] used = new double[days];
        for (int day = 0; day < days; day++)
            used[day] = use.DailySpread > 0.0 ? Gamma(1.0 / (use.DailySpread * use.DailySpread), chance) : 1.0;
        double total = Math.Max(used.Sum(), 1e-12), left = 1.0;
        double[] shown = new double[days];
        for (int day = 0; day < days; day++)
        {
            shown[day] = Math.Max(0.0, left + WeightNoise * StepTrial.Normal(chance));
            left -= used[day] / total;
        }
        return shown;
    }

    /// <summary>A gamma draw of scale one (G. Marsaglia and W. W. Tsang, ACM Transactions on Mathematical Software 26, 2000).</summary>
    internal static double Gamma(double shape, Random chance)
    {
        if (shape < 1.0)
            return Gamma(shape + 1.0, chance) * Math.Pow(1.0 - chance.NextDouble(), 1.0 / shape);
        double d = shape - 1.0 / 3.0, c = 1.0 / Math.Sqrt(9.0 * d);
        while (true)
        {
            double x = StepTrial.Normal(chance), v = Math.Pow(1.0 + c * x, 3.0);
            if (v > 0.0 && Math.Log(1.0 - chance.NextDouble()) < 0.5 * x * x + d - d * v + d * Math.Log(v))
                return d * v;
        }
    }

    /// <summary>The same on every machine and in every run, unlike <see cref="string.GetHashCode()"/>: FNV-1a over both names.</summary>
    private static int HashCode(string household, string group)
    {
        unchecked
        {
            uint hash = 2166136261;
            foreach (char letter in household + "\n" + group)
                hash = (hash ^ letter) * 16777619;
            return (int)(hash & 0x7FFFFFFF);
        }
    }
}

/// <summary>A pack with what was known when it was begun.</summary>
internal sealed record KnownPack(int Days, bool Counts, CycleForecast Forecast, ForecastBaselines Baselines)
{
    /// <summary>All packs of a pair, oldest first; <see cref="Baselines"/> moves on with the enumeration.</summary>
    public static IEnumerable<KnownPack> Of(PurchasePair pair, FoldPriors priors)
    {
        CyclePrior prior = priors.Of(pair.Class);
        CycleHistory history = CycleHistory.Empty;
        ForecastBaselines baselines = new();
        for (int i = 0; i < pair.Intervals.Length; i++)
        {
            bool counts = i + 1 >= ForecastPanel.FirstOrigin && baselines.Median >= ReorderTrial.ShortestMedianDays;
            yield return new KnownPack((int)pair.Intervals[i], counts, history.Forecast(prior), baselines);
            history = history.Learn(pair.Intervals[i], prior.Discount);
            baselines.Learn(pair.Intervals[i]);
        }
    }
}

/// <summary>The product's shelf model over one pair's packs, day by day, as its gateway would run it.</summary>
internal sealed class ShelfWatch
{
    private const double HorizonDays = ReorderFrontier.LeadDays + 1.0; // an order of the next review lands by then

    private ShelfHistory _shelf = ShelfHistory.Empty;
    private double _carried;

    /// <summary>Chance of running out before an order of the next day lands, at the end of each day of a pack.</summary>
    public double[] Watch(double[] stock, CycleForecast forecast)
    {
        _shelf = _shelf.NextPack();
        double[] risk = new double[stock.Length];
        for (int day = 0; day < stock.Length; day++)
        {
            if (day > 0)
                Learn(stock[day - 1] - stock[day]);
            risk[day] = _shelf.Forecast(forecast).ChanceOfUsingMore(stock[day], HorizonDays);
        }
        Learn(stock[^1]);
        return risk;
    }

    private void Learn(double used)
    {
        _carried += used; // noise may show a rise: it comes off the next day, as in the product
        _shelf = _shelf.Learn(Math.Max(0.0, _carried));
        _carried = Math.Min(0.0, _carried);
    }
}
