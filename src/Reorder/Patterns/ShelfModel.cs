namespace PantryChain.Reorder.Patterns;

/// <summary>What the shelf saw day by day, in packs, old days fading: the sufficient statistics of a discounted gamma process.</summary>
/// <param name="Days">Σ φ^(days since): how many days the evidence is worth.</param>
/// <param name="Use">Σ φ^(days since) × packs used that day.</param>
/// <param name="DaysSeen">Whole days counted so far.</param>
/// <param name="Weight">Σ of the slower weights behind the spread of daily use.</param>
/// <param name="Sum">Daily use under those weights.</param>
/// <param name="Squares">Squared daily use under those weights.</param>
public readonly record struct ShelfHistory(double Days, double Use, uint DaysSeen, double Weight, double Sum, double Squares)
{
    /// <summary>φ per day: half of the evidence is older than 6.6 days. Between 0.8 and 0.9 real load cells with a trend kept their coverage best.</summary>
    public const double DayDiscount = 0.9;

    private const double SpreadDiscount = 0.97; // spread changes slower than level: half weight at 23 days
    private const double PriorSpread = 0.25;    // squared coefficient of variation of daily loss, ten load cells over 24 days (ICRISAT lysimeters)
    private const double PriorSpreadDays = 3.0;
    private const double EarlyShape = 0.5;      // a careful guess, wider than most households
    internal const uint EarlyDays = 7;

    /// <summary>No day yet.</summary>
    public static ShelfHistory Empty { get; } = new(0.0, 0.0, 0, 0.0, 0.0, 0.0);

    /// <summary>Adds one whole day on which <paramref name="packs"/> were used.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The use is negative.</exception>
    public ShelfHistory Learn(double packs, double discount = DayDiscount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(packs);
        return new ShelfHistory(
            discount * Days + 1.0, discount * Use + packs, DaysSeen < uint.MaxValue ? DaysSeen + 1 : DaysSeen,
            SpreadDiscount * Weight + 1.0, SpreadDiscount * Sum + packs, SpreadDiscount * Squares + packs * packs);
    }

    /// <summary>The same days in packs of <paramref name="ratio"/> times the size.</summary>
    public ShelfHistory Scale(double ratio) => this with { Use = Use / ratio, Sum = Sum / ratio, Squares = Squares / (ratio * ratio) };

    /// <summary>Packs that a day with use usually takes, days counted by what they took: E[u²]/E[u]; 0 before the first use.</summary>
    public double UsualUse => Sum > 1e-9 * Weight ? Squares / Sum : 0.0;

    /// <summary>c, the gamma shape of one day's use: 1/CV², shrunk to <c>PriorSpread</c>; 0.5 in the first week.</summary>
    public double DailyShape
    {
        get
        {
            if (DaysSeen < EarlyDays || Sum <= 1e-9 * Weight)
                return EarlyShape;
            double mean = Sum / Weight, squaredCv = Math.Max(0.0, Squares / Weight - mean * mean) / (mean * mean);
            return (Weight + PriorSpreadDays) / (Weight * squaredCv + PriorSpreadDays * PriorSpread);
        }
    }

    /// <summary>The rate's posterior when <paramref name="cycle"/> is what the finished packs say.</summary>
    public ShelfForecast Forecast(CycleForecast cycle)
    {
        double squaredCv = Math.Min(3.0, Math.Exp(cycle.Sigma * cycle.Sigma) - 1.0);
        return Forecast(2.0 + 1.0 / squaredCv, cycle.MedianDays, DailyShape);
    }

    internal ShelfForecast Forecast(double priorShape, double packDays, double dailyShape) =>
        new(priorShape + dailyShape * Days, (priorShape - 1.0) / (dailyShape * packDays) + Use, dailyShape);
}

/// <summary>Use in d days | θ ~ Gamma(c·d, θ), θ ~ Gamma(A, B): how fast packs will go.</summary>
/// <remarks>The conjugate gamma process; the predictive of use is a beta prime distribution (Lawless and Crowder, Lifetime Data Analysis 10, 2004).</remarks>
/// <param name="Shape">A.</param>
/// <param name="Scale">B in packs.</param>
/// <param name="DailyShape">c.</param>
public readonly record struct ShelfForecast(double Shape, double Scale, double DailyShape)
{
    private const double FarDays = 3650.0;

    /// <summary>Posterior mean of use in packs per day, cB/(A − 1).</summary>
    public double PacksPerDay => DailyShape * Scale / (Shape - 1.0);

    /// <summary>Coefficient of variation of the rate, 1/√(A − 2): below 0.35 the rate is known well enough to act on it unasked.</summary>
    public double RateSpread => Shape > 2.0 ? 1.0 / Math.Sqrt(Shape - 2.0) : double.PositiveInfinity;

    /// <summary>P(D_H &gt; s) = 1 − I_{s/(s+B)}(cH, A): the chance that more than <paramref name="packs"/> are used within <paramref name="days"/>.</summary>
    public double ChanceOfUsingMore(double packs, double days) =>
        days <= 0.0 ? 0.0 : packs <= 0.0 ? 1.0 : 1.0 - Beta.Regularised(packs / (packs + Scale), DailyShape * days, Shape);

    /// <summary>Days after which <paramref name="packs"/> are gone with chance <paramref name="chance"/>; ten years stand for longer.</summary>
    public double DaysUntilGone(double packs, double chance)
    {
        ShelfForecast self = this;
        return packs <= 0.0 ? 0.0 : Bisect(days => self.ChanceOfUsingMore(packs, days) < chance, FarDays);
    }

    /// <summary>The value up to <paramref name="most"/> at which <paramref name="holds"/> turns false, to 1e-6 of it or 1e-9.</summary>
    internal static double Bisect(Func<double, bool> holds, double most)
    {
        double low = 0.0, high = 1.0;
        while (high < most && holds(high))
            (low, high) = (high, Math.Min(most, high * 2.0));
        if (holds(high))
            return high;
        while (high - low > Math.Max(1e-9, 1e-6 * high))
        {
            double middle = (low + high) / 2.0;
            (low, high) = holds(middle) ? (middle, high) : (low, middle);
        }
        return high;
    }
}
