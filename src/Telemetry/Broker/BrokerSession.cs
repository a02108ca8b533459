using System.Diagnostics.CodeAnalysis;

namespace PantryChain.Telemetry.Broker;

/// <summary>A subscription with its options (MQTT 5 section 3.8.3.1).</summary>
/// <param name="Filter">The filter.</param>
/// <param name="Qos">At most how it is delivered, 0 or 1.</param>
/// <param name="NoLocal">Not what the client itself publishes.</param>
/// <param name="AsPublished">Keeps the retained flag.</param>
internal sealed record Wish(string Filter, byte Qos, bool NoLocal, bool AsPublished);

/// <summary>What the broker knows of one client: what it wants, what waits for it, what it was sent and has not acknowledged.</summary>
/// <remarks>Guarded by the <see cref="PostOffice"/>'s lock. Client ids are each user's own: <c>USER/CLIENT</c>, so nobody takes another's session over.</remarks>
internal sealed class BrokerSession(string id, string user, Rights rights, bool isOwn)
{
    private readonly Dictionary<ushort, Parcel> _sent = [];
    private Queue<Parcel> _waiting = new();
    private ushort _lastId;

    /// <summary>User and client id.</summary>
    public string Id => id;

    /// <summary>Whose it is; empty for a client without a login.</summary>
    public string User => user;

    /// <summary>What its user may do; as of the newest login.</summary>
    public Rights Rights { get; set; } = rights;

    /// <summary>True for the gateway itself.</summary>
    public bool IsOwn => isOwn;

    /// <summary>How long it is kept without its client; zero ends it with the connection.</summary>
    public TimeSpan Expiry { get; set; }

    /// <summary>Since when its client is away; null while it is there.</summary>
    public DateTimeOffset? LeftAt { get; set; }

    /// <summary>The connection of now, or null.</summary>
    public ClientChannel? Channel { get; set; }

    /// <summary>Most messages that may be sent and not acknowledged.</summary>
    public int Window { get; set; }

    /// <summary>Subscriptions by filter.</summary>
    public Dictionary<string, Wish> Wishes { get; } = new(StringComparer.Ordinal);

    /// <summary>Bytes that wait or are not acknowledged.</summary>
    public long Bytes { get; private set; }

    /// <summary>Messages that wait or are not acknowledged.</summary>
    public int Count => _waiting.Count + _sent.Count;

    /// <summary>Everything that waits, for those who end the session.</summary>
    public IEnumerable<Parcel> All => _sent.Values.Concat(_waiting);

    /// <summary>Puts a message at the end.</summary>
    public void Enqueue(Parcel parcel)
    {
        _waiting.Enqueue(parcel);
        Bytes += parcel.Letter.Size;
    }

    /// <summary>Takes the next message off and gives it an id when it wants an answer; false when none waits or the window is full.</summary>
    public bool TryNext([NotNullWhen(true)] out Parcel? next, out ushort packetId)
    {
        packetId = 0;
        if (!_waiting.TryPeek(out next) || (next.Qos > 0 && _sent.Count >= Window))
            return false;
        _waiting.Dequeue();
        if (next.Qos == 0)
        {
            Bytes -= next.Letter.Size;
            return true;
        }
        packetId = FreeId();
        _sent[packetId] = next;
        return true;
    }

    /// <summary>The client has a message, or never will; null for an id that is not open.</summary>
    public Parcel? Done(ushort packetId)
    {
        if (!_sent.Remove(packetId, out Parcel? parcel))
            return null;
        Bytes -= parcel.Letter.Size;
        return parcel;
    }

    /// <summary>Puts what was sent and not acknowledged before what waits, in the order of before; what wants no answer is given up, because its time was then.</summary>
    public void Rewind()
    {
        foreach (Parcel parcel in _sent.Values)
            parcel.WasSent = true;
        _waiting = new Queue<Parcel>(_sent.Values.Concat(_waiting).Where(parcel => parcel.Qos > 0).OrderBy(parcel => parcel.Number));
        _sent.Clear();
        Bytes = _waiting.Sum(parcel => (long)parcel.Letter.Size);
    }

    private ushort FreeId()
    {
        do
            _lastId = _lastId == ushort.MaxValue ? (ushort)1 : (ushort)(_lastId + 1);
        while (_sent.ContainsKey(_lastId));
        return _lastId;
    }
}
