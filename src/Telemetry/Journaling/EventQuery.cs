using Microsoft.Data.Sqlite;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;

namespace PantryChain.Telemetry.Journaling;

/// <summary>The journal's reads.</summary>
internal static class EventQuery
{
    private const string Columns = "seq, seen_at, day, slot, gtin, kind, delta_mg, level_mg, cycle, order_id";

    public static IReadOnlyList<ThingEvent> Range(SqliteConnection reader, ulong from, ulong to, int limit, bool salted)
    {
        string salt = salted ? ", salt" : "";
        return Rows(reader, $"SELECT {Columns}{salt} FROM events WHERE seq BETWEEN $from AND $to ORDER BY seq LIMIT $limit",
            ("$from", Clamp(from)), ("$to", Clamp(to)), ("$limit", limit));
    }

    public static IReadOnlyList<ThingEvent> LastPerSlot(SqliteConnection reader) =>
        Rows(reader, $"SELECT {Columns} FROM events WHERE seq IN (SELECT max(seq) FROM events GROUP BY slot)");

    public static IReadOnlyList<ThingEvent> LastPerProduct(SqliteConnection reader) =>
        Rows(reader, $"SELECT {Columns} FROM events WHERE seq IN (SELECT max(seq) FROM events GROUP BY slot, gtin)");

    /// <summary>Findings (4, 5) repeat the level of their cause, tags (7, 8) weigh nothing.</summary>
    public static IReadOnlyList<ThingEvent> NewestLevels(SqliteConnection reader) =>
        Rows(reader, $"SELECT {Columns} FROM events WHERE seq IN (SELECT max(seq) FROM events WHERE gtin <> 0 AND kind NOT IN (4, 5, 7, 8) GROUP BY slot, gtin)");

    public static (long Count, long Last) CountAndLast(SqliteConnection reader)
    {
        using SqliteCommand command = reader.CreateCommand();
        command.CommandText = "SELECT count(*), coalesce(max(seq), 0) FROM events";
        using SqliteDataReader row = command.ExecuteReader();
        row.Read();
        return (row.GetInt64(0), row.GetInt64(1));
    }

    private static List<ThingEvent> Rows(SqliteConnection reader, string sql, params ReadOnlySpan<(string Name, object Value)> values)
    {
        using SqliteCommand command = reader.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object value) in values)
            command.Parameters.AddWithValue(name, value);
        using SqliteDataReader row = command.ExecuteReader();
        List<ThingEvent> events = [];
        while (row.Read())
            events.Add(Event(row));
        return events;
    }

    private static ThingEvent Event(SqliteDataReader row) => new(
        (ulong)row.GetInt64(0), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)), new HouseholdDay((uint)row.GetInt64(2)),
        new SlotId((ushort)row.GetInt64(3)), row.GetInt64(4) is var gtin and not 0 ? new Gtin((ulong)gtin) : default, (ThingEventKind)row.GetInt64(5),
        new Mass(row.GetInt64(6)), new Mass(row.GetInt64(7)), (uint)row.GetInt64(8),
        row.IsDBNull(9) ? default : new OrderId(new Hash32(row.GetFieldValue<byte[]>(9))),
        row.FieldCount > 10 ? new Hash32(row.GetFieldValue<byte[]>(10)) : default);

    private static long Clamp(ulong seq) => (long)Math.Min(seq, long.MaxValue);
}
