using PantryChain.Domain.Identity;

namespace PantryChain.Domain.Learning;

/// <summary>How far a pattern can be relied on, in the words a member sees.</summary>
public enum PatternStage : byte
{
    /// <summary>Too little history to say when the pack ends.</summary>
    Learning,

    /// <summary>A guess worth showing.</summary>
    Likely,

    /// <summary>Repeated often and evenly enough to act on.</summary>
    Confirmed,
}

/// <summary>Why a pattern must not be acted on unasked just now; several may hold at once.</summary>
[Flags]
public enum PatternDoubts : ushort
{
    /// <summary>Nothing speaks against it.</summary>
    None = 0,

    /// <summary>Fewer than eight in ten of the last weeks' days stayed below their nine-in-ten bound: the forecast of use is too narrow.</summary>
    CoverageLow = 1,

    /// <summary>Not every slot of the product could be followed, so its stock is only known in part.</summary>
    StockUncertain = 2,

    /// <summary>The gateway's clock leapt and is not believed yet.</summary>
    ClockLeapt = 4,

    /// <summary>The running pack lasts longer than 95 in 100 would.</summary>
    Overdue = 8,

    /// <summary>The household seems to use the product no more: pause and ask.</summary>
    StoppedUsing = 16,

    /// <summary>Nobody touched any shelf for so long that the household is away.</summary>
    Away = 32,

    /// <summary>What was used today would be exceeded on fewer than one day in a hundred.</summary>
    UnusualUse = 64,
}

/// <summary>What is known about a household's use of one product: station 6's output, a value without behaviour.</summary>
/// <param name="Gtin">The product.</param>
/// <param name="Cycles">Packs used up so far, as the shelf saw it.</param>
/// <param name="PacksPerDay">Posterior mean of the rate of use.</param>
/// <param name="RateShape">Shape A of the gamma posterior of one over the rate scale (forecast D3).</param>
/// <param name="RateScale">Rate parameter B of that posterior, in packs.</param>
/// <param name="DailyShape">Shape c of one day's use (forecast D3).</param>
/// <param name="MedianCycleDays">Predicted days that a pack lasts.</param>
/// <param name="CycleSigma">Standard deviation of the logarithm of that.</param>
/// <param name="Confidence">Predicted chance that the next pack ends within max(2 days, 25 %) of the median (forecast D5), 0 to 1.</param>
/// <param name="Stage">The same in words.</param>
/// <param name="Doubts">What forbids acting on it unasked.</param>
/// <param name="Coverage">Share of the last weeks' days whose use stayed below the nine-in-ten bound, later days counting more; 0.9 is nominal.</param>
/// <param name="LevelShift">What to add to a wanted service level so that it is met in fact, 0 to 0.095.</param>
/// <param name="ElapsedDays">Active days since the running pack was begun.</param>
/// <param name="DaysSeen">Whole days of use that the rate was learnt from.</param>
/// <param name="UsualSpread">Coefficient of variation of the household's usual rate over its packs; null where only the running pack's (1/√(A − 2)) is known.</param>
public readonly record struct ConsumptionPattern(
    Gtin Gtin, uint Cycles, double PacksPerDay, double RateShape, double RateScale, double DailyShape,
    double MedianCycleDays, double CycleSigma, double Confidence, PatternStage Stage,
    PatternDoubts Doubts = PatternDoubts.None, double Coverage = 0.9, double LevelShift = 0.0, double ElapsedDays = 0.0, uint DaysSeen = 0, double? UsualSpread = null)
{
    /// <summary>Packs that must still be used until <see cref="Cycles"/> rises: above 0; more than 1 while uses that came back have to be caught up.</summary>
    public double PacksToNextCycle { get; init; } = 1.0;

    /// <summary>True while nothing forbids to act unasked as far as station 6 knows.</summary>
    public bool AllowsAuto => (Doubts & (PatternDoubts.CoverageLow | PatternDoubts.StockUncertain | PatternDoubts.ClockLeapt | PatternDoubts.StoppedUsing)) == PatternDoubts.None;
}
