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
/// Any node's log counts, and each find is checked by its own hash and by the escrow's word: what most nodes deny is no order, whoever tells it. What cannot be settled is taken
/// for one, for a veto too many costs nothing, but only so much of it. One caller at a time, the order drain.
/// </remarks>
internal sealed class OrderFinder
{
    /// <summary>How many orders that nodes differ about run in the book at once.</summary>
    public const int MostDisputed = 10;

    private const int MostRunning = 100;

    private static readonly UInt128 MostCash = 1_000_000_000_000_000_000; // hundredths; a hundred times the money of a large country
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500); // real time; a rehearsal's veto lasts three seconds

    private readonly ChainNodes _chain;
    private readonly ContractSet _contracts;
    private readonly OrderBook _book;
    private readonly AccountAddress _account;
    private readonly DeviceId _device;
    private readonly TimeProvider _time;
    private readonly ILogger<OrderFinder> _log;
    private readonly OrderEscrow _escrow;
    private readonly LogWalk _walk;
    private readonly Hearsay<OrderId, OrderTerms> _hearsay;
    private long? _looked;

    /// <summary>Begins at the account's beginning.</summary>
    public OrderFinder(ChainNodes chain, ContractSet contracts, OrderBook book, Membership membership, P256Key device, TimeProvider time, ILogger<OrderFinder> log)
    {
        (_chain, _contracts, _book, _account, _device, _time, _log) = (chain, contracts, book, membership.AccountAddress, device.Device, time, log);
        _escrow = new OrderEscrow(chain, contracts);
        _walk = new LogWalk(chain, (from, to) => _escrow.OrdersOf(_account, from, to), membership.FromBlock, time, log);
        _hearsay = new Hearsay<OrderId, OrderTerms>(time);
    }

    /// <summary>Looks for such orders; true when one was found.</summary>
    /// <exception cref="EvmException">No node answers.</exception>
    public async Task<bool> LookAsync(CancellationToken stop)
    {
        if (_looked is { } at && _time.GetElapsedTime(at) < BetweenLooks)
            return false;
        _looked = _time.GetTimestamp();
        if (!_hearsay.IsFull)
            await _walk.GoAsync(Take, stop);
        int running = _book.Foreign().Count(order => !order.IsFinal);
        if (running >= MostRunning)
            return false;
        DateTimeOffset? began = _book.Began;
        IReadOnlyList<(OrderId, OrderTerms, Truth)> found = await _hearsay.JudgeAsync((id, terms, end) => AskAsync(id, terms, began, end), stop);
        List<(OrderId, OrderTerms, Truth)> kept = [.. found.Where(each => each.Item3 == Truth.Stands), .. found.Where(each => each.Item3 == Truth.Disputed).Take(Math.Max(0, MostDisputed - running))];
        foreach ((OrderId id, OrderTerms terms, _) in kept)
            Adopt(id, terms);
        return kept.Count > 0;
    }

    private bool Take(ToldLog told) =>
        EscrowEvent.Decode(told.Log) is OrderOpened opened && opened.Terms.Account == _account && opened.Device == _device && opened.Terms.Cash.Hundredths <= MostCash
        && _escrow.IdOf(opened.Terms) == opened.Order && _book.Find(opened.Order) is null && _hearsay.Hear(opened.Order, opened.Terms, told);

    /// <summary>Ended orders count only when they may be younger than the book: a gateway whose data was lost signed its old ones itself.</summary>
    private async Task<Truth> AskAsync(OrderId id, OrderTerms terms, DateTimeOffset? began, CancellationToken stop)
    {
        IReadOnlyList<Reading<OrderOnChain>> seen = await _chain.ReadingsAsync(node => new OrderEscrow(node, _contracts).OrderAsync(id, stop), stop);
        if (_chain.Agreed<OrderOnChain>(("found", id), seen) is { } agreed && _chain.MayConfirm(seen.Count))
            return Matters(agreed) ? Truth.Stands : agreed.State == OrderState.None ? Truth.Never : Truth.Over;
        return seen.Any(reading => Matters(reading.Value)) ? Truth.Disputed : Truth.Over;

        bool Matters(OrderOnChain order) => order.State != OrderState.None && (order.State < OrderState.Settled || began < terms.Deadline.At);
    }

    private void Adopt(OrderId id, OrderTerms terms)
    {
        _book.Adopt(id, terms, _time.GetUtcNow());
        _log.LogError(
            "Order {Order} carries this device's signature and was not signed here: somebody else has the device's key. It is called off while that is possible. Revoke this device", id);
    }
}
