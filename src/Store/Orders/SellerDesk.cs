using System.Text.Json;
using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Hosting;
using PantryChain.Store.Sending;

namespace PantryChain.Store.Orders;

/// <summary>What the cooperative does with an order as its seller: accept, ship, record the delivery, call off.</summary>
/// <remarks>An action is asked for once; asked again while it is on its way or done, it is the same action. After a refusal by the chain it may be tried anew.</remarks>
internal sealed class SellerDesk(
    NpgsqlDataSource database, OrderBook orders, TransactionQueue queue, OrderEscrow escrow, OrderWindowsCache windows, ChainHead head, Wallets wallets, PriceList prices,
    TimeProvider clock)
{
    /// <summary>Puts an action on its way; the order's state changes when the chain took it.</summary>
    /// <exception cref="Refusal">The order is unknown or not ours, or the action does not fit its state or comes too early.</exception>
    public async Task ActAsync(OrderId id, SellerAction action, CancellationToken stop)
    {
        OrderRecord order = await orders.FindAsync(id, stop) ?? throw Refusal.NotFound("order_unknown", "This order is not known.", "Look it up on the desk.");
        if (order.Terms.Seller != wallets.Seller.Address)
            throw new Refusal(403, "not_our_order", "This order goes to another seller.", "Only that seller can act on it.");
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        await connection.ExecuteAsync("select 1 from orders where id = @id for update", new { id });
        string name = NameOf(action);
        string[] before = [.. await connection.QueryAsync<string>(
            "select status from desk_actions join transactions on transactions.id = transaction_id where order_id = @id and action = @name", new { id, name })];
        if (before.Any(status => status != "refused"))
            return;
        Require(order, action, await windows.GetAsync(stop));
        if (action == SellerAction.Accept && await prices.JudgeAsync(connection, order) is { Code: { } wrong } verdict)
            throw Refusal.Conflict(wrong, $"The order pays {order.Terms.Cash} and {order.Terms.Reward}; the catalogue asked {verdict.Listed?.ToString() ?? "nothing, for it has no such offer"}.",
                "Cancel it, or accept it at its own price ('accept-anyway') when that was agreed.");
        Hash32 step = TransactionQueue.IdOf($"{name}/{before.Length}", id.Value);
        await queue.EnqueueAsync(connection, step, Wallets.SellerName, $"{name} order {id.ToString()[..10]}", CallFor(order.Terms, action), TransactionLane.Order(id));
        await connection.ExecuteAsync("insert into desk_actions values (@id, @name, @step, @now)", new { id, name, step, now = clock.GetUtcNow() });
        if (action == SellerAction.Ship)
            await DeliveryDesk.DrawCodeAsync(connection, id, clock.GetUtcNow());
        await transaction.CommitAsync(stop);
        queue.Filled.Beat();
    }

    /// <summary>When the order may be accepted: at the end of the buyer's veto window.</summary>
    public static DateTimeOffset AcceptableFrom(OrderRecord order, OrderWindows windows) => order.PlacedAt + windows.Veto;

    private void Require(OrderRecord order, SellerAction action, OrderWindows windows)
    {
        bool fits = action switch
        {
            SellerAction.Accept or SellerAction.AcceptAnyway => order.State == OrderState.Open,
            SellerAction.Ship => order.State == OrderState.Accepted,
            SellerAction.Deliver => order.State == OrderState.Shipped && order.RecordedAt is null,
            _ => order.State is OrderState.Open or OrderState.Accepted,
        };
        if (!fits)
            throw Refusal.Conflict("wrong_state", $"The order is {order.State.ToString().ToUpperInvariant()}.", $"'{NameOf(action)}' does not fit there; reload the desk.");
        // The chain's own stamp decides, not our clock: a block that is not mined yet cannot be early.
        if (action is SellerAction.Accept or SellerAction.AcceptAnyway && (head.Newest is not { } newest || newest.At < AcceptableFrom(order, windows)))
            throw Refusal.Conflict("too_early", "The buyer may still call this order off.", $"Accept it from {AcceptableFrom(order, windows):u} on.");
    }

    private EvmCall CallFor(OrderTerms terms, SellerAction action) => action switch
    {
        SellerAction.Accept or SellerAction.AcceptAnyway => escrow.Accept(terms),
        SellerAction.Ship => escrow.Ship(terms),
        SellerAction.Deliver => escrow.RecordDelivery(terms),
        _ => escrow.Cancel(terms),
    };

    private static string NameOf(SellerAction action) => action switch
    {
        SellerAction.Accept or SellerAction.AcceptAnyway => "accept",
        SellerAction.Ship => "ship",
        SellerAction.Deliver => "deliver",
        _ => "cancel",
    };
}

/// <summary>What a seller can do with an order.</summary>
internal enum SellerAction
{
    /// <summary>Take it, after the veto window, when it pays what the catalogue asked.</summary>
    Accept,

    /// <summary>Take it at its own price, which a clerk has read.</summary>
    AcceptAnyway,

    /// <summary>Say that the goods left.</summary>
    Ship,

    /// <summary>Say that the goods arrived.</summary>
    Deliver,

    /// <summary>Call it off before shipping; the buyer gets the money back.</summary>
    Cancel,
}

/// <summary>The escrow's windows, read from the chain once and kept: they can never change, and the desk shows orders while the node is away.</summary>
internal sealed class OrderWindowsCache(OrderEscrow escrow, NpgsqlDataSource database)
{
    private const string Setting = "order.windows";
    private OrderWindows? _windows;

    /// <summary>The windows.</summary>
    public async ValueTask<OrderWindows> GetAsync(CancellationToken stop) => _windows ??= await ReadAsync(stop);

    private async Task<OrderWindows> ReadAsync(CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        if (await connection.QuerySingleOrDefaultAsync<string>("select value from settings where name = @Setting", new { Setting }) is { } kept)
            return JsonSerializer.Deserialize<OrderWindows>(kept)!;
        OrderWindows windows = await escrow.WindowsAsync(stop);
        await connection.ExecuteAsync(
            "insert into settings values (@Setting, @value) on conflict (name) do nothing", new { Setting, value = JsonSerializer.Serialize(windows) });
        return windows;
    }
}
