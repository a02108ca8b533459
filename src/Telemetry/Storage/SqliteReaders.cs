using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace PantryChain.Telemetry.Storage;

/// <summary>Read-only connections that are kept open between reads, as many as ever read at the same time.</summary>
internal sealed class SqliteReaders(string path) : IDisposable
{
    private readonly ConcurrentBag<SqliteConnection> _idle = [];
    private volatile bool _disposed;

    public T Use<T>(Func<SqliteConnection, T> work)
    {
        if (!_idle.TryTake(out SqliteConnection? connection))
            connection = SqliteFile.Connect(path, SqliteOpenMode.ReadOnly);
        try
        {
            return work(connection);
        }
        finally
        {
            GiveBack(connection);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out SqliteConnection? connection))
            connection.Dispose();
    }

    private void GiveBack(SqliteConnection connection)
    {
        _idle.Add(connection);
        if (_disposed)
            Dispose();
    }
}
