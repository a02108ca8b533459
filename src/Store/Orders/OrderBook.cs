using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Store.Orders;

/// <summary>All orders as the escrow's log tells them, with their history, in PostgreSQL.</summary>
internal sealed class OrderBook(NpgsqlDataSource database)
{
    private const string Columns =
        """
        select o.id, o.mandate, o.account, o.gtin, o.seller, o.quantity, o.bamtol, o.bamnamu, o.cycle, o.evidence, o.deadline,
               o.state, o.placed_at, o.changed_at, o.recorded_at, h.gateway
        from orders o left join households h on h.device = o.device
        """;

    /// <summary>Books one event of the escrow inside the caller's transaction; an event that is booked already changes nothing.</summary>
    public static async Task BookAsync(NpgsqlConnection connection, EscrowEvent seen, DateTimeOffset at)
    {
        switch (seen)
        {
            case OrderOpened opened when await RecordAsync(connection, opened.Order, OrderState.Open, seen.Log, at):
                await OpenAsync(connection, opened, at);
                break;
            case OrderMoved moved when await RecordAsync(connection, moved.Order, moved.State, seen.Log, at):
                await connection.ExecuteAsync(
                    "update orders set state = @state, changed_at = @at where id = @Order", new { state = (short)moved.State, at, moved.Order });
                break;
            case DeliveryRecorded recorded:
                await connection.ExecuteAsync("update orders set recorded_at = @at where id = @Order", new { at, recorded.Order });
                break;
            default:
                break; // mandates and withdrawals are others' business
        }
    }

    /// <summary>An order, or null.</summary>
    public async Task<OrderRecord?> FindAsync(OrderId id, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        return (await connection.QuerySingleOrDefaultAsync<Row>(Columns + " where o.id = @id", new { id }))?.ToRecord();
    }

    /// <summary>The orders that still move, oldest first, then the newest final ones.</summary>
    public async Task<IReadOnlyList<OrderRecord>> ListAsync(int mostFinal, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        IEnumerable<Row> live = await connection.QueryAsync<Row>(Columns + " where o.state in (1, 2, 3) order by o.placed_at");
        IEnumerable<Row> final = await connection.QueryAsync<Row>(Columns + " where o.state not in (1, 2, 3) order by o.changed_at desc limit @mostFinal", new { mostFinal });
        return [.. live.Concat(final).Select(row => row.ToRecord())];
    }

    /// <summary>The steps of an order's life in chain order.</summary>
    public async Task<IReadOnlyList<OrderStep>> HistoryAsync(OrderId id, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        return [.. (await connection.QueryAsync<(short State, DateTimeOffset At, Hash32 Transaction)>(
            "select state, at, transaction from order_events where order_id = @id order by block_number, log_index", new { id }))
            .Select(row => new OrderStep((OrderState)row.State, row.At, row.Transaction))];
    }

    private static async Task<bool> RecordAsync(NpgsqlConnection connection, OrderId order, OrderState state, EvmLog log, DateTimeOffset at) =>
        await connection.ExecuteAsync(
            "insert into order_events values (@block, @index, @order, @state, @at, @Transaction) on conflict do nothing",
            new { block = (long)log.Block, index = (int)log.Index, order, state = (short)state, at, log.Transaction }) == 1;

    private static Task<int> OpenAsync(NpgsqlConnection connection, OrderOpened opened, DateTimeOffset at)
    {
        OrderTerms terms = opened.Terms;
        return connection.ExecuteAsync(
            """
            insert into orders (id, account, device, mandate, gtin, seller, quantity, bamtol, bamnamu, cycle, evidence, deadline, state, placed_at, changed_at)
            values (@Order, @Account, @Device, @Mandate, @Gtin, @Seller, @quantity, @Cash, @Reward, @cycle, @Evidence, @Deadline, 1, @at, @at) on conflict do nothing
            """,
            new
            {
                opened.Order, terms.Account, opened.Device, terms.Mandate, terms.Gtin, terms.Seller, quantity = (long)terms.Quantity, terms.Cash, terms.Reward,
                cycle = (long)terms.Cycle, terms.Evidence, terms.Deadline, at,
            });
    }

    private sealed record Row(
        OrderId Id, MandateId Mandate, AccountAddress Account, Gtin Gtin, AccountAddress Seller, long Quantity, Bamtol Bamtol, Bamnamu Bamnamu, long Cycle,
        Hash32 Evidence, DateTimeOffset Deadline, short State, DateTimeOffset PlacedAt, DateTimeOffset ChangedAt, DateTimeOffset? RecordedAt, string? Gateway)
    {
        public OrderRecord ToRecord() => new(
            Id, new OrderTerms(Mandate, Account, Gtin, Seller, (uint)Quantity, Bamtol, Bamnamu, (uint)Cycle, Evidence, Deadline),
            (OrderState)State, PlacedAt, ChangedAt, RecordedAt, Gateway is null ? null : new GatewayId(Gateway));
    }
}

/// <summary>An order as the store knows it.</summary>
/// <param name="Id">Its id on chain.</param>
/// <param name="Terms">What was ordered; later calls carry it.</param>
/// <param name="State">Where it stands.</param>
/// <param name="PlacedAt">When it was opened, on chain.</param>
/// <param name="ChangedAt">When it reached its state, on chain.</param>
/// <param name="RecordedAt">When the seller recorded the delivery, or null.</param>
/// <param name="Gateway">Whose it is, or null for a device that joined elsewhere.</param>
internal sealed record OrderRecord(
    OrderId Id, OrderTerms Terms, OrderState State, DateTimeOffset PlacedAt, DateTimeOffset ChangedAt, DateTimeOffset? RecordedAt, GatewayId? Gateway)
{
    /// <summary>True while the order can still move.</summary>
    public bool IsLive => State is OrderState.Open or OrderState.Accepted or OrderState.Shipped;

    /// <summary>When the running step times out, and the money goes back or, after a delivery record, to the seller; null for a final state.</summary>
    public DateTimeOffset? TimesOutAt(OrderWindows windows) => State switch
    {
        OrderState.Open => PlacedAt + windows.Veto + windows.Accept,
        OrderState.Accepted => ChangedAt + windows.Ship,
        OrderState.Shipped => RecordedAt is { } recorded ? recorded + windows.Confirm : ChangedAt + windows.Deliver,
        _ => null,
    };
}

/// <summary>One step of an order's life.</summary>
/// <param name="State">The state that it reached.</param>
/// <param name="At">When, on chain.</param>
/// <param name="Transaction">By which transaction.</param>
internal sealed record OrderStep(OrderState State, DateTimeOffset At, Hash32 Transaction);
