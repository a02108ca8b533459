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
public sealed record ConsumptionPattern(
    Gtin Gtin, uint Cycles, double PacksPerDay, double RateShape, double RateScale, double DailyShape,
    double MedianCycleDays, double CycleSigma, double Confidence, PatternStage Stage);
