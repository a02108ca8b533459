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
        // Safe: only Dispose closes the handle, and both run inside the writer's section.
        nint statement = _statement.DangerousGetHandle();
        int failed = NativeStatement.Bind(statement, 1, (long)kept.Seq) | NativeStatement.Bind(statement, 2, kept.SeenAt.ToUnixTimeMilliseconds())
            | NativeStatement.Bind(statement, 3, kept.Day.Number) | NativeStatement.Bind(statement, 4, kept.Slot.Value)
            | NativeStatement.Bind(statement, 5, (long)kept.Gtin.Value) | NativeStatement.Bind(statement, 6, (byte)kept.Kind)
            | NativeStatement.Bind(statement, 7, kept.Delta.Milligrams) | NativeStatement.Bind(statement, 8, kept.Level.Milligrams)
            | NativeStatement.Bind(statement, 9, kept.Cycle) | BindOrder(statement, kept.Order) | Bind(statement, 11, salt);
        if (failed != raw.SQLITE_OK)
            return raw.SQLITE_NOMEM; // the only way for these to fail (sqlite.org/c3ref/bind_blob.html)
        int code = NativeStatement.Step(statement);
        _ = NativeStatement.Reset(statement); // repeats the step's code
        return code;
    }

    public void Dispose() => _statement.Dispose();

    private static int BindOrder(nint statement, OrderId order)
    {
        if (order.IsNone)
            return NativeStatement.BindNull(statement, 10);
        Span<byte> bytes = stackalloc byte[Hash32.Size];
        order.Value.CopyTo(bytes);
        return Bind(statement, 10, bytes);
    }

    private static unsafe int Bind(nint statement, int index, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
            return NativeStatement.Bind(statement, index, first, bytes.Length, NativeStatement.Transient);
    }
}
