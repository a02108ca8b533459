namespace PantryChain.Reorder.Patterns;

/// <summary>Watches whether a day's use stays below its nine-in-ten bound as often as promised, and widens the forecast while it does not.</summary>
/// <remarks>
/// Online coverage with exponential weights (forecast D6, D9) and adaptive conformal inference (Gibbs and Candès, NeurIPS 2021): while coverage is below 0.8, each miss
/// makes the days fade faster, because a trend is the usual cause, and the bound's level moves by γ(0.9 − hit). Kept as distances from nominal, so <c>default</c> is a fresh monitor.
/// </remarks>
/// <param name="Shortfall">0.9 minus the share of days that stayed below the bound.</param>
/// <param name="DiscountCut">How much faster than usual days fade.</param>
/// <param name="LevelShift">What was added to the level of the bound.</param>
public readonly record struct CoverageMonitor(double Shortfall, double DiscountCut, double LevelShift)
{
    /// <summary>The promised share of days.</summary>
    public const double Nominal = 0.9;

    /// <summary>Below this share the forecast is not to be acted on unasked.</summary>
    public const double Low = 0.8;

    private const double Memory = 0.04;         // half of the weight lies on the last 17 days; the share's own scatter is then 0.043
    private const double Gamma = 0.1;
    private const double HighestShift = 0.095;  // a bound of 0.995 is the last that makes sense
    private const double CutStep = 0.07, DeepestCut = ShelfHistory.DayDiscount - 0.7;
    private const double CutRecovery = 0.005;   // ten good days take one step back

    /// <summary>Share of the last weeks' days below the bound.</summary>
    public double Coverage => Nominal - Shortfall;

    /// <summary>True while too few days stayed below.</summary>
    public bool IsLow => Coverage < Low;

    /// <summary>φ of the next day.</summary>
    public double DayDiscount => ShelfHistory.DayDiscount - DiscountCut;

    /// <summary>Adds a day on which as much or more would have been used with chance <paramref name="chance"/>.</summary>
    public CoverageMonitor Learn(double chance)
    {
        bool hit = chance >= 1.0 - (Nominal + LevelShift);
        double shortfall = Shortfall + Memory * (Nominal - (hit ? 1.0 : 0.0) - Shortfall);
        bool low = Nominal - shortfall < Low;
        double cut = low && !hit ? Math.Min(DeepestCut, DiscountCut + CutStep) : !low && hit ? Math.Max(0.0, DiscountCut - CutRecovery) : DiscountCut;
        double shift = low || LevelShift > 0.0 ? Math.Clamp(LevelShift + Gamma * (Nominal - (hit ? 1.0 : 0.0)), 0.0, HighestShift) : 0.0;
        return new CoverageMonitor(shortfall, cut, shift);
    }
}
