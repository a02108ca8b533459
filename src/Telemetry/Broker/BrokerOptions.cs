using System.Net;

namespace PantryChain.Telemetry.Broker;

/// <summary>Where the embedded home broker listens and whom it lets in.</summary>
public sealed record BrokerOptions
{
    /// <summary>Address of the household's own programs; the gateway itself comes in by a door of its own on this machine.</summary>
    /// <value>Default loopback: nobody beyond this machine. Any other address is opened only while there is a user with a password and <see cref="Anonymous"/> is null.</value>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>TCP port.</summary>
    /// <value>1 to 65 535, default 1883; 0 takes a free one.</value>
    public int Port { get; init; } = 1883;

    /// <summary>PEM file of the broker's certificate; with one every connection but the gateway's own is TLS.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of its private key, without a pass phrase.</summary>
    public string? KeyFile { get; init; }

    /// <summary>What a client without a user name may do.</summary>
    /// <value>Default null: nobody comes in without a login.</value>
    public Rights? Anonymous { get; init; }

    /// <summary>What bounds memory, disk and waiting.</summary>
    public BrokerLimits Limits { get; init; } = new();
}

/// <summary>What no client of the embedded broker may go beyond.</summary>
/// <remarks>
/// The gateway's heap ends at 64 MB. The largest sums of these bounds (packets on their way in, what waits, what is retained) stay below half of it.
/// </remarks>
public sealed record BrokerLimits
{
    /// <summary>Largest packet before CONNECT was accepted: a login, a client id and a will.</summary>
    /// <value>Bytes; default 4 KiB.</value>
    public int StrangersPacket { get; init; } = 4_096;

    /// <summary>Largest packet of a client that is in.</summary>
    /// <value>Bytes; default 256 KiB.</value>
    public int Packet { get; init; } = 262_144;

    /// <summary>Most clients that are in, without the gateway itself.</summary>
    public int Clients { get; init; } = 48;

    /// <summary>Most clients that are in from one address; /64 of IPv6.</summary>
    public int ClientsPerAddress { get; init; } = 32;

    /// <summary>Most connections of one address that have not sent their CONNECT yet.</summary>
    public int StrangersPerAddress { get; init; } = 16;

    /// <summary>Most connections of all addresses that have not sent their CONNECT yet.</summary>
    public int Strangers { get; init; } = 64;

    /// <summary>Time from the connection to its accepted CONNECT, TLS included.</summary>
    /// <value>Real time; default 10 s.</value>
    public TimeSpan ConnectWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time in which a client must take what is sent to it.</summary>
    /// <value>Real time; default 30 s.</value>
    public TimeSpan TakeWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest keep alive; a client that asks for more, or for none, is told this one (MQTT 5).</summary>
    /// <value>Real time; default 5 min.</value>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Most packets of one client whose answer it has not taken yet; then nothing more of it is read.</summary>
    public int Unanswered { get; init; } = 100;

    /// <summary>Most messages that one client was sent and has not acknowledged, if its own Receive Maximum is not lower.</summary>
    public int Window { get; init; } = 100;

    /// <summary>Most subscriptions of one client.</summary>
    public int Subscriptions { get; init; } = 200;

    /// <summary>Longest topic or filter.</summary>
    /// <value>Characters; default 256.</value>
    public int TopicLength { get; init; } = 256;

    /// <summary>Most levels of a topic or filter.</summary>
    public int TopicLevels { get; init; } = 16;

    /// <summary>Most bytes that wait for one client.</summary>
    public long WaitingPerClient { get; init; } = 6 << 20;

    /// <summary>Most bytes that wait for all clients.</summary>
    public long Waiting { get; init; } = 12 << 20;

    /// <summary>Bytes that may wait for a client that is there even when readers who do not read have used up <see cref="Waiting"/>.</summary>
    public long Share { get; init; } = 64 << 10;

    /// <summary>Most retained topics of all clients but the gateway.</summary>
    public int RetainedTopics { get; init; } = 1_000;

    /// <summary>Most retained bytes of all clients but the gateway; the gateway may hold as much again, and twice the topics.</summary>
    public long RetainedBytes { get; init; } = 2 << 20;

    /// <summary>Most sessions of one user that are kept while their client is away; the one that is away longest makes room.</summary>
    public int SessionsPerUser { get; init; } = 16;

    /// <summary>How long a session is kept at most while its client is away.</summary>
    /// <value>Real time; default 30 days.</value>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How often what changed is written to the broker's file; a kill forgets that much.</summary>
    /// <value>Real time; default 5 s.</value>
    public TimeSpan SaveEvery { get; init; } = TimeSpan.FromSeconds(5);
}
