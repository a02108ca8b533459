using Microsoft.Data.Sqlite;
using PantryChain.Domain.Identity;

namespace PantryChain.Gateway.Storage;

/// <summary>Plain SQL with named values, for the few tables of the gateway's own stations.</summary>
/// <remarks>Hashes are kept as 32-byte blobs, times as Unix milliseconds. Not an object mapper: a Raspberry Pi has no memory for emitted code.</remarks>
internal static class Sql
{
    /// <summary>Runs a statement; the number of rows that it changed.</summary>
    public static int Run(SqliteConnection connection, SqliteTransaction transaction, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using SqliteCommand command = Command(connection, sql, values);
        command.Transaction = transaction;
        return command.ExecuteNonQuery();
    }

    /// <summary>All rows of a query, each made by <paramref name="row"/>.</summary>
    public static List<T> Query<T>(SqliteConnection connection, string sql, Func<SqliteDataReader, T> row, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using SqliteCommand command = Command(connection, sql, values);
        using SqliteDataReader reader = command.ExecuteReader();
        List<T> rows = [];
        while (reader.Read())
            rows.Add(row(reader));
        return rows;
    }

    /// <summary>The hash in a column.</summary>
    public static Hash32 Hash(this SqliteDataReader row, int column) => new(row.GetFieldValue<byte[]>(column));

    /// <summary>The hash in a column, or null.</summary>
    public static Hash32? HashOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.Hash(column);

    /// <summary>The text in a column, or null.</summary>
    public static string? TextOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>The time in a column of Unix milliseconds.</summary>
    public static DateTimeOffset Time(this SqliteDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    /// <summary>The time in a column of Unix milliseconds, or null.</summary>
    public static DateTimeOffset? TimeOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.Time(column);

    private static SqliteCommand Command(SqliteConnection connection, string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object? value) in values)
            command.Parameters.AddWithValue(name, Stored(value));
        return command;
    }

    private static object Stored(object? value) => value switch
    {
        null => DBNull.Value,
        Hash32 hash => hash.ToArray(),
        DateTimeOffset time => time.ToUnixTimeMilliseconds(),
        ulong number => checked((long)number),
        Enum name => Convert.ToInt64(name, System.Globalization.CultureInfo.InvariantCulture),
        _ => value,
    };
}
