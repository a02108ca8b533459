using Microsoft.Data.Sqlite;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using SQLitePCL;

namespace PantryChain.Telemetry.Journaling;

/// <summary>The journal's one prepared statement; not thread safe, used only inside the writer's section.</summary>
internal sealed class EventInsert : IDisposable
{
    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;

    public EventInsert(SqliteConnection writer)
    {
        _connection = writer.Handle!;
        int code = raw.sqlite3_prepare_v2(_connection, "INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?,?,?)", out _statement);
        SqliteException.ThrowExceptionForRC(code, _connection);
    }

    /// <summary>SQLite's text for the last failure.</summary>
    public string Error => raw.sqlite3_errmsg(_connection).utf8_to_string();

    /// <summary>Inserts one event; <see cref="raw.SQLITE_DONE"/> when it is kept, else SQLite's error code.</summary>
    public int Run(ThingEvent kept, ReadOnlySpan<byte> salt)
    {
        raw.sqlite3_bind_int64(_statement, 1, (long)kept.Seq);
        raw.sqlite3_bind_int64(_statement, 2, kept.SeenAt.ToUnixTimeMilliseconds());
        raw.sqlite3_bind_int64(_statement, 3, kept.Day.Number);
        raw.sqlite3_bind_int64(_statement, 4, kept.Slot.Value);
        raw.sqlite3_bind_int64(_statement, 5, (long)kept.Gtin.Value);
        raw.sqlite3_bind_int64(_statement, 6, (byte)kept.Kind);
        raw.sqlite3_bind_int64(_statement, 7, kept.Delta.Milligrams);
        raw.sqlite3_bind_int64(_statement, 8, kept.Level.Milligrams);
        raw.sqlite3_bind_int64(_statement, 9, kept.Cycle);
        BindOrder(kept.Order);
        raw.sqlite3_bind_blob(_statement, 11, salt);
        int code = raw.sqlite3_step(_statement);
        raw.sqlite3_reset(_statement);
        return code;
    }

    public void Dispose() => _statement.Dispose();

    private void BindOrder(OrderId order)
    {
        if (order.IsNone)
        {
            raw.sqlite3_bind_null(_statement, 10);
            return;
        }
        Span<byte> bytes = stackalloc byte[Hash32.Size];
        order.Value.CopyTo(bytes);
        raw.sqlite3_bind_blob(_statement, 10, bytes);
    }
}
