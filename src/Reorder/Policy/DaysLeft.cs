using PantryChain.Domain.Learning;
using PantryChain.Reorder.Patterns;

namespace PantryChain.Reorder.Policy;

/// <summary>How long a stock lasts by the usual rate, which is known over packs: one range for a card, a reason and Home Assistant.</summary>
/// <param name="Likely">Days at the mean rate; null while too little is known, as the others.</param>
/// <param name="Low">Days that it lasts but for a chance of one in ten.</param>
/// <param name="High">Days that it outlasts with a chance of one in ten.</param>
public readonly record struct DaysLeft(double? Likely, double? Low, double? High)
{
    private const double Pessimistic = 0.1, Optimistic = 0.9;

    /// <summary>The days that <paramref name="packs"/> last by <paramref name="pattern"/>.</summary>
    public static DaysLeft Of(ConsumptionPattern? pattern, double packs)
    {
        if (pattern is not { PacksPerDay: > 0.0 } known)
            return default;
        ShelfForecast rate = ReorderPolicy.UsualRate(known);
        return new DaysLeft(packs / known.PacksPerDay, rate.DaysUntilGone(packs, Pessimistic), rate.DaysUntilGone(packs, Optimistic));
    }
}
