using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace PantryChain.Telemetry.Storage;

/// <summary>What a state file must pass before anybody writes to it.</summary>
internal static class SqliteFileChecks
{
    /// <summary>Refuses foreign and damaged files, and creates the table of schema versions in a new one.</summary>
    public static void Check(SqliteConnection connection, string path)
    {
        int application = connection.ExecuteScalar<int>("PRAGMA application_id");
        bool isNew = connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master") == 0;
        if (application != SqliteFile.ApplicationId && !isNew)
            throw new StorageException($"{path} is another program's SQLite file. Point --data at an empty folder or at a PantryChain run folder.");
        if (connection.ExecuteScalar<string>("PRAGMA quick_check(1)") != "ok")
            throw Damaged(path, null);
        connection.Execute(
            $"PRAGMA application_id={SqliteFile.ApplicationId}; CREATE TABLE IF NOT EXISTS schema_versions(component TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT");
    }

    /// <summary>SQLite's refusal in words, with the next step.</summary>
    public static StorageException Explain(SqliteException error, string path) => error.SqliteErrorCode switch
    {
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => Damaged(path, error),
        raw.SQLITE_FULL => new StorageException($"The disk that holds {path} is full. Free some space; nothing that was accepted is lost.", error),
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_CANTOPEN =>
            new StorageException($"{path} cannot be opened for writing. Give the file and its folder to the user that runs the gateway (chown).", error),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new StorageException($"{path} is locked by another program. Close it and try again.", error),
        _ => new StorageException($"{path}: {error.Message} Check the disk (dmesg, smartctl) and try again.", error),
    };

    private static StorageException Damaged(string path, Exception? error) =>
        new($"{path} is damaged. Move it aside and put the newest backup in its place, or save what can be read with 'sqlite3 {path} .recover'.", error!);
}
