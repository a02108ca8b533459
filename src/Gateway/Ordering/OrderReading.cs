using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Cooperative;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Ordering;

/// <summary>An order as one node shows it.</summary>
/// <param name="Order">The order.</param>
/// <param name="Now">The chain's time: that node's own newest block.</param>
internal readonly record struct OrderSight(OrderOnChain Order, DateTimeOffset Now);

/// <summary>An order as every node shows it, each by its own clock, so that no node can shorten or lengthen what another one allows.</summary>
/// <remarks>A node may name any time whatever, so times are compared by their difference: a sum could lie beyond what a time can hold.</remarks>
/// <param name="Agreed">What they agree on, or null while they differ.</param>
/// <param name="Each">What each says.</param>
internal sealed record OrderReading(OrderOnChain? Agreed, IReadOnlyList<OrderSight> Each)
{
    private static readonly TimeSpan MostAhead = TimeSpan.FromHours(1);

    /// <summary>Asks all nodes.</summary>
    /// <exception cref="EvmException">No node answers.</exception>
    public static async Task<OrderReading> OfAsync(ChainNodes chain, ContractSet contracts, OrderId order, CancellationToken stop)
    {
        IReadOnlyList<Reading<OrderSight>> sights = await chain.ReadingsAsync(
            async node => new OrderSight(await new OrderEscrow(node, contracts).OrderAsync(order, stop), (await node.LatestBlockAsync(stop)).At), stop);
        OrderOnChain? agreed = chain.Agreed<OrderOnChain>(order, [.. sights.Select(sight => new Reading<OrderOnChain>(sight.Node, sight.Value.Order))]);
        return new OrderReading(agreed, [.. sights.Select(sight => sight.Value)]);
    }

    /// <summary>True when a node shows it open and young enough to be called off.</summary>
    public bool MayBeCalledOff(OrderWindows windows) => Each.Any(seen => seen.Order.State == OrderState.Open && seen.Now - seen.Order.Since < windows.Veto);

    /// <summary>True when a node does not have it yet.</summary>
    public bool IsMissing => Each.Any(seen => seen.Order.State == OrderState.None);

    /// <summary>True when a node does not have it yet and would still take it.</summary>
    public bool MayStillOpen(DateTimeOffset deadline) => Each.Any(seen => seen.Order.State == OrderState.None && seen.Now <= deadline);

    /// <summary>When the veto window ends as the youngest sight of the order has it; null while none shows it open since a time that can be.</summary>
    public DateTimeOffset? VetoEnds(OrderWindows windows) =>
        Each.Where(seen => seen.Order.State == OrderState.Open && seen.Order.Since - seen.Now < MostAhead && DateTimeOffset.MaxValue - seen.Order.Since > windows.Veto)
            .Select(seen => (DateTimeOffset?)(seen.Order.Since + windows.Veto)).Max();

    /// <summary>True when a node says that anybody may bring the money back.</summary>
    public bool IsRefundable(OrderWindows windows) => Each.Any(seen => CallCheck.IsRefundable(seen.Order, windows, seen.Now));
}
