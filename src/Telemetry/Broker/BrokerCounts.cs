namespace PantryChain.Telemetry.Broker;

/// <summary>Why something was refused, ended or dropped by the embedded broker.</summary>
public enum BrokerRefusal : byte
{
    /// <summary>Too many connections, of one address or of all.</summary>
    Crowded,

    /// <summary>No CONNECT in time.</summary>
    SlowConnect,

    /// <summary>TLS was not agreed upon.</summary>
    Tls,

    /// <summary>A packet that claims more bytes than are allowed.</summary>
    Oversized,

    /// <summary>Something that is not MQTT.</summary>
    Malformed,

    /// <summary>A wrong name or password.</summary>
    Login,

    /// <summary>An address with too many wrong passwords; nothing was looked at.</summary>
    Guessing,

    /// <summary>A will that its user may not publish.</summary>
    Will,

    /// <summary>A message that its user may not publish.</summary>
    Publish,

    /// <summary>A subscription of which its user may read nothing.</summary>
    Subscribe,

    /// <summary>A topic or filter that is too long or too deep.</summary>
    Topic,

    /// <summary>More subscriptions than one client may have.</summary>
    Subscriptions,

    /// <summary>A retained message for which there is no room.</summary>
    Retained,

    /// <summary>A client that said nothing for one and a half of its keep alive.</summary>
    Silent,

    /// <summary>A client that does not take what is sent to it.</summary>
    SlowReader,

    /// <summary>A message for a client for whom too much waits already.</summary>
    Dropped,

    /// <summary>A session that made room for another of its user.</summary>
    Sessions,
}

/// <summary>How often each refusal happened since the start.</summary>
/// <remarks>Thread safe.</remarks>
internal sealed class BrokerCounts
{
    private readonly long[] _counts = new long[Enum.GetValues<BrokerRefusal>().Length];

    /// <summary>Counts one.</summary>
    public void Add(BrokerRefusal refusal) => Interlocked.Increment(ref _counts[(int)refusal]);

    /// <summary>How often it happened.</summary>
    public long this[BrokerRefusal refusal] => Volatile.Read(ref _counts[(int)refusal]);
}
