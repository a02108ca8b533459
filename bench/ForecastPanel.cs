namespace PantryChain.Bench;

/// <summary>One household's purchase days of one class.</summary>
/// <param name="Household">Place among the panel's households, which stand in ordinal order of their names.</param>
/// <param name="Class">The class.</param>
/// <param name="Days">Distinct days, rising.</param>
internal sealed record PurchasePair(int Household, string Class, int[] Days)
{
    /// <summary>Days between one purchase day and the next.</summary>
    public double[] Intervals { get; } = [.. Days.Zip(Days.Skip(1), (from, to) => (double)(to - from))];
}

/// <summary>All pairs of a purchase file: those with days enough to be scored, and the others.</summary>
internal sealed class ForecastPanel
{
    /// <summary>A pair is scored from this many distinct purchase days on.</summary>
    public const int FewestDays = 5;

    /// <summary>The first prediction is made at this purchase.</summary>
    public const int FirstOrigin = 4;

    private const int Folds = 5;

    private ForecastPanel(string[] households, IReadOnlyList<PurchasePair> scored, IReadOnlyList<PurchasePair> excluded)
    {
        (Households, Scored, Excluded) = (households, scored, excluded);
        int[] places = [.. scored.Select(pair => pair.Household).Distinct().Order()];
        _fold = places.Select((place, i) => (place, i)).ToDictionary(p => p.place, p => p.i % Folds);
    }

    private readonly Dictionary<int, int> _fold;

    public IReadOnlyList<string> Households { get; }

    /// <summary>By household, then class, so that a file's line order changes nothing.</summary>
    public IReadOnlyList<PurchasePair> Scored { get; }

    public IReadOnlyList<PurchasePair> Excluded { get; }

    /// <summary>Households with a scored pair.</summary>
    public int ScoredHouseholds => _fold.Count;

    public static ForecastPanel Of(IEnumerable<Purchase> purchases)
    {
        Dictionary<(string Household, string Class), HashSet<int>> days = [];
        foreach (Purchase purchase in purchases)
        {
            if (!days.TryGetValue((purchase.Household, purchase.Class), out HashSet<int>? of))
                days[(purchase.Household, purchase.Class)] = of = [];
            of.Add(purchase.Day);
        }
        string[] households = [.. days.Keys.Select(key => key.Household).Distinct().Order(StringComparer.Ordinal)];
        Dictionary<string, int> place = households.Select((name, i) => (name, i)).ToDictionary(p => p.name, p => p.i);
        List<PurchasePair> pairs = [.. days
            .Select(pair => new PurchasePair(place[pair.Key.Household], pair.Key.Class, [.. pair.Value.Order()]))
            .OrderBy(pair => pair.Household).ThenBy(pair => pair.Class, StringComparer.Ordinal)];
        return new ForecastPanel(households, [.. pairs.Where(pair => pair.Days.Length >= FewestDays)], [.. pairs.Where(pair => pair.Days.Length < FewestDays)]);
    }

    /// <summary>Which fifth of the households this one is scored with; priors come from the other four.</summary>
    public int FoldOf(PurchasePair pair) => _fold[pair.Household];

    public IEnumerable<int> FoldNumbers => _fold.Values.Distinct().Order();

    /// <summary>The four halves in which the figures must hold as well: every second household, and the days before and after the middle of the file.</summary>
    public static IEnumerable<(string Name, IEnumerable<Purchase> Purchases)> Halves(IReadOnlyList<Purchase> purchases)
    {
        Dictionary<string, int> place = purchases.Select(p => p.Household).Distinct().Order(StringComparer.Ordinal).Select((name, i) => (name, i)).ToDictionary(p => p.name, p => p.i);
        int middle = (purchases.Min(p => p.Day) + purchases.Max(p => p.Day) + 1) / 2;
        yield return ("even households", purchases.Where(p => place[p.Household] % 2 == 0));
        yield return ("odd households", purchases.Where(p => place[p.Household] % 2 == 1));
        yield return ("first half of the days", purchases.Where(p => p.Day < middle));
        yield return ("second half of the days", purchases.Where(p => p.Day >= middle));
    }
}
