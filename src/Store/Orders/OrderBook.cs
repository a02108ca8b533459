using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Sending;

namespace PantryChain.Store.Orders;

/// <summary>The orders that are this cooperative's business, as the escrow's log tells them, with their history, in PostgreSQL.</summary>
/// <remarks>
/// That is every order to its own seller and every order of a household that joined it, whoever sells. Others stand in the same log and are passed over:
/// they cost the store a look and nothing else.
/// </remarks>
internal sealed class OrderBook(NpgsqlDataSource database, Wallets wallets, ContractSet contracts)
{
    private const string Columns =
        """
        select o.id, o.mandate, o.account, o.gtin, o.seller, o.quantity, o.bamtol, o.bamnamu, o.cycle, o.evidence, o.deadline,
               o.state, o.placed_at, o.changed_at, o.recorded_at, h.gateway
        from orders o left join households h on h.device = o.device
        """;

    /// <summary>Largest amount that the database gives back as a number.</summary>
    private static readonly UInt128 Readable = (UInt128)decimal.MaxValue;

    /// <summary>Books one event of the escrow inside the caller's transaction; an event that is booked already changes nothing.</summary>
    /// <exception cref="FormatException">The order's amounts are beyond all money, or its terms are not those of its id: calls that carry them would be about another order.</exception>
    public async Task BookAsync(NpgsqlConnection connection, EscrowEvent seen, DateTimeOffset at)
    {
        switch (seen)
        {
            case OrderOpened opened when await IsOursAsync(connection, opened):
                RequireReadable(opened.Terms);
                RequireItsTerms(opened);
                if (await RecordAsync(connection, opened.Order, OrderState.Open, "state", seen.Log, at))
                    await OpenAsync(connection, opened, at);
                break;
            case OrderMoved moved when await IsKnownAsync(connection, moved.Order) && await RecordAsync(connection, moved.Order, moved.State, "state", seen.Log, at):
                await connection.ExecuteAsync(
                    "update orders set state = @state, changed_at = @at where id = @Order", new { state = (short)moved.State, at, moved.Order });
                break;
            case DeliveryRecorded recorded when await IsKnownAsync(connection, recorded.Order):
                await RecordAsync(connection, recorded.Order, OrderState.Shipped, "recorded", seen.Log, at);
                await connection.ExecuteAsync("update orders set recorded_at = @at where id = @Order", new { at, recorded.Order });
                break;
            default:
                break;
        }
    }

    /// <summary>Undoes, inside the caller's transaction, what was booked from a block on: its events are marked, its orders stand where they stood before.</summary>
    /// <remarks>An order whose opening is gone has the state 0 until it is opened again; nobody is shown it.</remarks>
    public static async Task UndoAsync(NpgsqlConnection connection, ulong fromBlock, DateTimeOffset now)
    {
        byte[][] orders = [.. (await connection.QueryAsync<byte[]>(
            "update order_log set orphaned_at = @now where block_number >= @fromBlock and orphaned_at is null returning order_id", new { fromBlock = (long)fromBlock, now }))];
        await connection.ExecuteAsync(
            """
            update orders o set
                state = coalesce((select state from order_events e where e.order_id = o.id order by block_number desc, log_index desc limit 1), 0),
                changed_at = coalesce((select at from order_events e where e.order_id = o.id order by block_number desc, log_index desc limit 1), placed_at),
                recorded_at = case when exists (select 1 from order_log r where r.order_id = o.id and event = 'recorded')
                    then (select max(at) from order_log r where r.order_id = o.id and event = 'recorded' and orphaned_at is null) else recorded_at end
            where id = any(@orders)
            """, new { orders });
    }

    /// <summary>An order, or null.</summary>
    public async Task<OrderRecord?> FindAsync(OrderId id, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        return (await connection.QuerySingleOrDefaultAsync<Row>(Columns + " where o.id = @id and o.state <> 0", new { id }))?.ToRecord();
    }

    /// <summary>The orders that still move, oldest first, then the newest final ones.</summary>
    public async Task<IReadOnlyList<OrderRecord>> ListAsync(int mostFinal, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        IEnumerable<Row> live = await connection.QueryAsync<Row>(Columns + " where o.state in (1, 2, 3) order by o.placed_at");
        IEnumerable<Row> final = await connection.QueryAsync<Row>(Columns + " where o.state in (4, 5, 6) order by o.changed_at desc limit @mostFinal", new { mostFinal });
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

    private Task<bool> IsOursAsync(NpgsqlConnection connection, OrderOpened opened) => opened.Terms.Seller == wallets.Seller.Address
        ? Task.FromResult(true)
        : connection.ExecuteScalarAsync<bool>("select exists (select 1 from households where device = @Device)", new { opened.Device });

    private static Task<bool> IsKnownAsync(NpgsqlConnection connection, OrderId order) =>
        connection.ExecuteScalarAsync<bool>("select exists (select 1 from orders where id = @order)", new { order });

    private static void RequireReadable(OrderTerms terms)
    {
        if (terms.Cash.Hundredths > Readable || terms.Reward.Units > Readable)
            throw new FormatException("The order's amounts are larger than any sum of money.");
    }

    private void RequireItsTerms(OrderOpened opened)
    {
        if (TypedMessages.OrderIdOf(contracts.EscrowDomain, opened.Terms) is var id && id != opened.Order)
            throw new FormatException($"The terms are those of order {id}, not of order {opened.Order}.");
    }

    // An event that comes back with its block counts again. Rows from before blocks were kept are known by their place alone.
    private static async Task<bool> RecordAsync(NpgsqlConnection connection, OrderId order, OrderState state, string kind, EvmLog log, DateTimeOffset at) =>
        await connection.ExecuteAsync(
            """
            insert into order_log (block_number, block_hash, log_index, order_id, state, at, transaction, event)
            select @block, @BlockHash, @index, @order, @state, @at, @Transaction, @kind
            where not exists (select 1 from order_log where block_number = @block and log_index = @index and orphaned_at is null)
            on conflict (block_hash, log_index) do update set orphaned_at = null
            """,
            new { block = (long)log.Block, log.BlockHash, index = (int)log.Index, order, state = (short)state, at, log.Transaction, kind }) == 1;

    private static Task<int> OpenAsync(NpgsqlConnection connection, OrderOpened opened, DateTimeOffset at)
    {
        OrderTerms terms = opened.Terms;
        return connection.ExecuteAsync(
            """
            insert into orders (id, account, device, mandate, gtin, seller, quantity, bamtol, bamnamu, cycle, evidence, deadline, state, placed_at, changed_at)
            values (@Order, @Account, @Device, @Mandate, @Gtin, @Seller, @quantity, @Cash, @Reward, @cycle, @Evidence, @Deadline, 1, @at, @at)
            on conflict (id) do update set state = 1, placed_at = @at, changed_at = @at where orders.state = 0
            """,
            new
            {
                opened.Order, terms.Account, opened.Device, terms.Mandate, terms.Gtin, terms.Seller, quantity = (long)terms.Quantity, terms.Cash, terms.Reward,
                cycle = (long)terms.Cycle, terms.Evidence, terms.Deadline, at,
            });
    }

    private sealed record Row(
        OrderId Id, MandateId Mandate, AccountAddress Account, Gtin Gtin, AccountAddress Seller, long Quantity, Bamtol Bamtol, Bamnamu Bamnamu, long Cycle,
        Hash32 Evidence, ChainTime Deadline, short State, DateTimeOffset PlacedAt, DateTimeOffset ChangedAt, DateTimeOffset? RecordedAt, string? Gateway)
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
