using MathNet.Numerics;

namespace PantryChain.Reorder.Patterns;

/// <summary>What the shelf saw of the running pack, day by day, in packs, old days fading: the sufficient statistics of a discounted gamma process.</summary>
/// <param name="Days">Σ φ^(days since) over the running pack: how many days the evidence is worth.</param>
/// <param name="Use">Σ φ^(days since) × packs used that day.</param>
/// <param name="DaysSeen">Whole days counted so far, over all packs.</param>
/// <param name="Weight">Σ of the slower weights behind the spread of daily use, over all packs.</param>
/// <param name="Neighbours">Σ under those weights of a day's use times that of the day before.</param>
/// <param name="HalfSteps">Σ under those weights of half the squared difference between the two.</param>
/// <param name="LastUse">Packs used on the last day.</param>
/// <param name="Sum">Daily use under those weights.</param>
public readonly record struct ShelfHistory(double Days, double Use, uint DaysSeen, double Weight, double Neighbours, double HalfSteps, double LastUse, double Sum)
{
    /// <summary>φ per day: half of the evidence is older than 23 days.</summary>
    /// <remarks>
    /// <c>./pantry bench reorder</c>, excess days at 10 % stock-out and a daily CV of 1, within a pack: 4.6 at φ = 0.9, 4.1 at 0.95, 3.6 at 1 (with the spread as it was then). Load cells
    /// whose load fell ever faster kept their coverage best at 0.8 to 0.9, so whoever watches coverage lowers it there.
    /// </remarks>
    public const double DayDiscount = 0.97;

    private const double SpreadDiscount = 0.99;  // spread changes slower than level: half weight at 69 days
    private const double PriorSpread = 1.0;      // squared coefficient of variation of daily use: the best fixed guess in bench reorder whether days truly were even, 1 or 1.8
    private const double PriorSpreadDays = 10.0; // 10 and 30 do equally well there; 10 believes an even household sooner
    private const double HistoryShare = 0.5;
    private const double UsualDays = 10.0;       // days that count for the usual rate: habits of half a year ago prove nothing
    private const double WidestSpread = 4.0;     // rare use has no neighbouring days: without a bound the ratio would run off

    internal const uint EarlyDays = 7;           // days before which no single day is judged

    /// <summary>No day yet.</summary>
    public static ShelfHistory Empty { get; } = new(0.0, 0.0, 0, 0.0, 0.0, 0.0, 0.0, 0.0);

    /// <summary>Adds one whole day on which <paramref name="packs"/> were used.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The use is negative.</exception>
    public ShelfHistory Learn(double packs, double discount = DayDiscount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(packs);
        double step = packs - LastUse;
        return new ShelfHistory(
            discount * Days + 1.0, discount * Use + packs, DaysSeen < uint.MaxValue ? DaysSeen + 1 : DaysSeen, SpreadDiscount * Weight + 1.0,
            SpreadDiscount * Neighbours + packs * LastUse, SpreadDiscount * HalfSteps + step * step / 2.0, packs, SpreadDiscount * Sum + packs);
    }

    /// <summary>The pack is empty: from now on the finished packs speak for its days (<see cref="Forecast(CycleForecast)"/>), so they must not count twice.</summary>
    /// <remarks>Packs differ: counting the days of earlier ones too raised excess in <c>./pantry bench reorder</c> from 3.3 to 3.6 days where a tenth of them was kept, to 4.9 where three tenths were.</remarks>
    public ShelfHistory NextPack() => this with { Days = 0.0, Use = 0.0 };

    /// <summary>Packs that a day with use usually takes, days counted by what they took: E[u²]/E[u]; 0 before the first use.</summary>
    public double UsualUse => Sum > 1e-9 * Weight ? (HalfSteps + Neighbours) / Sum : 0.0; // E(u − u′)²/2 + E u·u′ = E u²

    /// <summary>The same days in packs of <paramref name="ratio"/> times the size.</summary>
    public ShelfHistory Scale(double ratio) => this with
    {
        Use = Use / ratio, Neighbours = Neighbours / (ratio * ratio), HalfSteps = HalfSteps / (ratio * ratio), LastUse = LastUse / ratio, Sum = Sum / ratio,
    };

    /// <summary>c, the gamma shape of one day's use: 1/CV², shrunk to one.</summary>
    /// <remarks>
    /// Neighbouring days share their level, so E(u − u′)²/2 is the variance and E u·u′ the squared mean whatever the level did over the packs
    /// (J. von Neumann et al., Annals of Mathematical Statistics 12, 1941, for the differences).
    /// </remarks>
    public double DailyShape
    {
        get
        {
            double squaredCv = HalfSteps < WidestSpread * Neighbours ? HalfSteps / Neighbours : Weight > 0.0 && HalfSteps > 0.0 ? WidestSpread : PriorSpread;
            return (Weight + PriorSpreadDays) / (Weight * squaredCv + PriorSpreadDays * PriorSpread);
        }
    }

    /// <summary>The rate's posterior when <paramref name="cycle"/> is what the finished packs say.</summary>
    /// <remarks>
    /// A moment match would be A₀ = 2 + 1/CV². Half of that weight for history left less excess in <c>./pantry bench reorder</c> at every spread of daily use
    /// (3.3 against 3.4 days at a daily CV of 1): a pack's own days soon know better.
    /// </remarks>
    public ShelfForecast Forecast(CycleForecast cycle) => Forecast(1.0 + HistoryShare * (1.0 + 1.0 / SquaredCv(cycle)), cycle.MedianDays, DailyShape);

    /// <summary>Coefficient of variation of the household's usual rate, from finished packs and the last days of all packs: how far orders may be placed unasked.</summary>
    /// <remarks>The running pack's own rate (<see cref="ShelfForecast.RateSpread"/>) is unknown anew with every pack; whether the household is a known one is not.</remarks>
    public double UsualSpread(CycleForecast cycle) =>
        1.0 / Math.Sqrt(1.0 / SquaredCv(cycle) + DailyShape * UsualDays * (1.0 - Math.Pow(1.0 - 1.0 / UsualDays, DaysSeen)));

    private static double SquaredCv(CycleForecast cycle) => Math.Min(3.0, Math.Exp(cycle.Sigma * cycle.Sigma) - 1.0);

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
    internal const double FarDays = 3650.0;

    /// <summary>Posterior mean of use in packs per day, cB/(A − 1).</summary>
    public double PacksPerDay => DailyShape * Scale / (Shape - 1.0);

    /// <summary>Coefficient of variation of the rate, 1/√(A − 2): below 0.35 the rate is known well enough to act on it unasked.</summary>
    public double RateSpread => Shape > 2.0 ? 1.0 / Math.Sqrt(Shape - 2.0) : double.PositiveInfinity;

    /// <summary>P(D_H &gt; s) = 1 − I_{s/(s+B)}(cH, A): the chance that more than <paramref name="packs"/> are used within <paramref name="days"/>.</summary>
    public double ChanceOfUsingMore(double packs, double days) =>
        days <= 0.0 ? 0.0 : packs <= 0.0 ? 1.0 : 1.0 - SpecialFunctions.BetaRegularized(DailyShape * days, Shape, packs / (packs + Scale));

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
