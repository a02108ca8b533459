using System.Collections.Concurrent;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;

namespace PantryChain.Gateway.Ordering;

/// <summary>What the store said last about each running order, beside what the chain showed last: they may differ for a moment, not for a day.</summary>
/// <remarks>About orders of the book alone: whoever tells it of one has found it there. Thread safe. Not durable: after a start both are heard anew.</remarks>
internal sealed class OrderViews(TimeProvider time)
{
    private readonly ConcurrentDictionary<OrderId, View> _views = new();

    /// <summary>How many orders are kept in mind.</summary>
    public int Count => _views.Count;

    /// <summary>The store's word.</summary>
    public void Told(OrderId order, OrderState state) => Set(order, view => view with { Told = state });

    /// <summary>The chain's state.</summary>
    public void Seen(OrderId order, OrderState state) => Set(order, view => view with { Seen = state });

    /// <summary>Orders about which store and chain have disagreed since an instant, with that instant.</summary>
    public IReadOnlyList<(OrderId Order, DateTimeOffset Since)> Differing() => [.. _views.Where(view => view.Value.Differs).Select(view => (view.Key, view.Value.Since))];

    private void Set(OrderId order, Func<View, View> change)
    {
        View next = _views.AddOrUpdate(order, _ => Changed(new View(null, null, time.GetUtcNow()), change), (_, view) => Changed(view, change));
        if (!next.Differs && next.Seen is OrderState.Settled or OrderState.Cancelled or OrderState.Refunded && next.Told == next.Seen)
            _views.TryRemove(order, out _);
    }

    private View Changed(View view, Func<View, View> change)
    {
        View next = change(view);
        return next.Differs && view.Differs ? next : next with { Since = time.GetUtcNow() };
    }

    private sealed record View(OrderState? Told, OrderState? Seen, DateTimeOffset Since)
    {
        public bool Differs => Told is { } told && Seen is { } seen && told != seen;
    }
}
