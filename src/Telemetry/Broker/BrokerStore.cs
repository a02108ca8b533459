using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Microsoft.Data.Sqlite;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Telemetry.Broker;

/// <summary>What the broker's file held at the start.</summary>
/// <param name="Retained">Retained messages, and whether the gateway left them.</param>
/// <param name="Sessions">Sessions by id.</param>
/// <param name="Parcels">What waits for them, in order.</param>
/// <param name="LastNumber">The newest message's number.</param>
internal sealed record KeptPost(
    IReadOnlyList<(Letter Letter, bool IsOwn)> Retained, IReadOnlyList<(string Id, KeptSession Session)> Sessions,
    IReadOnlyList<(string Session, Parcel Parcel)> Parcels, long LastNumber);

/// <summary>Retained messages and sessions of the embedded broker over a restart, in a file of its own: the journal never waits for it.</summary>
internal sealed class BrokerStore(SqliteFile file)
{
    private const string Component = "home-broker";

    private static readonly string[] Steps =
    [
        """
        CREATE TABLE retained(topic TEXT PRIMARY KEY, packet BLOB NOT NULL, own INTEGER NOT NULL, expires_ms INTEGER) STRICT;
        CREATE TABLE sessions(id TEXT PRIMARY KEY, user TEXT NOT NULL, expiry_s INTEGER NOT NULL, left_ms INTEGER, wishes TEXT NOT NULL) STRICT;
        CREATE TABLE parcels(session TEXT NOT NULL, number INTEGER NOT NULL, packet BLOB NOT NULL, expires_ms INTEGER, retain INTEGER NOT NULL, PRIMARY KEY(session, number)) STRICT;
        """,
    ];

    /// <summary>Opens the file and brings its tables up to date.</summary>
    /// <exception cref="StorageException">It cannot be used; the text says the next step.</exception>
    public static BrokerStore Open(string path, out SqliteFile file)
    {
        file = SqliteFile.Open(path);
        try
        {
            file.Migrate(Component, Steps);
        }
        catch
        {
            file.Dispose();
            throw;
        }
        return new BrokerStore(file);
    }

    /// <summary>Everything that is kept; what cannot be read is left out.</summary>
    public KeptPost Read() => file.Read(db =>
    {
        List<(Letter, bool)> retained = [];
        foreach ((byte[] packet, long own, long? expires) in db.Query<(byte[], long, long?)>("SELECT packet, own, expires_ms FROM retained"))
        {
            if (TryRead(packet, expires) is { } letter)
                retained.Add((letter, own != 0));
        }
        List<(string, Parcel)> parcels = [];
        foreach ((string session, long number, byte[] packet, long? expires, long retain) in
            db.Query<(string, long, byte[], long?, long)>("SELECT session, number, packet, expires_ms, retain FROM parcels ORDER BY number"))
        {
            if (TryRead(packet, expires) is { } letter)
                parcels.Add((session, new Parcel(number, letter, 1, retain != 0)));
        }
        return new KeptPost(retained, [.. Sessions(db)], parcels, db.ExecuteScalar<long?>("SELECT max(number) FROM parcels") ?? 0);
    });

    /// <summary>Writes all changes in one transaction.</summary>
    /// <exception cref="SqliteException">The disk refused; nothing was written.</exception>
    public void Write(PendingChanges changes) => file.Write((db, transaction) =>
    {
        if (changes.IsWhole)
            db.Execute("DELETE FROM retained; DELETE FROM sessions; DELETE FROM parcels", transaction: transaction);
        foreach ((string topic, (Letter Letter, bool IsOwn)? kept) in changes.Retained)
        {
            db.Execute("DELETE FROM retained WHERE topic = @topic", new { topic }, transaction);
            if (kept is { } one)
                db.Execute("INSERT INTO retained(topic, packet, own, expires_ms) VALUES (@topic, @packet, @own, @expires)",
                    new { topic, packet = one.Letter.ToBytes(), own = one.IsOwn ? 1 : 0, expires = Milliseconds(one.Letter.Expires) }, transaction);
        }
        foreach (string id in changes.Ended)
            db.Execute("DELETE FROM parcels WHERE session = @id", new { id }, transaction);
        foreach ((string id, KeptSession? session) in changes.Sessions)
        {
            if (session is null)
                db.Execute("DELETE FROM sessions WHERE id = @id", new { id }, transaction);
            else
                db.Execute("INSERT OR REPLACE INTO sessions(id, user, expiry_s, left_ms, wishes) VALUES (@id, @User, @expiry, @left, @wishes)", new
                {
                    id, session.User, expiry = (long)session.Expiry.TotalSeconds, left = Milliseconds(session.LeftAt),
                    wishes = JsonSerializer.Serialize([.. session.Wishes], BrokerStoreJson.Default.ListWish),
                }, transaction);
        }
        foreach (((string session, long number), Parcel? parcel) in changes.Parcels)
        {
            if (parcel is null)
                db.Execute("DELETE FROM parcels WHERE session = @session AND number = @number", new { session, number }, transaction);
            else
                db.Execute("INSERT OR REPLACE INTO parcels(session, number, packet, expires_ms, retain) VALUES (@session, @number, @packet, @expires, @retain)",
                    new { session, number, packet = parcel.Letter.ToBytes(), expires = Milliseconds(parcel.Letter.Expires), retain = parcel.Retain ? 1 : 0 },
                    transaction);
        }
    });

    private static IEnumerable<(string, KeptSession)> Sessions(SqliteConnection db)
    {
        foreach ((string id, string user, long expiry, long? left, string wishes) in
            db.Query<(string, string, long, long?, string)>("SELECT id, user, expiry_s, left_ms, wishes FROM sessions"))
        {
            if (TryWishes(wishes) is { } wanted)
                yield return (id, new KeptSession(user, TimeSpan.FromSeconds(Math.Clamp(expiry, 0, int.MaxValue)), Time(left), wanted));
        }
    }

    private static List<Wish>? TryWishes(string wishes)
    {
        try
        {
            List<Wish> read = JsonSerializer.Deserialize(wishes, BrokerStoreJson.Default.ListWish) ?? [];
            return [.. read.OfType<Wish>().Where(wish => wish.Qos <= 1 && TopicRules.OfFilter(wish.Filter, new BrokerLimits()) == TopicFault.None)];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Letter? TryRead(byte[] packet, long? expires)
    {
        try
        {
            return Letter.Read(packet, Time(expires));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static DateTimeOffset? Time(long? at) =>
        at is { } time ? DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(time, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())) : null;

    private static long? Milliseconds(DateTimeOffset? at) => at?.ToUnixTimeMilliseconds();
}

/// <summary>Subscriptions in the file.</summary>
[JsonSerializable(typeof(List<Wish>))]
internal sealed partial class BrokerStoreJson : JsonSerializerContext;
