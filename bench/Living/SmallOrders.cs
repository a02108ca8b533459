using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Bench.Living;

/// <summary>An order as the chain's own logs tell it, with what goes along with its delivery.</summary>
/// <param name="Id">The order.</param>
/// <param name="Terms">What was signed.</param>
/// <param name="PlacedAt">When the chain took it.</param>
internal sealed record SmallOrder(OrderId Id, OrderTerms Terms, DateTimeOffset PlacedAt)
{
    /// <summary>Every state with its stamp, oldest first.</summary>
    public List<(OrderState State, DateTimeOffset At)> Moves { get; } = [(OrderState.Open, PlacedAt)];

    /// <summary>Where it stands.</summary>
    public OrderState State => Moves[^1].State;

    /// <summary>When the seller said that it arrived.</summary>
    public DateTimeOffset? RecordedAt { get; set; }

    /// <summary>When the courier handed it over.</summary>
    public DateTimeOffset? HandedOverAt { get; set; }

    /// <summary>The code on its slip.</summary>
    public (string Text, DeliveryCommitment Commitment)? Code { get; set; }

    /// <summary>Tags of its packs.</summary>
    public List<(string Text, DeliveryCommitment Commitment)> Tags { get; } = [];

    /// <summary>True while it can still move.</summary>
    public bool IsLive => State is OrderState.Open or OrderState.Accepted or OrderState.Shipped;

    /// <summary>When the step that runs times out, or null.</summary>
    public DateTimeOffset? TimesOutAt(OrderWindows windows) => State switch
    {
        OrderState.Open => PlacedAt + windows.Veto + windows.Accept,
        OrderState.Accepted => Moves[^1].At + windows.Ship,
        OrderState.Shipped => RecordedAt is { } recorded ? recorded + windows.Confirm : Moves[^1].At + windows.Deliver,
        _ => null,
    };
}

/// <summary>All orders, followed by the logs of the transactions that change them.</summary>
internal sealed class SmallOrders
{
    private readonly Dictionary<OrderId, SmallOrder> _orders = [];

    /// <summary>All of them, oldest first.</summary>
    public IEnumerable<SmallOrder> All => _orders.Values.OrderBy(order => order.PlacedAt);

    /// <summary>One of them, or null.</summary>
    public SmallOrder? Find(OrderId id) => _orders.GetValueOrDefault(id);

    /// <summary>Takes in what a transaction wrote at a block's time.</summary>
    public void Follow(TransactionReceipt receipt, DateTimeOffset at)
    {
        foreach (EscrowEvent written in receipt.Logs.Select(EscrowEvent.Decode).OfType<EscrowEvent>())
        {
            switch (written)
            {
                case OrderOpened opened:
                    _orders[opened.Order] = new SmallOrder(opened.Order, opened.Terms, at);
                    break;
                case OrderMoved moved:
                    _orders[moved.Order].Moves.Add((moved.State, at));
                    break;
                case DeliveryRecorded recorded:
                    _orders[recorded.Order].RecordedAt = at;
                    break;
                default:
                    break;
            }
        }
    }
}
