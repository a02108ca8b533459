using Dapper;
using Microsoft.Data.Sqlite;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Storage;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Ordering;

/// <summary>An order as this household placed it and follows it.</summary>
/// <param name="Id">Its id on chain.</param>
/// <param name="Number">The intent that it fulfils.</param>
/// <param name="Terms">What the device signed.</param>
/// <param name="Automatic">True when nobody was asked.</param>
/// <param name="PlacedAt">Household time of signing.</param>
/// <param name="State">The newest state that the chain showed; <see cref="OrderState.None"/> before it was there.</param>
/// <param name="StateAt">Household time of that state.</param>
/// <param name="Reason">Why it ended early, or null.</param>
internal sealed record PlacedOrder(
    OrderId Id, uint Number, OrderTerms Terms, bool Automatic, DateTimeOffset PlacedAt, OrderState State, DateTimeOffset StateAt, string? Reason)
{
    /// <summary>Why nobody here wants an order that carries this device's signature and was not signed here.</summary>
    public const string NotSignedHere = "not signed by this gateway";

    /// <summary>True in a state that never changes.</summary>
    public bool IsFinal => State >= OrderState.Settled;

    /// <summary>True for an order that somebody else signed with this device's key.</summary>
    public bool IsForeign => Reason == NotSignedHere;
}

/// <summary>All orders that this gateway ever signed: kept with their relayed call before anybody sees either.</summary>
/// <remarks>(product, intent number) is unique, so that one intent can never become two orders. Thread safe.</remarks>
internal sealed class OrderBook
{
    private const string Columns = "id, gtin, number, mandate, account, seller, quantity, cash, reward, cycle, evidence, signed_deadline, automatic, placed_at, state, state_at, reason, deadline";

    private const string NeverThere = "the chain never had its order";

    private const long FirstForeign = 1L << 31; // numbers of orders that fulfil no intent

    private const int MostEndedForeign = 100;

    private static readonly TimeSpan ClocksApart = TimeSpan.FromHours(1); // between the household's clock and the chain's

    private readonly SqliteFile _file;

    /// <summary>Opens the tables inside <paramref name="file"/>.</summary>
    public OrderBook(SqliteFile file)
    {
        _file = file;
        file.Migrate("orders",
        [
            """
            CREATE TABLE orders(
                id BLOB PRIMARY KEY, gtin INTEGER NOT NULL, number INTEGER NOT NULL, mandate BLOB NOT NULL, account TEXT NOT NULL, seller TEXT NOT NULL,
                quantity INTEGER NOT NULL, cash TEXT NOT NULL, reward TEXT NOT NULL, cycle INTEGER NOT NULL, evidence BLOB NOT NULL, deadline INTEGER NOT NULL,
                automatic INTEGER NOT NULL, placed_at INTEGER NOT NULL, state INTEGER NOT NULL, state_at INTEGER NOT NULL, reason TEXT,
                UNIQUE(gtin, number)) STRICT;
            CREATE TABLE order_history(id BLOB NOT NULL, state INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(id, state)) STRICT, WITHOUT ROWID;
            CREATE TABLE arrivals(seq INTEGER PRIMARY KEY, id BLOB NOT NULL, packs INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
            CREATE INDEX arrivals_by_order ON arrivals(id);
            """,
            // Packs of an order under way that weight alone had told became rises that the member is asked about.
            """
            CREATE TABLE rises(
                id INTEGER PRIMARY KEY, order_id BLOB NOT NULL, slot INTEGER NOT NULL, packs INTEGER NOT NULL, exact INTEGER NOT NULL, at INTEGER NOT NULL, seq INTEGER NOT NULL UNIQUE,
                state INTEGER NOT NULL, voucher INTEGER NOT NULL, decided_at INTEGER, counted INTEGER NOT NULL) STRICT;
            CREATE INDEX rises_by_order ON rises(order_id);
            CREATE TABLE delivery_tags(order_id BLOB NOT NULL, salt BLOB NOT NULL, hash BLOB NOT NULL, heard_at INTEGER NOT NULL, PRIMARY KEY(order_id, hash)) STRICT, WITHOUT ROWID;
            CREATE TABLE delivery_words(
                order_id BLOB PRIMARY KEY, code_salt BLOB, code_hash BLOB, wrong INTEGER NOT NULL, typed_at INTEGER, handed_at INTEGER, handed_heard_at INTEGER) STRICT, WITHOUT ROWID;
            INSERT INTO rises(order_id, slot, packs, exact, at, seq, state, voucher, counted)
                SELECT a.id, 0, a.packs, 0, a.at, a.seq, 0, 0, 0 FROM arrivals a JOIN orders o ON o.id = a.id WHERE o.state < 4 AND o.reason IS NULL;
            DELETE FROM arrivals WHERE seq IN (SELECT seq FROM rises);
            """,
            // An order's deadline as it was signed, in seconds: it is part of the order's id and may lie beyond the calendar, where 'deadline' ends. What was adopted with the
            // calendar's end in its place names no order at all and is found on chain again.
            """
            ALTER TABLE orders ADD COLUMN signed_deadline TEXT NOT NULL DEFAULT '0';
            UPDATE orders SET signed_deadline = CAST(deadline / 1000 AS TEXT);
            DELETE FROM orders WHERE deadline >= 253402300799000 AND reason = 'not signed by this gateway';
            """,
        ]);
    }

    /// <summary>Keeps a signed order and the call that brings it, in one durable transaction.</summary>
    /// <exception cref="SqliteException">The intent has an order already.</exception>
    public void Place(PlacedOrder order, Relay trigger) =>
        _file.Write((writer, transaction) =>
        {
            OrderTerms terms = order.Terms;
            Sql.Run(writer, transaction,
                $"INSERT INTO orders({Columns}) VALUES (@id, @gtin, @number, @mandate, @account, @seller, @quantity, @cash, @reward, @cycle, @evidence, @signed, @auto, @placed, @state, @at, @reason, @deadline)",
                new { id = order.Id, gtin = terms.Gtin, number = order.Number, mandate = terms.Mandate, account = terms.Account,
                    seller = terms.Seller, quantity = terms.Quantity, cash = terms.Cash, reward = terms.Reward, cycle = terms.Cycle,
                    evidence = terms.Evidence, signed = terms.Deadline, deadline = terms.Deadline.At, auto = order.Automatic,
                    placed = order.PlacedAt, state = order.State, at = order.StateAt, reason = order.Reason });
            RelayBook.Append(writer, transaction, trigger);
        });

    /// <summary>Keeps an order that carries this device's signature and was not signed here; it fulfils no intent. Once is enough. Of those that have ended the newest are kept.</summary>
    public void Adopt(OrderId id, OrderTerms terms, DateTimeOffset now) =>
        _file.Write((writer, transaction) =>
        {
            Add(writer, transaction, id, terms, now);
            if (Sql.Run(writer, transaction,
                "DELETE FROM orders WHERE reason = @r AND state >= 4 AND id NOT IN (SELECT id FROM orders WHERE reason = @r AND state >= 4 ORDER BY placed_at DESC LIMIT @n)",
                new { r = PlacedOrder.NotSignedHere, n = MostEndedForeign }) > 0)
                Sql.Run(writer, transaction, "DELETE FROM order_history WHERE id NOT IN (SELECT id FROM orders)");
        });

    /// <summary>Forgets an order that was not signed here and that the chain never had, with the calls about it.</summary>
    public void Disown(OrderId id) =>
        _file.Write((writer, transaction) =>
        {
            if (Sql.Run(writer, transaction, "DELETE FROM orders WHERE id = @id AND reason = @r",
                new { id, r = PlacedOrder.NotSignedHere }) == 0)
                return;
            Sql.Run(writer, transaction, "DELETE FROM order_history WHERE id = @id", new { id });
            Sql.Run(writer, transaction, "UPDATE relays SET status = 3, reason = @why WHERE subject = @id AND status < 2",
                new { id, why = NeverThere });
        });

    private static void Add(SqliteConnection writer, SqliteTransaction transaction, OrderId id, OrderTerms terms, DateTimeOffset now) =>
        Sql.Run(writer, transaction,
            $"""
            INSERT OR IGNORE INTO orders({Columns})
            SELECT @id, @gtin, coalesce((SELECT max(number) + 1 FROM orders WHERE gtin = @gtin AND number >= @first), @first), @mandate, @account, @seller, @quantity, @cash, @reward, @cycle,
                @evidence, @signed, 1, @now, 1, @now, @reason, @deadline
            """,
            new { id, gtin = terms.Gtin, first = FirstForeign, mandate = terms.Mandate, account = terms.Account, seller = terms.Seller,
                quantity = terms.Quantity, cash = terms.Cash, reward = terms.Reward, cycle = terms.Cycle, evidence = terms.Evidence,
                signed = terms.Deadline, deadline = terms.Deadline.At, now, reason = PlacedOrder.NotSignedHere });

    /// <summary>Orders that somebody else signed with this device's key, newest first.</summary>
    public IReadOnlyList<PlacedOrder> Foreign() => Query("reason = @r ORDER BY placed_at DESC", new { r = PlacedOrder.NotSignedHere });

    /// <summary>When the oldest order of the book was signed here, or null for none.</summary>
    public DateTimeOffset? Began => Query("number < @first ORDER BY placed_at LIMIT 1",
        new { first = FirstForeign }).FirstOrDefault()?.PlacedAt;

    /// <summary>The order of an intent, or null before it is signed.</summary>
    public PlacedOrder? Of(Gtin gtin, uint number) => Query("gtin = @g AND number = @n", new { g = gtin, n = number }).FirstOrDefault();

    /// <summary>An order, or null.</summary>
    public PlacedOrder? Find(OrderId id) => Query("id = @id", new { id }).FirstOrDefault();

    /// <summary>Orders in states that can still change, oldest first.</summary>
    public IReadOnlyList<PlacedOrder> UnderWay() => Query("state < 4 AND reason IS NULL ORDER BY placed_at");

    /// <summary>
    /// Orders that the chain must be watched for, those that were signed here first and the oldest first: those under way, and those given up whose signature somebody may still bring (they would be called off).
    /// </summary>
    public IReadOnlyList<PlacedOrder> Watched(DateTimeOffset now) =>
        Query("state < 4 AND (reason IS NULL OR state > 0 OR deadline > @since) ORDER BY number >= @first, placed_at",
            new { since = now - ClocksApart, first = FirstForeign });

    /// <summary>The newest orders, newest first.</summary>
    public IReadOnlyList<PlacedOrder> Newest(int limit) => Query("1 ORDER BY placed_at DESC, number DESC LIMIT @n", new { n = limit });

    /// <summary>The newest cycle that an order of a product stands for, of orders signed here that may yet come through, run or were settled; null for none. Of others' the mandate on chain tells.</summary>
    public uint? LastCycleOf(Gtin gtin) =>
        Query("gtin = @g AND number < @first AND (state BETWEEN 1 AND 4 OR (state = 0 AND reason IS NULL)) ORDER BY cycle DESC LIMIT 1",
            new { g = gtin, first = FirstForeign }).FirstOrDefault()?.Terms.Cycle;

    /// <summary>Notes the state that the chain showed; going back is not possible. False when it was known.</summary>
    public bool Note(OrderId id, OrderState state, DateTimeOffset at, string? reason = null) =>
        _file.Write((writer, transaction) =>
        {
            Sql.Run(writer, transaction, "INSERT INTO order_history(id, state, at) SELECT @id, @s, @at WHERE @s > 0 ON CONFLICT DO NOTHING",
                new { id, s = state, at });
            return Sql.Run(writer, transaction, "UPDATE orders SET state = @s, state_at = @at, reason = coalesce(@r, reason) WHERE id = @id AND (state < @s OR (@s = 0 AND state = 0 AND @r IS NOT NULL))",
                new { s = state, at, r = reason, id }) > 0;
        });

    /// <summary>The states that an order went through, oldest first.</summary>
    public IReadOnlyList<(OrderState State, DateTimeOffset At)> History(OrderId id) =>
        _file.Read(reader => Sql.Query<(OrderState State, DateTimeOffset At)>(
            reader, "SELECT state, at FROM order_history WHERE id = @id ORDER BY state", new { id }));

    /// <summary>Notes packs of an order that a journaled event saw arriving, inside the event's own transaction.</summary>
    public static void Arrive(SqliteConnection writer, SqliteTransaction transaction, OrderId id, ulong seq, uint packs, DateTimeOffset at) =>
        Sql.Run(writer, transaction, "INSERT INTO arrivals(seq, id, packs, at) VALUES (@s, @id, @p, @at)",
            new { s = seq, id, p = packs, at });

    /// <summary>Packs of an order that arrived so far, and the newest event that saw some; (0, 0) before the first.</summary>
    public (uint Packs, ulong Seq) Arrived(OrderId id) =>
        _file.Read(reader => Sql.Query<(uint Packs, ulong Seq)>(
            reader, "SELECT coalesce(sum(packs), 0), coalesce(max(seq), 0) FROM arrivals WHERE id = @id", new { id }))[0];

    /// <summary>When the shelf saw the newest packs of an order; null before the first.</summary>
    public DateTimeOffset? ArrivedAt(OrderId id) =>
        _file.Read(reader => Sql.Query<DateTimeOffset?>(reader, "SELECT max(at) FROM arrivals WHERE id = @id HAVING max(at) IS NOT NULL",
            new { id })).FirstOrDefault();

    /// <summary>Number of the newest event that saw packs of an order arrive; 0 before the first.</summary>
    public ulong LastArrival => _file.Read(reader => Sql.Query<ulong>(reader, "SELECT coalesce(max(seq), 0) FROM arrivals"))[0];

    /// <summary>When a seller's whole deliveries were opened on chain and when their last pack was seen on the shelf, oldest first.</summary>
    public IReadOnlyList<(DateTimeOffset Opened, DateTimeOffset Arrived)> DeliveriesOf(AccountAddress seller) => _file.Read(reader => Sql.Query<(DateTimeOffset, DateTimeOffset)>(reader,
        """
        SELECT h.at, max(a.at) FROM orders o JOIN order_history h ON h.id = o.id AND h.state = 1 JOIN arrivals a ON a.id = o.id
        WHERE o.seller = @s GROUP BY o.id HAVING sum(a.packs) >= o.quantity ORDER BY max(a.seq)
        """,
        new { s = seller }));

    /// <summary>Days from the last pack on the shelf to the settlement of a seller's newest orders, newest first: how long the next one had to wait.</summary>
    public IReadOnlyList<double> SettlingsOf(AccountAddress seller, int limit) => [.. _file.Read(reader => Sql.Query<(DateTimeOffset Arrived, DateTimeOffset Settled)>(reader,
        """
        SELECT max(a.at), h.at FROM orders o JOIN order_history h ON h.id = o.id AND h.state = 4 JOIN arrivals a ON a.id = o.id
        WHERE o.seller = @s GROUP BY o.id ORDER BY max(a.seq) DESC LIMIT @n
        """,
        new { s = seller, n = limit })).Select(order => Math.Max(0.0, (order.Settled - order.Arrived).TotalDays))];

    /// <summary>What orders signed here since an instant cost that may yet come through, run or were settled.</summary>
    public Bamtol SpentSince(DateTimeOffset from)
    {
        Bamtol spent = default;
        foreach (PlacedOrder order in Query("placed_at >= @f AND number < @first AND (state BETWEEN 1 AND 4 OR (state = 0 AND reason IS NULL))",
            new { f = from, first = FirstForeign }))
            spent += order.Terms.Cash;
        return spent;
    }

    private List<PlacedOrder> Query(string where, object? values = null) =>
        [.. _file.Read(reader => Sql.Query<Row>(reader, $"SELECT {Columns} FROM orders WHERE {where}", values)).Select(row => row.ToOrder())];

    [method: ExplicitConstructor]
    private sealed record Row(
        OrderId Id, Gtin Gtin, uint Number, MandateId Mandate, AccountAddress Account, AccountAddress Seller, uint Quantity, Bamtol Cash, Bamnamu Reward, uint Cycle,
        Hash32 Evidence, ChainTime SignedDeadline, bool Automatic, DateTimeOffset PlacedAt, OrderState State, DateTimeOffset StateAt, string? Reason, long Deadline)
    {
        public PlacedOrder ToOrder() => new(
            Id, Number, new OrderTerms(Mandate, Account, Gtin, Seller, Quantity, Cash, Reward, Cycle, Evidence, SignedDeadline), Automatic, PlacedAt, State, StateAt, Reason);
    }
}
