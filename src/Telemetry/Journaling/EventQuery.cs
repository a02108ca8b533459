using Dapper;
using Microsoft.Data.Sqlite;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;

namespace PantryChain.Telemetry.Journaling;

/// <summary>The journal's reads.</summary>
internal static class EventQuery
{
    private const string Columns = "seq, seen_at AS seenAt, day, slot, gtin, kind, delta_mg AS deltaMg, level_mg AS levelMg, cycle, order_id AS orderId";

    public static IReadOnlyList<ThingEvent> Range(SqliteConnection reader, ulong from, ulong to, int limit, bool salted) => Rows(
        reader, $"SELECT {Columns}, {(salted ? "salt" : "NULL AS salt")} FROM events WHERE seq BETWEEN @from AND @to ORDER BY seq LIMIT @limit",
        new { from = Clamp(from), to = Clamp(to), limit });

    public static IReadOnlyList<ThingEvent> LastPerSlot(SqliteConnection reader) => Newest(reader, "1 GROUP BY slot");

    public static IReadOnlyList<ThingEvent> LastPerProduct(SqliteConnection reader) => Newest(reader, "1 GROUP BY slot, gtin");

    /// <summary>Findings (4, 5) repeat the level of their cause, tags (7, 8) weigh nothing.</summary>
    public static IReadOnlyList<ThingEvent> NewestLevels(SqliteConnection reader) => Newest(reader, "gtin <> 0 AND kind NOT IN (4, 5, 7, 8) GROUP BY slot, gtin");

    public static (long Count, long Last) CountAndLast(SqliteConnection reader) => reader.QuerySingle<(long, long)>("SELECT count(*), coalesce(max(seq), 0) FROM events");

    private static List<ThingEvent> Newest(SqliteConnection reader, string which) =>
        Rows(reader, $"SELECT {Columns}, NULL AS salt FROM events WHERE seq IN (SELECT max(seq) FROM events WHERE {which})", null);

    private static List<ThingEvent> Rows(SqliteConnection reader, string sql, object? values) => [.. reader.Query<Row>(sql, values).Select(row => row.ToEvent())];

    private static long Clamp(ulong seq) => (long)Math.Min(seq, long.MaxValue);

    [method: ExplicitConstructor]
    private readonly record struct Row(
        ulong Seq, long SeenAt, uint Day, ushort Slot, ulong Gtin, ThingEventKind Kind, long DeltaMg, long LevelMg, uint Cycle, byte[]? OrderId, byte[]? Salt)
    {
        public ThingEvent ToEvent() => new(
            Seq, DateTimeOffset.FromUnixTimeMilliseconds(SeenAt), new HouseholdDay(Day), new SlotId(Slot), Gtin == 0 ? default : new Gtin(Gtin), Kind,
            new Mass(DeltaMg), new Mass(LevelMg), Cycle, OrderId is null ? default : new OrderId(new Hash32(OrderId)), Salt is null ? default : new Hash32(Salt));
    }
}
