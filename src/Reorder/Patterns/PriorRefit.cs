namespace PantryChain.Reorder.Patterns;

/// <summary>What a household's own products say about the priors: how much longer or shorter its packs last than the table says, and how evenly.</summary>
/// <param name="Products">Products behind it.</param>
/// <param name="Residuals">Σ over products of (weighted mean of ln days − the table's).</param>
/// <param name="Scatter">Σ over products of the scatter of ln days, in units of the table's within variance.</param>
/// <param name="Freedom">Σ over products of cycles beyond the first.</param>
public readonly record struct RefitSums(double Products, double Residuals, double Scatter, double Freedom)
{
    /// <summary>What one product adds.</summary>
    internal static RefitSums Of(in CycleHistory cycles, CyclePrior table) => cycles.Weight < 0.5 ? default : new RefitSums(
        1.0, cycles.LogSum / cycles.Weight - table.LogMean, cycles.Scatter / table.WithinVariance, Math.Max(0.0, cycles.Weight - 1.0));

    /// <summary>Both together.</summary>
    public static RefitSums operator +(RefitSums a, RefitSums b) =>
        new(a.Products + b.Products, a.Residuals + b.Residuals, a.Scatter + b.Scatter, a.Freedom + b.Freedom);

    /// <summary>Without the part <paramref name="b"/> of it.</summary>
    public static RefitSums operator -(RefitSums a, RefitSums b) =>
        new(Math.Max(0.0, a.Products - b.Products), a.Residuals - b.Residuals, Math.Max(0.0, a.Scatter - b.Scatter), Math.Max(0.0, a.Freedom - b.Freedom));
}

/// <summary>A prior moved towards the household's other products.</summary>
/// <param name="LogMean">m.</param>
/// <param name="WithinVariance">s².</param>
internal readonly record struct PriorRefit(double LogMean, double WithinVariance)
{
    private const double ProductsOfTable = 10.0; // forecast D7: the household factor is shrunk by n/(n + 10)
    private const double CyclesOfTable = 20.0;   // by judgement: two well-known products move the variance half way
    private const double SameClass = 2.0;        // by judgement: a product of the same class counts three times
    private const double LeastShare = 0.1;       // no household is so even that less would be honest

    /// <summary>The table's prior, refitted; the product's own share is taken out, because its own cycles speak for themselves.</summary>
    public static PriorRefit Of(CyclePrior table, in RefitSums household, in RefitSums sameClass, in RefitSums own)
    {
        RefitSums others = household - own, kin = sameClass - own;
        double factor = (others.Residuals + SameClass * kin.Residuals) / (others.Products + SameClass * kin.Products + ProductsOfTable);
        double ratio = (CyclesOfTable + others.Scatter + SameClass * kin.Scatter) / (CyclesOfTable + others.Freedom + SameClass * kin.Freedom);
        return new PriorRefit(table.LogMean + factor, table.WithinVariance * Math.Max(LeastShare, ratio));
    }
}
