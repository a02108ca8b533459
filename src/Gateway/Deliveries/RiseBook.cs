using Microsoft.Data.Sqlite;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Storage;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Deliveries;

/// <summary>All rises that may have been deliveries, and what became of them. The table is the order book's, beside the packs that arrived.</summary>
/// <remarks>Thread safe. What goes along with journaled events is written in their transaction.</remarks>
internal sealed class RiseBook(SqliteFile file)
{
    private const string Columns = "id, order_id AS \"order\", slot, packs, exact, at, seq, state, voucher AS \"by\", decided_at, counted";

    private long _version;

    /// <summary>Changes with every rise and answer.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>Writes a rise in the transaction of the event that booked it; one that arrived counts for its order at once.</summary>
    public void Keep(SqliteConnection writer, SqliteTransaction transaction, Rise rise, ulong seq)
    {
        Sql.Run(writer, transaction, "INSERT INTO rises(order_id, slot, packs, exact, at, seq, state, voucher, decided_at, counted) VALUES (@o, @s, @p, @e, @at, @q, @st, @v, @d, @c)",
            new { o = rise.Order, s = rise.Slot, p = rise.Packs, e = rise.Exact, at = rise.At, q = seq, st = rise.State, v = rise.By,
                d = rise.DecidedAt, c = rise.Counted });
        if (rise.State == RiseState.Arrived)
            OrderBook.Arrive(writer, transaction, rise.Order, seq, rise.Counted, rise.At);
        Interlocked.Increment(ref _version);
    }

    /// <summary>Writes that a rise is its order's delivery, in the transaction of the event that says so.</summary>
    public void Arrive(SqliteConnection writer, SqliteTransaction transaction, Verdict verdict, ulong seq, DateTimeOffset now)
    {
        Sql.Run(writer, transaction, "UPDATE rises SET state = @st, voucher = @v, decided_at = @d, counted = @c WHERE id = @id",
            new { st = RiseState.Arrived, v = verdict.By, d = now, c = verdict.Packs, id = verdict.Rise.Id });
        OrderBook.Arrive(writer, transaction, verdict.Rise.Order, seq, verdict.Packs, verdict.Rise.At);
        Interlocked.Increment(ref _version);
    }

    /// <summary>Writes that the event of a rise was taken back, in the transaction of its correction.</summary>
    public void TakeBack(SqliteConnection writer, SqliteTransaction transaction, ulong seq)
    {
        Sql.Run(writer, transaction, "UPDATE rises SET state = @st WHERE seq = @q AND state <> @a",
            new { st = RiseState.TakenBack, q = seq, a = RiseState.Arrived });
        Interlocked.Increment(ref _version);
    }

    /// <summary>Keeps the member's answer, or takes it back with <see cref="RiseState.Asked"/>.</summary>
    public void Answer(long id, RiseState answer, DateTimeOffset now)
    {
        file.Write((writer, transaction) =>
        {
            Sql.Run(writer, transaction, "UPDATE rises SET state = @st, voucher = @v, decided_at = @d WHERE id = @id AND state < @a",
                new { st = answer, v = answer == RiseState.Cooperative ? Voucher.Member : Voucher.None,
                    d = answer == RiseState.Asked ? (DateTimeOffset?)null : now, id, a = RiseState.Arrived });
        });
        Interlocked.Increment(ref _version);
    }

    /// <summary>A rise, or null.</summary>
    public Rise? Find(long id) => Query("id = @id", new { id }).FirstOrDefault();

    /// <summary>All rises while an order was on its way, oldest first.</summary>
    public IReadOnlyList<Rise> Of(OrderId order) => Query("order_id = @o ORDER BY at, id", new { o = order });

    /// <summary>True when an event booked packs that counted for an order: then money may have been released for it, and it stays.</summary>
    public bool HasArrived(ulong seq) => Query("seq = @q AND state = @a", new { q = seq, a = RiseState.Arrived }).Count > 0;

    private List<Rise> Query(string where, object? values = null) => file.Read(reader => Sql.Query<Rise>(reader, $"SELECT {Columns} FROM rises WHERE {where}", values));
}
