using Microsoft.Data.Sqlite;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Storage;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Ordering;

/// <summary>What a relayed call is for; the names are the protocol's.</summary>
internal enum RelayKind : byte
{
    /// <summary>A call by the member's account, signed with the member key.</summary>
    Execute = 1,

    /// <summary>An order, signed with the device key.</summary>
    Trigger = 2,

    /// <summary>A veto, signed with the device key.</summary>
    Cancel = 3,

    /// <summary>A delivery, signed with the device key.</summary>
    Deliver = 4,

    /// <summary>Matured rewards, which anybody may bring and only the account is paid.</summary>
    Claim = 5,
}

/// <summary>Where a relayed call stands.</summary>
internal enum RelayStatus : byte
{
    /// <summary>Signed and kept; the store does not have it yet.</summary>
    Kept = 0,

    /// <summary>The store has it.</summary>
    Handed = 1,

    /// <summary>It is on chain. Final.</summary>
    Mined = 2,

    /// <summary>Store or chain refused it. Final.</summary>
    Refused = 3,
}

/// <summary>A signed call that the store should bring on chain once.</summary>
/// <param name="Id">Chosen here: an order's own id, or a random one; the same id again is the same call.</param>
/// <param name="Kind">What for.</param>
/// <param name="To">The contract.</param>
/// <param name="Data">Selector and arguments, signature included.</param>
/// <param name="Subject">What it is about: the order's or mandate's id.</param>
/// <param name="After">The call that must be on chain before this one, or null.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Reason">Why it was refused, or null.</param>
internal sealed record Relay(Hash32 Id, RelayKind Kind, AccountAddress To, byte[] Data, Hash32 Subject, Hash32? After = null, RelayStatus Status = RelayStatus.Kept, string? Reason = null)
{
    /// <summary>True once nothing more will happen.</summary>
    public bool IsFinal => Status is RelayStatus.Mined or RelayStatus.Refused;
}

/// <summary>The outbox towards the store: kept together with what it is about, handed over until store or chain has spoken.</summary>
/// <remarks>Thread safe.</remarks>
internal sealed class RelayBook
{
    private const string Columns = "id, kind, call_to, data, subject, after, status, reason";

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
        ]);
    }

    /// <summary>Keeps a call inside the caller's transaction, with what it is about.</summary>
    /// <exception cref="SqliteException">A call with that id is there already.</exception>
    public static void Append(SqliteConnection writer, SqliteTransaction transaction, Relay relay) =>
        Sql.Run(writer, transaction, $"INSERT INTO relays({Columns}) VALUES ($id, $kind, $to, $data, $subject, $after, $status, $reason)",
            ("$id", relay.Id), ("$kind", relay.Kind), ("$to", relay.To.ToString()), ("$data", relay.Data), ("$subject", relay.Subject), ("$after", relay.After),
            ("$status", relay.Status), ("$reason", relay.Reason));

    /// <summary>Keeps a call of its own.</summary>
    public void Append(Relay relay) => _file.Write((writer, transaction) => { Append(writer, transaction, relay); });

    /// <summary>All calls that are not final, oldest first.</summary>
    public IReadOnlyList<Relay> UnderWay() => Query("status < 2 ORDER BY number");

    /// <summary>All calls about an order or mandate, oldest first.</summary>
    public IReadOnlyList<Relay> About(Hash32 subject) => Query("subject = $s ORDER BY number", ("$s", subject));

    /// <summary>A call, or null.</summary>
    public Relay? Find(Hash32 id) => Query("id = $id", ("$id", id)).FirstOrDefault();

    /// <summary>Notes where a call stands now; a final one stays as it is.</summary>
    public void Note(Hash32 id, RelayStatus status, string? reason) =>
        _file.Write((writer, transaction) =>
        {
            Sql.Run(writer, transaction, "UPDATE relays SET status = $s, reason = $r WHERE id = $id AND status < 2", ("$s", status), ("$r", reason), ("$id", id));
        });

    private List<Relay> Query(string where, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        (string, object?)[] kept = [.. values];
        return _file.Read(reader => Sql.Query(reader, $"SELECT {Columns} FROM relays WHERE {where}", Read, kept));
    }

    private static Relay Read(SqliteDataReader row) => new(
        row.Hash(0), (RelayKind)row.GetInt64(1), AccountAddress.Parse(row.GetString(2)), row.GetFieldValue<byte[]>(3), row.Hash(4), row.HashOrNull(5),
        (RelayStatus)row.GetInt64(6), row.TextOrNull(7));
}
