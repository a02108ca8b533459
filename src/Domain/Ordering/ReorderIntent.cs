using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;

namespace PantryChain.Domain.Ordering;

/// <summary>Station 7's decision to buy, before any money moves.</summary>
/// <param name="Number">Counts the household's intents of one product from 1; (product, number) is the key that keeps an order from being placed twice.</param>
/// <param name="Gtin">The product.</param>
/// <param name="Quantity">Packs.</param>
/// <param name="Cycle">Packs used up when it was decided.</param>
/// <param name="At">Household time of the decision.</param>
/// <param name="Why">The numbers behind it.</param>
public sealed record ReorderIntent(uint Number, Gtin Gtin, uint Quantity, uint Cycle, DateTimeOffset At, ReorderReason Why);

/// <summary>The numbers behind a decision, enough to explain it in one sentence in any language.</summary>
/// <param name="Level">Stock when it was decided, all slots of the product together.</param>
/// <param name="DaysLeftLow">Days left at the pessimistic 10 % quantile.</param>
/// <param name="DaysLeftHigh">Days left at the optimistic 90 % quantile.</param>
/// <param name="ArrivesAt">Household time at which an order placed now is expected.</param>
/// <param name="StockOutRisk">Chance of running out before that if nothing is ordered, 0 to 1.</param>
public sealed record ReorderReason(Mass Level, double DaysLeftLow, double DaysLeftHigh, DateTimeOffset ArrivesAt, double StockOutRisk)
{
    /// <summary>Household time at which it is said, so that days can be named from it; null names weekdays.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Packs that are ordered or would be; 0 where none are.</summary>
    public uint Quantity { get; init; }

    /// <summary>What made it time.</summary>
    public ReorderCause Cause { get; init; }

    /// <summary>What kept the quantity below what use calls for.</summary>
    public ReorderLimit Limit { get; init; }

    /// <summary>Household time at which an order placed at the next review would come instead; null when that makes no difference beyond the review itself.</summary>
    public DateTimeOffset? NextArrivesAt { get; init; }

    /// <summary>The last household day on which an order still makes the delivery at <see cref="ArrivesAt"/>; null where the seller comes every day.</summary>
    public DateTimeOffset? OrderBy { get; init; }

    /// <summary>The household day on which a closed season opens; null in season.</summary>
    public DateTimeOffset? SeasonOpensAt { get; init; }

    /// <summary>The member's minimum stock; null without one.</summary>
    public Mass? Minimum { get; init; }

    /// <summary>Other products that come with the same delivery.</summary>
    public int SharedWith { get; init; }

    /// <summary>The first choice that this product stands in for; null for a first choice.</summary>
    public Gtin? InsteadOf { get; init; }

    /// <summary>Why that one could not be ordered: absent, out of season or too dear; null for a first choice.</summary>
    public ReorderBlock? InsteadBecause { get; init; }
}
