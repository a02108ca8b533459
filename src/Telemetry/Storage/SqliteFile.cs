using Dapper;
using Microsoft.Data.Sqlite;

namespace PantryChain.Telemetry.Storage;

/// <summary>One SQLite file that several stations keep their tables in: durable, with one writer at a time and readers beside it.</summary>
/// <remarks>
/// WAL with <c>synchronous=FULL</c>: what <see cref="Write{T}"/> returned from survives a kill and a power cut (sqlite.org/pragma.html#pragma_synchronous).
/// Open for writing in one process only; others use <see cref="OpenReader"/>. Thread safe.
/// </remarks>
public sealed class SqliteFile : IDisposable
{
    /// <summary>"PANT" in ASCII: tells our files from other SQLite files (sqlite.org/pragma.html#pragma_application_id).</summary>
    internal const int ApplicationId = 0x50414E54;

    private readonly Lock _writing = new();
    private readonly SqliteConnection _writer;
    private readonly SqliteReaders _readers;
    private readonly FileStream _lock;
    private bool _disposed;

    private SqliteFile(string path, SqliteConnection writer, FileStream held)
    {
        (Path, _writer, _lock) = (path, writer, held);
        _readers = new SqliteReaders(path);
    }

    /// <summary>Full path of the file.</summary>
    public string Path { get; }

    /// <summary>Opens or creates the file, checks it and takes it for this process.</summary>
    /// <param name="path">Where it lies; its folder is created when missing. Beside it appear <c>.lock</c>, <c>.generation</c>, <c>-wal</c> and <c>-shm</c>; all are their owner's alone (0600), whatever the umask.</param>
    /// <param name="mayBeLost">Whether it may begin anew when it is gone or empty though it was in use; false for a file whose numbers count elsewhere.</param>
    /// <exception cref="StorageException">In use by another process, damaged, lost, not ours, or restored from a backup; the message names the fix.</exception>
    public static SqliteFile Open(string path, bool mayBeLost = true)
    {
        path = System.IO.Path.GetFullPath(path);
        PrivateFiles.Prepare(path);
        FileStream held = Hold(path);
        SqliteConnection? writer = null;
        try
        {
            writer = Connect(path, SqliteOpenMode.ReadWriteCreate);
            SqliteFileChecks.Check(writer, path);
            Generation.Renew(writer, path, mayBeLost);
            return new SqliteFile(path, writer, held);
        }
        catch (Exception error)
        {
            writer?.Dispose();
            held.Dispose();
            if (error is SqliteException sqlite)
                throw SqliteFileChecks.Explain(sqlite, path);
            throw;
        }
    }

    /// <summary>Opens the file read-only, also beside a running owner in another process; the caller disposes the connection.</summary>
    /// <exception cref="StorageException">The file is missing or cannot be read.</exception>
    public static SqliteConnection OpenReader(string path)
    {
        if (!File.Exists(path))
            throw new StorageException($"{path} does not exist. Check the path, or start the gateway once to create it.");
        return Connect(path, SqliteOpenMode.ReadOnly);
    }

    /// <summary>Brings one station's tables up to date; each step runs once, in order, in one transaction, and its version is remembered under the station's name.</summary>
    /// <param name="component">The station's name, for example <c>journal</c>.</param>
    /// <param name="steps">SQL of all steps since the first version; published steps never change, new ones are added at the end.</param>
    /// <exception cref="StorageException">The file was written by a newer version of the program.</exception>
    public void Migrate(string component, IReadOnlyList<string> steps) =>
        Write((connection, transaction) =>
        {
            int version = connection.ExecuteScalar<int>("SELECT version FROM schema_versions WHERE component = @component", new { component }, transaction);
            if (version > steps.Count)
                throw new StorageException(
                    $"{Path} was written by a newer PantryChain ({component} version {version}, this one knows {steps.Count}). Install the newer version again.");
            for (int step = version; step < steps.Count; step++)
                connection.Execute(steps[step], transaction: transaction);
            connection.Execute("INSERT INTO schema_versions(component, version) VALUES (@component, @Count) ON CONFLICT(component) DO UPDATE SET version = @Count",
                new { component, steps.Count }, transaction);
        });

    /// <summary>Runs <paramref name="work"/> in one durable transaction; rolls back when it throws. One caller at a time, others wait.</summary>
    /// <exception cref="SqliteException">SQLite refused, for example because the disk is full; nothing was changed.</exception>
    public T Write<T>(Func<SqliteConnection, SqliteTransaction, T> work)
    {
        using (EnterWriter(out SqliteConnection writer))
        {
            using SqliteTransaction transaction = writer.BeginTransaction(deferred: false);
            T result = work(writer, transaction);
            transaction.Commit();
            return result;
        }
    }

    /// <inheritdoc cref="Write{T}" />
    public void Write(Action<SqliteConnection, SqliteTransaction> work) =>
        Write((connection, transaction) =>
        {
            work(connection, transaction);
            return true;
        });

    /// <summary>Runs <paramref name="work"/> on a read-only connection, beside writers and other readers; it sees what was committed before.</summary>
    public T Read<T>(Func<SqliteConnection, T> work)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _readers.Use(work);
    }

    /// <summary>Closes all connections and gives the file back.</summary>
    public void Dispose()
    {
        lock (_writing)
        {
            if (_disposed)
                return;
            _disposed = true;
            _readers.Dispose();
            _writer.Dispose();
            _lock.Dispose();
        }
    }

    /// <summary>Enters the single writer's section for prepared statements; leave it by disposing what is returned. Do not call <see cref="Write{T}"/> inside.</summary>
    internal Lock.Scope EnterWriter(out SqliteConnection writer)
    {
        if (_writing.IsHeldByCurrentThread)
            throw new InvalidOperationException($"A write to {Path} is already under way on this thread: put both into one transaction.");
        Lock.Scope scope = _writing.EnterScope();
        if (_disposed)
        {
            scope.Dispose();
            throw new ObjectDisposedException(nameof(SqliteFile));
        }
        writer = _writer;
        return scope;
    }

    internal static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            connection.Execute("PRAGMA busy_timeout=5000");
            if (mode != SqliteOpenMode.ReadOnly)
                connection.Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA journal_size_limit=4194304");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static FileStream Hold(string path)
    {
        try
        {
            // An advisory lock that the kernel gives back when the process dies, however it dies.
            return new FileStream(path + ".lock", PrivateFiles.Options(FileMode.OpenOrCreate, FileAccess.ReadWrite));
        }
        catch (IOException error)
        {
            throw new StorageException($"{path} is in use by another process. Stop it first ('./pantry down', or systemctl stop pantrychain-gateway).", error);
        }
    }
}
