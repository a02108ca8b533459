using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Storage;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Cooperative;

/// <summary>When the gateway speaks to cooperative and chain, so that the moment tells nothing about the people at home.</summary>
/// <remarks>
/// It looks around at a steady pace with a random part, whatever happens on the shelves. What follows from somebody's act (a pack that ran out, a yes, a delivery that
/// was unpacked) leaves after a random wait. A wait is a keyed hash of what waits, so it is the same after a kill; the key never leaves <c>gateway.db</c>. All of it is
/// household time. Thread safe.
/// </remarks>
internal sealed class Discretion
{
    private static readonly TimeSpan UsualPace = TimeSpan.FromHours(6);

    private readonly byte[] _key;
    private readonly Lock _lock = new();
    private ulong _looks;

    /// <summary>Keeps its key inside <paramref name="file"/>.</summary>
    /// <param name="file">The gateway's state.</param>
    /// <param name="household">Its configuration says how long a wait may be.</param>
    /// <param name="membership">The cooperative's veto window bounds it.</param>
    public Discretion(SqliteFile file, Household household, Membership membership)
        : this(KeyOf(file), Longest(household.Options.Ordering, membership.Info.VetoSeconds)) =>
        _looks = BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(sizeof(ulong))); // no start repeats the looks of the last one

    /// <summary>Waits by a key of one's own.</summary>
    /// <param name="key">Any bytes.</param>
    /// <param name="most">The longest wait.</param>
    internal Discretion(byte[] key, TimeSpan most) => (_key, Most) = (key, most);

    /// <summary>The longest wait before an order or a delivery's signature leaves the house.</summary>
    public TimeSpan Most { get; }

    /// <summary>The wait before the evidence of an order is sealed, so that its block does not tell when somebody took the last pack or said yes.</summary>
    public TimeSpan BeforeOrder(Gtin gtin, uint number) => Most * Draw($"order/{gtin}/{number}");

    /// <summary>The wait before a delivery is signed, so that the signature does not tell when somebody unpacked it.</summary>
    public TimeSpan BeforeDelivery(OrderId order) => Most * Draw($"delivery/{order}");

    /// <summary>The pause until the next look at store and chain: the usual pace, up to a half shorter or longer.</summary>
    public TimeSpan UntilNextLook()
    {
        ulong look;
        lock (_lock)
            look = unchecked(++_looks);
        return UsualPace * (0.5 + Draw($"look/{look}"));
    }

    /// <summary>A number from 0 to below 1 that only the key's holder can foretell.</summary>
    private double Draw(string what) =>
        (BinaryPrimitives.ReadUInt64BigEndian(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(what))) >> 11) / (double)(1UL << 53);

    /// <summary>As configured, and never more than a sixth of the veto window: a cooperative that lives faster has shorter windows for everything.</summary>
    private static TimeSpan Longest(OrderingOptions options, long vetoSeconds)
    {
        TimeSpan wanted = TimeSpan.FromMinutes(options.DelayMinutes), allowed = TimeSpan.FromSeconds(vetoSeconds / 6.0);
        return wanted < allowed ? wanted : allowed;
    }

    private static byte[] KeyOf(SqliteFile file)
    {
        file.Migrate("discretion", ["CREATE TABLE discretion(id INTEGER PRIMARY KEY CHECK (id = 1), key BLOB NOT NULL) STRICT"]);
        file.Write((writer, transaction) =>
        {
            Sql.Run(writer, transaction, "INSERT INTO discretion(id, key) VALUES (1, @k) ON CONFLICT DO NOTHING",
                new { k = RandomNumberGenerator.GetBytes(32) });
        });
        return file.Read(reader => Sql.Query<byte[]>(reader, "SELECT key FROM discretion"))[0];
    }
}
