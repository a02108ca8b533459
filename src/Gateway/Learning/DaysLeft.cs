using PantryChain.Domain.Learning;
using PantryChain.Reorder.Patterns;

namespace PantryChain.Gateway.Learning;

/// <summary>How long a stock lasts: the likely number of days and the pessimistic and optimistic 10 % quantiles; null while too little is known.</summary>
internal readonly record struct DaysLeft(double? Likely, double? Low, double? High)
{
    /// <summary>The days that <paramref name="packs"/> last by <paramref name="pattern"/>.</summary>
    public static DaysLeft Of(ConsumptionPattern? pattern, double packs)
    {
        if (pattern is not { PacksPerDay: > 0.0 } known)
            return default;
        ShelfForecast forecast = new(known.RateShape, known.RateScale, known.DailyShape);
        return new DaysLeft(packs / known.PacksPerDay, forecast.DaysUntilGone(packs, 0.1), forecast.DaysUntilGone(packs, 0.9));
    }
}
