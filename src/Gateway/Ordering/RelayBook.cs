using Dapper;
using Microsoft.Data.Sqlite;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Storage;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Ordering;

/// <summary>The outbox towards the chain: kept together with what it is about, handed over until the chain has spoken.</summary>
/// <remarks>Thread safe.</remarks>
internal sealed class RelayBook
{
    private const string Columns = "id, kind, call_to, data, subject, after, status, reason, until, doubted";

    private readonly SqliteFile _file;

    /// <summary>Opens the table inside <paramref name="file"/>.</summary>
    public RelayBook(SqliteFile file)
    {
        _file = file;
        file.Migrate("relays",
        [
            """
            CREATE TABLE relays(
                number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, kind INTEGER NOT NULL, call_to TEXT NOT NULL, data BLOB NOT NULL, subject BLOB NOT NULL,
                after BLOB, status INTEGER NOT NULL, reason TEXT) STRICT;
            CREATE INDEX relays_under_way ON relays(status) WHERE status < 2;
            CREATE INDEX relays_by_subject ON relays(subject);
            """,
            """
            ALTER TABLE relays ADD COLUMN until INTEGER;
            CREATE TABLE relay_tries(call BLOB NOT NULL, relay TEXT NOT NULL, handed_as BLOB NOT NULL, has INTEGER NOT NULL, tries INTEGER NOT NULL, trouble TEXT,
                PRIMARY KEY(call, relay)) STRICT, WITHOUT ROWID;
            """,
            "ALTER TABLE relays ADD COLUMN doubted INTEGER NOT NULL DEFAULT 0",
        ]);
    }

    /// <summary>Keeps a call inside the caller's transaction, with what it is about.</summary>
    /// <exception cref="SqliteException">A call with that id is there already.</exception>
    public static void Append(SqliteConnection writer, SqliteTransaction transaction, Relay relay) =>
        Sql.Run(writer, transaction, $"INSERT INTO relays({Columns}) VALUES (@id, @kind, @to, @data, @subject, @after, @status, @reason, @until, @doubted)",
            new { id = relay.Id, kind = relay.Kind, to = relay.To, data = relay.Data, subject = relay.Subject, after = relay.After,
                status = relay.Status, reason = relay.Reason, until = relay.Until, doubted = relay.Doubted });

    /// <summary>Takes back what no relay said to have; false, with nothing changed, when one did.</summary>
    public bool TryDrop(Hash32 id, string reason) =>
        _file.Write((writer, transaction) => Sql.Run(writer, transaction, "UPDATE relays SET status = 3, reason = @r WHERE id = @id AND status = 0",
            new { r = reason, id }) > 0);

    /// <summary>How far each relay got with a call.</summary>
    public IReadOnlyList<RelayTry> TriesOf(Hash32 call) => _file.Read(reader => Sql.Query<RelayTry>(
        reader, "SELECT relay, handed_as, has, tries, trouble FROM relay_tries WHERE call = @call", new { call }));

    /// <summary>Keeps how far a relay got; before it is asked, so that a call of which nobody may know is one of which nobody does.</summary>
    public void Keep(Hash32 call, RelayTry tried) =>
        _file.Write((writer, transaction) =>
        {
            Sql.Run(writer, transaction,
                """
                INSERT INTO relay_tries(call, relay, handed_as, has, tries, trouble) VALUES (@c, @r, @as, @has, @n, @t)
                ON CONFLICT(call, relay) DO UPDATE SET handed_as = @as, has = @has, tries = @n, trouble = @t
                """,
                new { c = call, r = tried.Relay, @as = tried.HandedAs, has = tried.Has, n = tried.Tries, t = tried.Trouble });
        });

    /// <summary>Keeps a call of its own.</summary>
    public void Append(Relay relay) => _file.Write((writer, transaction) => { Append(writer, transaction, relay); });

    /// <summary>All calls that are not final, oldest first.</summary>
    public IReadOnlyList<Relay> UnderWay() => Query("status < 2 ORDER BY number");

    /// <summary>All calls about an order or mandate, oldest first.</summary>
    public IReadOnlyList<Relay> About(Hash32 subject) => Query("subject = @s ORDER BY number", new { s = subject });

    /// <summary>The newest calls, newest first.</summary>
    public IReadOnlyList<Relay> Newest(int limit) => Query("1 ORDER BY number DESC LIMIT @n", new { n = limit });

    /// <summary>A call, or null.</summary>
    public Relay? Find(Hash32 id) => Query("id = @id", new { id }).FirstOrDefault();

    /// <summary>Notes where a call stands now; a final one stays as it is.</summary>
    public void Note(Hash32 id, RelayStatus status, string? reason) =>
        _file.Write((writer, transaction) =>
        {
            Sql.Run(writer, transaction, "UPDATE relays SET status = @s, reason = @r WHERE id = @id AND status < 2",
                new { s = status, r = reason, id });
        });

    private List<Relay> Query(string where, object? values = null) =>
        [.. _file.Read(reader => Sql.Query<Row>(reader, $"SELECT {Columns} FROM relays WHERE {where}", values)).Select(row => row.ToRelay())];

    [method: ExplicitConstructor]
    private sealed record Row(
        Hash32 Id, RelayKind Kind, AccountAddress CallTo, byte[] Data, Hash32 Subject, Hash32? After, RelayStatus Status, string? Reason, DateTimeOffset? Until, bool Doubted)
    {
        public Relay ToRelay() => new(Id, Kind, CallTo, Data, Subject, After, Status, Reason) { Until = Until, Doubted = Doubted };
    }
}
