using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Cooperative;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Ordering;

/// <summary>Finds orders on chain that carry this device's signature and that this gateway never signed: then somebody else has its key.</summary>
/// <remarks>
/// Such an order goes into the order book as one that nobody here wants, so it is shown, called off while its veto lasts and its money brought back when the seller is late.
/// Any node's log counts, and each find is checked by its own hash and by the escrow's word. One caller at a time, the order drain.
/// </remarks>
internal sealed class OrderFinder(ChainNodes chain, ContractSet contracts, OrderBook book, Membership membership, P256Key device, TimeProvider time, ILogger<OrderFinder> log)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500); // real time; a rehearsal's veto lasts three seconds

    private readonly OrderEscrow _escrow = new(chain, contracts);
    private ulong _next = membership.FromBlock;
    private long? _looked;

    /// <summary>Looks for such orders; true when one was found.</summary>
    /// <exception cref="EvmException">No node answers.</exception>
    public async Task<bool> LookAsync(CancellationToken stop)
    {
        if (_looked is { } at && time.GetElapsedTime(at) < BetweenLooks)
            return false;
        _looked = time.GetTimestamp();
        Dictionary<OrderId, OrderTerms> unknown = [];
        ulong next = await LogWalk.GoAsync(chain, (from, to) => _escrow.OrdersOf(membership.AccountAddress, from, to), _next, entry => Take(entry, unknown), log, stop);
        DateTimeOffset? began = book.Began;
        foreach ((OrderId id, OrderTerms terms) in unknown)
            await AdoptAsync(id, terms, began, stop);
        _next = next;
        return unknown.Count > 0;
    }

    private void Take(EvmLog entry, Dictionary<OrderId, OrderTerms> unknown)
    {
        try
        {
            if (EscrowEvent.Decode(entry) is OrderOpened opened && opened.Terms.Account == membership.AccountAddress && opened.Device == device.Device
                && _escrow.IdOf(opened.Terms) == opened.Order && book.Find(opened.Order) is null)
                unknown[opened.Order] = opened.Terms;
        }
        catch (Exception error) when (error is FormatException or OverflowException or ArgumentException)
        {
            log.LogWarning("A log of block {Block} is no order ({Error}); it is left out", entry.Block, error.Message);
        }
    }

    /// <summary>Ended orders count only when they may be younger than the book: a gateway whose data was lost signed its old ones itself.</summary>
    private async Task AdoptAsync(OrderId id, OrderTerms terms, DateTimeOffset? began, CancellationToken stop)
    {
        IReadOnlyList<Reading<OrderOnChain>> seen = await chain.ReadingsAsync(node => new OrderEscrow(node, contracts).OrderAsync(id, stop), stop);
        bool runs = seen.Any(reading => reading.Value.State is OrderState.Open or OrderState.Accepted or OrderState.Shipped);
        bool ended = seen.Any(reading => reading.Value.State >= OrderState.Settled) && began < terms.Deadline.At;
        if (!runs && !ended)
            return;
        DateTimeOffset now = time.GetUtcNow();
        book.Adopt(id, terms, now);
        log.LogError(
            "Order {Order} carries this device's signature and was not signed here: somebody else has the device's key. It is called off while that is possible. Revoke this device", id);
    }
}
