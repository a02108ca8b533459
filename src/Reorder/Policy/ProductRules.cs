using PantryChain.Domain.Quantities;

namespace PantryChain.Reorder.Policy;

/// <summary>What member and catalogue fix about one product once and for all decisions.</summary>
/// <remarks>Immutable and thread safe; make it once per product.</remarks>
/// <param name="Minimum">The member wants at least this on the shelf; it is ordered when the stock falls below. Zero for no such wish.</param>
/// <param name="Maximum">The member wants at most this on the shelf after a delivery; null for no such wish.</param>
/// <param name="ShelfLifeDays">Days that a delivered pack keeps; null for a product that keeps.</param>
/// <param name="ServiceLevel">Wanted chance of not running out, above 0 and below 1 (see <see cref="LevelOf"/>); null for the policy's.</param>
/// <param name="Season">When it is sold.</param>
public sealed record ProductRules(
    Mass Minimum = default, Mass? Maximum = null, double? ShelfLifeDays = null, double? ServiceLevel = null, Season Season = default)
{
    internal const double HighestLevel = 0.999; // beyond, the tails of the models say nothing that was ever measured
    private const double LowestLevel = 0.5;

    /// <summary>No wishes, keeps for ever, sold all year.</summary>
    public static ProductRules None { get; } = new();

    /// <summary>The service level that costs call for: short / (short + excess), kept within 0.5 and 0.999.</summary>
    /// <remarks>The critical ratio of the newsvendor (Arrow, Harris and Marschak, Econometrica 19, 1951): 19 to 1 gives the usual 0.95.</remarks>
    /// <param name="shortCost">What a day without the product costs the household.</param>
    /// <param name="excessCost">What a day of a pack too early costs it: space, money, freshness.</param>
    /// <exception cref="ArgumentOutOfRangeException">A cost is negative, not finite, or both are zero.</exception>
    public static double LevelOf(double shortCost, double excessCost)
    {
        if (!(shortCost >= 0.0 && excessCost >= 0.0 && double.IsFinite(shortCost + excessCost) && shortCost + excessCost > 0.0))
            throw new ArgumentOutOfRangeException(nameof(shortCost), $"Costs of {shortCost} and {excessCost}: both from zero, not both zero.");
        return Math.Clamp(shortCost / (shortCost + excessCost), LowestLevel, HighestLevel);
    }
}
