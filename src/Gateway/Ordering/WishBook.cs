using Dapper;
using Microsoft.Data.Sqlite;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Storage;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Ordering;

/// <summary>What the member said on the pages about ordering and may take back any time: nobody is at home, this substitute not.</summary>
/// <remarks>Rows of <c>gateway.db</c>; what <c>gateway.json</c> allows is the outer bound. Thread safe.</remarks>
internal sealed class WishBook
{
    private readonly SqliteFile _file;
    private readonly HashSet<(Gtin Product, Gtin Substitute)> _refused;
    private readonly Lock _lock = new();
    private Absence? _absence;
    private long _version;

    /// <summary>Opens the tables inside <paramref name="file"/>.</summary>
    public WishBook(SqliteFile file)
    {
        _file = file;
        file.Migrate("wishes",
        [
            """
            CREATE TABLE absences(number INTEGER PRIMARY KEY, since INTEGER NOT NULL, until INTEGER, ended INTEGER) STRICT;
            CREATE TABLE refused_substitutes(gtin INTEGER NOT NULL, substitute INTEGER NOT NULL, PRIMARY KEY(gtin, substitute)) STRICT, WITHOUT ROWID;
            """,
        ]);
        _refused = file.Read(reader => Sql.Query<(Gtin, Gtin)>(reader, "SELECT gtin, substitute FROM refused_substitutes")).ToHashSet();
        _absence = file.Read(reader => Sql.Query<Absence>(
            reader, "SELECT since, until FROM absences WHERE ended IS NULL ORDER BY number DESC LIMIT 1")).FirstOrDefault();
    }

    /// <summary>Changes with every wish.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>The absence that holds at an instant, or null while somebody is at home.</summary>
    public Absence? AwayAt(DateTimeOffset at)
    {
        lock (_lock)
            return _absence is { } absence && (absence.Until is null || at < absence.Until) ? absence : null;
    }

    /// <summary>Notes that nobody is at home from <paramref name="since"/> on, until an instant or until <see cref="ComeHome"/>; replaces an earlier absence.</summary>
    public void Leave(DateTimeOffset since, DateTimeOffset? until)
    {
        lock (_lock)
        {
            _file.Write((writer, transaction) =>
            {
                End(writer, transaction, since);
                Sql.Run(writer, transaction, "INSERT INTO absences(since, until) VALUES (@s, @u)", new { s = since, u = until });
            });
            _absence = new Absence(since, until);
        }
        Interlocked.Increment(ref _version);
    }

    /// <summary>Ends an absence; nothing without one.</summary>
    public void ComeHome(DateTimeOffset at)
    {
        lock (_lock)
        {
            _file.Write((writer, transaction) => { End(writer, transaction, at); });
            _absence = null;
        }
        Interlocked.Increment(ref _version);
    }

    /// <summary>True while a substitute that the configuration names may be ordered instead of a product.</summary>
    public bool Allows(Gtin product, Gtin substitute)
    {
        lock (_lock)
            return !_refused.Contains((product, substitute));
    }

    /// <summary>Allows a substitute or refuses it.</summary>
    public void Allow(Gtin product, Gtin substitute, bool allowed)
    {
        lock (_lock)
        {
            _file.Write((writer, transaction) =>
            {
                Sql.Run(writer, transaction,
                    allowed ? "DELETE FROM refused_substitutes WHERE gtin = @g AND substitute = @s" : "INSERT OR IGNORE INTO refused_substitutes VALUES (@g, @s)",
                    new { g = product, s = substitute });
            });
            _ = allowed ? _refused.Remove((product, substitute)) : _refused.Add((product, substitute));
        }
        Interlocked.Increment(ref _version);
    }

    /// <summary>The first choice for which a product may stand in by configuration and wish, or none.</summary>
    public Gtin FirstChoiceOf(Household household, Gtin substitute) =>
        household.Products.FirstOrDefault(product => product.Stock.Substitutes.Contains(substitute) && Allows(product.Product.Gtin, substitute))?.Product.Gtin ?? default;

    private static void End(SqliteConnection writer, SqliteTransaction transaction, DateTimeOffset at) =>
        Sql.Run(writer, transaction, "UPDATE absences SET ended = @at WHERE ended IS NULL", new { at });
}

/// <summary>Nobody is at home.</summary>
/// <param name="Since">Household time from which on.</param>
/// <param name="Until">Household time at which somebody is back, or null until it is said.</param>
[method: ExplicitConstructor]
internal sealed record Absence(DateTimeOffset Since, DateTimeOffset? Until);
