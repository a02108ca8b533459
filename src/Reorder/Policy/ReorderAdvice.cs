using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;

namespace PantryChain.Reorder.Policy;

/// <summary>The decision with its reasons.</summary>
/// <remarks>A value without allocation; the numbers behind it (<see cref="Why"/>) are worked out when they are asked for, which costs some twenty times the decision.</remarks>
public readonly record struct ReorderAdvice
{
    private readonly ReorderPolicy? _policy;
    private readonly ReorderSituation _situation;

    internal ReorderAdvice(ReorderPolicy policy, in ReorderSituation situation, bool due, uint quantity, ReorderBlocks blocks, ReorderLimit limit) =>
        (_policy, _situation, Due, Quantity, Blocks, Limit) = (policy, situation, due, quantity, blocks, limit);

    /// <summary>True when the stock calls for an order, whether or not one may be placed.</summary>
    public bool Due { get; init; }

    /// <summary>Packs to order now; 0 when not due or blocked.</summary>
    public uint Quantity { get; init; }

    /// <summary>All that stands in the way, most basic first; empty when nothing does.</summary>
    public ReorderBlocks Blocks { get; init; }

    /// <summary>What kept the quantity below what use calls for.</summary>
    public ReorderLimit Limit { get; init; }

    /// <summary>True when it is ordered early because the same seller comes anyway.</summary>
    public bool Early { get; init; }

    /// <summary>Other products that come with the same delivery.</summary>
    public int SharedWith { get; init; }

    /// <summary>The first choice that the product stands in for; null for a first choice.</summary>
    public Gtin? InsteadOf { get; init; }

    /// <summary>Why that one could not be ordered; null for a first choice.</summary>
    public ReorderBlock? InsteadBecause { get; init; }

    /// <summary>The situation it was given for; for a substitute the one in which it stands in.</summary>
    public ReorderSituation Situation => _situation;

    /// <summary>The numbers behind it; null before there is a pattern and a reading.</summary>
    public ReorderReason? Why => _policy?.Explain(this);
}
