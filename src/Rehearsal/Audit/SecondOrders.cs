using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;

namespace PantryChain.Rehearsal.Audit;

/// <summary>Finds orders that should not be on the chain: a second one for what was ordered already, or one that the gateway does not know.</summary>
internal static class SecondOrders
{
    /// <summary>Each faulty order with what is wrong about it.</summary>
    /// <param name="orders">All orders of the household as the chain has them, in the order in which they were opened.</param>
    /// <param name="known">The orders that the gateway has kept.</param>
    public static IReadOnlyDictionary<OrderId, string> Find(IReadOnlyList<Ledgers.ChainOrder> orders, IReadOnlySet<OrderId> known)
    {
        Dictionary<OrderId, string> faulty = [];
        Note(orders.Where(order => !GaveBack(order)).GroupBy(order => (order.Opened.Terms.Mandate, order.Opened.Terms.Cycle)).SelectMany(twins => twins.Skip(1)), "was ordered twice for one cycle");
        Note(orders.GroupBy(order => (order.Opened.Terms.Account, order.Opened.Terms.Gtin)).SelectMany(WhileOpen), "was opened while another was open");
        Note(orders.Where(order => !known.Contains(order.Opened.Order)), "is on chain but unknown to the gateway");
        return faulty;

        void Note(IEnumerable<Ledgers.ChainOrder> found, string what)
        {
            foreach (Ledgers.ChainOrder order in found)
                faulty.TryAdd(order.Opened.Order, what);
        }
    }

    /// <summary>One that was called off or refunded gave its cycle back: nothing came for it, so the same pack may be ordered for again.</summary>
    private static bool GaveBack(Ledgers.ChainOrder order) => order.State is OrderState.Cancelled or OrderState.Refunded;

    private static IEnumerable<Ledgers.ChainOrder> WhileOpen(IEnumerable<Ledgers.ChainOrder> ofProduct)
    {
        List<Ledgers.ChainOrder> orders = [.. ofProduct];
        return orders.Zip(orders.Skip(1)).Where(pair => pair.First.EndedAt is not { } ended || ended > pair.Second.OpenedAt).Select(pair => pair.Second);
    }
}
