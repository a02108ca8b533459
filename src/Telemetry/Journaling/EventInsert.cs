using Microsoft.Data.Sqlite;
using PantryChain.Domain.Events;

namespace PantryChain.Telemetry.Journaling;

/// <summary>The journal's one prepared statement; not thread safe, used only inside the writer's section.</summary>
internal sealed class EventInsert : IDisposable
{
    private readonly SqliteCommand _command;

    public EventInsert(SqliteConnection writer)
    {
        _command = writer.CreateCommand();
        _command.CommandText = "INSERT INTO events VALUES (@seq, @seen_at, @day, @slot, @gtin, @kind, @delta_mg, @level_mg, @cycle, @order_id, @salt)";
        foreach (string name in new[] { "@seq", "@seen_at", "@day", "@slot", "@gtin", "@kind", "@delta_mg", "@level_mg", "@cycle" })
            _command.Parameters.Add(name, SqliteType.Integer);
        _command.Parameters.Add("@order_id", SqliteType.Blob);
        _command.Parameters.Add("@salt", SqliteType.Blob);
        _command.Prepare();
    }

    /// <summary>Inserts one event.</summary>
    /// <exception cref="SqliteException">SQLite refused; the event is not kept.</exception>
    public void Run(ThingEvent kept, byte[] salt, SqliteTransaction? transaction)
    {
        _command.Transaction = transaction;
        ReadOnlySpan<long> numbers =
        [
            (long)kept.Seq, kept.SeenAt.ToUnixTimeMilliseconds(), kept.Day.Number, kept.Slot.Value, (long)kept.Gtin.Value, (byte)kept.Kind,
            kept.Delta.Milligrams, kept.Level.Milligrams, kept.Cycle,
        ];
        for (int column = 0; column < numbers.Length; column++)
            _command.Parameters[column].Value = numbers[column];
        _command.Parameters[^2].Value = kept.Order.IsNone ? DBNull.Value : kept.Order.Value.ToArray();
        _command.Parameters[^1].Value = salt;
        _command.ExecuteNonQuery();
    }

    public void Dispose() => _command.Dispose();
}
