using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using Dapper;
using DbUp;
using DbUp.Engine;
using DbUp.Postgresql;
using Npgsql;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Schema;

/// <summary>Brings the database to the newest schema: numbered SQL files, each applied once by DbUp, all in one transaction.</summary>
internal static class Migrator
{
    /// <summary>Key of the advisory lock that lets one store migrate at a time; the ASCII bytes of "pantry".</summary>
    private const long LockKey = 0x70616e747279;

    /// <summary>The migrations inside this assembly in order of their numbers.</summary>
    public static IReadOnlyList<Migration> All { get; } = [.. ReadAll()];

    /// <summary>Applies what is missing and returns how many migrations that were.</summary>
    /// <exception cref="UsageException">The database has a migration that this program does not know, or knows with another text.</exception>
    public static async Task<int> ApplyAsync(NpgsqlDataSource database, CancellationToken stop)
    {
        await using NpgsqlConnection guard = await database.OpenConnectionAsync(stop);
        await guard.ExecuteAsync("select pg_advisory_lock(@LockKey)", new { LockKey });
        try
        {
            DatabaseUpgradeResult result = DeployChanges.To.PostgresqlDatabase(new PostgresqlConnectionManager(database))
                .WithScripts(All.Select(migration => new SqlScript(migration.Name, migration.Sql)))
                .JournalTo((connections, _) => new MigrationJournal(connections))
                .WithTransaction().WithVariablesDisabled().LogToNowhere().Build().PerformUpgrade();
            if (result.Error is { } error)
                ExceptionDispatchInfo.Throw(error);
            return result.Scripts.Count();
        }
        finally
        {
            await guard.ExecuteAsync("select pg_advisory_unlock(@LockKey)", new { LockKey });
        }
    }

    private static IEnumerable<Migration> ReadAll()
    {
        Assembly assembly = typeof(Migrator).Assembly;
        foreach (string name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using StreamReader reader = new(assembly.GetManifestResourceStream(name)!);
            string sql = reader.ReadToEnd();
            int number = int.Parse(name.AsSpan(0, 4), System.Globalization.CultureInfo.InvariantCulture);
            yield return new Migration(number, name, sql, SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(sql)));
        }
    }
}

/// <summary>One numbered step of the schema.</summary>
/// <param name="Number">From 1, the first four digits of the file name.</param>
/// <param name="Name">File name.</param>
/// <param name="Sql">Its statements.</param>
/// <param name="Sha256">Hash of the statements, so that an applied migration cannot be edited unnoticed.</param>
internal sealed record Migration(int Number, string Name, string Sql, byte[] Sha256);
