using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Cooperative;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Ordering;

/// <summary>An order as every node shows it.</summary>
/// <param name="Agreed">What they agree on, or null while they differ.</param>
/// <param name="Each">What each says.</param>
/// <param name="Now">The chain's time: the newest head that is not of the future.</param>
internal sealed record OrderReading(OrderOnChain? Agreed, IReadOnlyList<OrderOnChain> Each, DateTimeOffset Now)
{
    /// <summary>Asks all nodes.</summary>
    /// <exception cref="EvmException">No node answers.</exception>
    public static async Task<OrderReading> OfAsync(ChainNodes chain, ContractSet contracts, Domain.Identity.OrderId order, CancellationToken stop)
    {
        IReadOnlyList<Reading<OrderOnChain>> orders = await chain.ReadingsAsync(node => new OrderEscrow(node, contracts).OrderAsync(order, stop), stop);
        return new OrderReading(chain.Agreed(order, orders), [.. orders.Select(reading => reading.Value)], (await chain.LatestBlockAsync(stop)).At);
    }

    /// <summary>True when a node shows it open and young enough to be called off.</summary>
    public bool MayBeCalledOff(OrderWindows windows) => Each.Any(seen => seen.State == OrderState.Open && Now < seen.Since + windows.Veto);

    /// <summary>True when a node does not have it yet.</summary>
    public bool IsMissing => Each.Any(seen => seen.State == OrderState.None);

    /// <summary>When the veto window ends as the youngest sight of the order has it; null while it is not open.</summary>
    public DateTimeOffset? VetoEnds(OrderWindows windows) => Each.Where(seen => seen.State == OrderState.Open).Select(seen => (DateTimeOffset?)(seen.Since + windows.Veto)).Max();

    /// <summary>True when a node says that anybody may bring the money back.</summary>
    public bool IsRefundable(OrderWindows windows) => Each.Any(seen => Now >= CallCheck.RefundableFrom(seen, windows));
}
