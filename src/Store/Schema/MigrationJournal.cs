using System.Data;
using Dapper;
using DbUp.Engine;
using DbUp.Engine.Transactions;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Schema;

/// <summary>What DbUp knows of a database: the table of versions that it has had since its first migration, with the hash of each text.</summary>
internal sealed class MigrationJournal(Func<IConnectionManager> connections) : IJournal
{
    /// <inheritdoc />
    /// <exception cref="UsageException">The database has a migration that this program does not know, or knows with another text.</exception>
    public string[] GetExecutedScripts() => connections().ExecuteCommandsWithManagedConnection(command =>
    {
        EnsureTableExistsAndIsLatestVersion(command);
        using IDbCommand read = command();
        return (string[])[.. read.Connection!.Query<(int Number, byte[] Sha256)>("select number, sha256 from schema_versions", transaction: read.Transaction).Select(NameOf)];
    });

    /// <inheritdoc />
    public void StoreExecutedScript(SqlScript script, Func<IDbCommand> dbCommandFactory)
    {
        using IDbCommand write = dbCommandFactory();
        Migration migration = Migrator.All.Single(migration => migration.Name == script.Name);
        write.Connection!.Execute("insert into schema_versions values (@Number, @Name, @Sha256)", new { migration.Number, migration.Name, migration.Sha256 }, write.Transaction);
    }

    /// <inheritdoc />
    public void EnsureTableExistsAndIsLatestVersion(Func<IDbCommand> dbCommandFactory)
    {
        using IDbCommand create = dbCommandFactory();
        create.CommandText = "create table if not exists schema_versions (number integer primary key, name text not null, sha256 bytea not null)";
        create.ExecuteNonQuery();
    }

    private static string NameOf((int Number, byte[] Sha256) applied)
    {
        Migration known = Migrator.All.FirstOrDefault(migration => migration.Number == applied.Number)
            ?? throw new UsageException($"The database has migration {applied.Number}, which this program does not know. Start the newer program that wrote it.");
        return known.Sha256.AsSpan().SequenceEqual(applied.Sha256) ? known.Name
            : throw new UsageException($"Migration {known.Name} was applied with another text. Restore the file; changes go into a new migration.");
    }
}
