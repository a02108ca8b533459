namespace PantryChain.Bench;

/// <summary>One pack's life as a policy saw it: how strongly it called for an order at the end of each day.</summary>
/// <param name="Household">Whose.</param>
/// <param name="Days">Days until the pack was empty.</param>
/// <param name="Calls">Largest call so far at the end of day 0 (just filled), 1, … Days − 1.</param>
internal readonly record struct WatchedPack(int Household, int Days, double[] Calls);

/// <summary>What one setting of a policy comes to.</summary>
/// <param name="StockOut">Share of packs that were empty before the order landed.</param>
/// <param name="Excess">Days of stock left when the order landed, mean over all packs.</param>
/// <param name="Late">Days without stock, mean over all packs.</param>
internal readonly record struct FrontierPoint(double StockOut, double Excess, double Late);

/// <summary>A policy's choices: every threshold on its call is one setting; settings are compared at equal stock-out rates.</summary>
/// <remarks>Reading every policy off at the same rate tunes one number per policy with knowledge of the outcome: the same favour for all.</remarks>
internal sealed class ReorderFrontier(string name, IReadOnlyList<WatchedPack> packs)
{
    /// <summary>Days from an order until it lands.</summary>
    public const int LeadDays = 2;

    private readonly double[] _thresholds = [double.NegativeInfinity, .. packs.SelectMany(pack => pack.Calls).Where(double.IsFinite).Order().Distinct(), double.PositiveInfinity];

    public string Name => name;

    /// <summary>The point at a stock-out rate, between the two settings around it; null where no setting is that careful.</summary>
    public FrontierPoint? At(double stockOut) => Find(stockOut)?.Point;

    /// <summary>Days of excess of every household's packs at the setting just careful enough, with their number; null where no setting is.</summary>
    public IReadOnlyDictionary<int, (int Packs, double Excess)>? ByHousehold(double stockOut) => Find(stockOut) is not { } found ? null
        : packs.GroupBy(pack => pack.Household).ToDictionary(group => group.Key, group => (group.Count(), (double)group.Sum(pack => Math.Max(0, Left(pack, found.Threshold)))));

    private (FrontierPoint Point, double Threshold)? Find(double stockOut)
    {
        int low = 0, high = _thresholds.Length - 1;
        FrontierPoint careful = Score(_thresholds[low]), careless = Score(_thresholds[high]);
        if (careful.StockOut > stockOut || careless.StockOut < stockOut)
            return null;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            FrontierPoint point = Score(_thresholds[middle]);
            if (point.StockOut <= stockOut)
                (low, careful) = (middle, point);
            else
                (high, careless) = (middle, point);
        }
        double part = careless.StockOut > careful.StockOut ? (stockOut - careful.StockOut) / (careless.StockOut - careful.StockOut) : 0.0;
        return (new FrontierPoint(stockOut, careful.Excess + part * (careless.Excess - careful.Excess), careful.Late + part * (careless.Late - careful.Late)), _thresholds[low]);
    }

    /// <summary>The point of one setting: order at the end of the first day whose call reaches the threshold, or when the pack is empty.</summary>
    public FrontierPoint Score(double threshold)
    {
        long outs = 0, excess = 0, late = 0;
        foreach (WatchedPack pack in packs)
        {
            int left = Left(pack, threshold);
            outs += left < 0 ? 1 : 0;
            excess += Math.Max(0, left);
            late += Math.Max(0, -left);
        }
        double n = packs.Count;
        return new FrontierPoint(outs / n, excess / n, late / n);
    }

    /// <summary>Days of stock left when the order lands, below zero when it lands too late.</summary>
    private static int Left(in WatchedPack pack, double threshold)
    {
        int at = Array.BinarySearch(pack.Calls, threshold);
        at = at < 0 ? ~at : at;
        while (at > 0 && pack.Calls[at - 1] >= threshold)
            at--;
        return pack.Days - (at + LeadDays);
    }
}
