using System.Reflection;
using System.Security.Cryptography;
using Dapper;
using Npgsql;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Schema;

/// <summary>Brings the database to the newest schema: numbered SQL files, each applied once, all in one transaction.</summary>
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
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        await connection.ExecuteAsync("select pg_advisory_xact_lock(@LockKey)", new { LockKey });
        await connection.ExecuteAsync("create table if not exists schema_versions (number integer primary key, name text not null, sha256 bytea not null)");
        Dictionary<int, byte[]> applied = (await connection.QueryAsync<(int Number, byte[] Sha256)>("select number, sha256 from schema_versions"))
            .ToDictionary(row => row.Number, row => row.Sha256);
        CheckKnown(applied);
        int count = 0;
        foreach (Migration migration in All.Where(migration => !applied.ContainsKey(migration.Number)))
        {
            await connection.ExecuteAsync(migration.Sql);
            await connection.ExecuteAsync("insert into schema_versions values (@Number, @Name, @Sha256)", new { migration.Number, migration.Name, migration.Sha256 });
            count++;
        }
        await transaction.CommitAsync(stop);
        return count;
    }

    private static void CheckKnown(Dictionary<int, byte[]> applied)
    {
        foreach ((int number, byte[] sha256) in applied)
        {
            Migration? known = All.FirstOrDefault(migration => migration.Number == number);
            if (known is null)
                throw new UsageException($"The database has migration {number}, which this program does not know. Start the newer program that wrote it.");
            if (!known.Sha256.AsSpan().SequenceEqual(sha256))
                throw new UsageException($"Migration {known.Name} was applied with another text. Restore the file; changes go into a new migration.");
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
