using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PantryChain.Rehearsal.Parts;

/// <summary>Who may do what at a broker: files in mosquitto's formats (mosquitto.conf(5), <c>password_file</c> and <c>acl_file</c>).</summary>
/// <param name="PasswordFile">Full path of the password file.</param>
/// <param name="AclFile">Full path of the access list.</param>
public sealed record BrokerAccess(string PasswordFile, string AclFile)
{
    /// <summary>Whether each user is one client, whatever id it names: then nobody can take another's session over (<c>use_username_as_clientid</c>).</summary>
    /// <value>Default false, as at home, where one login may serve several programs.</value>
    public bool UserIsClient { get; init; }
}

/// <summary>What the cooperative's broker lets its users do: the one text that rehearsal, tests and docs/store.md share.</summary>
public static class CooperativeBroker
{
    /// <summary>Lines of mosquitto.conf that keep one household from taking what all share: another's session, memory, disk.</summary>
    public const string Bounds = "use_username_as_clientid true\nmessage_size_limit 150000\nmax_queued_bytes 33554432";

    /// <summary>The access list: the store hears blocks and tells of blocks and orders, a household writes its block and status and reads what is told to it.</summary>
    public const string Access = """
        user store
        topic read pantrychain/v1/+/block
        topic write pantrychain/v1/+/block/state
        topic write pantrychain/v1/+/order/+

        pattern write pantrychain/v1/%u/block
        pattern write pantrychain/v1/%u/status
        pattern read pantrychain/v1/%u/block/state
        pattern read pantrychain/v1/%u/order/+

        """;
}

/// <summary>An MQTT broker: Debian's mosquitto with persistence in its folder.</summary>
/// <remarks>
/// Messages and sessions are saved every second, so a kill forgets at most the last second of what was acknowledged; readers and writers make good for
/// it end to end (protocol, "MQTT"). SIGHUP makes it read password and access files anew.
/// </remarks>
public sealed class MosquittoPart : Part
{
    // MQTT 5.0 §3.1: CONNECT, 13 bytes follow, protocol name "MQTT", level 5, clean start, keep alive 5 s, no properties, empty client id.
    private static readonly byte[] Connect = [0x10, 13, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 5, 2, 0, 5, 0, 0, 0];
    private const byte ConnectAcknowledged = 0x20; // §3.2

    private readonly BrokerAccess? _access;

    /// <summary>A broker; without <paramref name="access"/> anybody on this machine may do everything.</summary>
    public MosquittoPart(string folder, int port = 0, BrokerAccess? access = null, string name = "mosquitto") : base(name, folder, port) => _access = access;

    /// <summary>Makes and starts a broker.</summary>
    public static async Task<MosquittoPart> StartNewAsync(string folder, BrokerAccess? access = null, CancellationToken cancellation = default)
    {
        MosquittoPart part = new(folder, access: access);
        await part.StartAsync(cancellation);
        return part;
    }

    /// <summary>Further lines of its configuration, for example a second listener with TLS.</summary>
    public string Extra { get; init; } = "";

    /// <summary>File with its process number, for whoever has to tell it that its passwords changed (SIGHUP).</summary>
    public string PidFile => Path.Combine(Folder, "mosquitto.pid");

    private string ConfigurationFile => Path.Combine(Folder, "mosquitto.conf");

    /// <inheritdoc />
    protected override async Task PrepareAsync(CancellationToken cancellation)
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"listener {Port} 127.0.0.1");
        text.AppendLine(_access is null ? "allow_anonymous true" : $"allow_anonymous false\npassword_file {_access.PasswordFile}\nacl_file {_access.AclFile}");
        if (_access is { UserIsClient: true })
            text.AppendLine(CooperativeBroker.Bounds);
        text.AppendLine(CultureInfo.InvariantCulture, $"pid_file {PidFile}\npersistence true\npersistence_location {Folder}/\nautosave_interval 1");
        text.AppendLine("max_queued_messages 0\nmax_inflight_messages 100\nset_tcp_nodelay true"); // 0: a reader that was away misses nothing
        text.AppendLine("log_dest stderr\nlog_type error\nlog_type warning\nlog_type notice");
        if (Environment.IsPrivilegedProcess)
            text.AppendLine("user root"); // otherwise it drops to a user that cannot write here
        text.AppendLine(Extra);
        await File.WriteAllTextAsync(ConfigurationFile, text.ToString(), cancellation);
    }

    /// <inheritdoc />
    protected override Task<ChildProcess> LaunchAsync(CancellationToken cancellation) =>
        ChildProcess.StartAsync(Tool.Find("mosquitto", "mosquitto"), ["-c", ConfigurationFile], LogFile);

    /// <inheritdoc />
    protected override async Task<bool> ProbeAsync(CancellationToken cancellation)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, Port, cancellation);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Connect, cancellation);
        byte[] answer = new byte[1];
        await stream.ReadExactlyAsync(answer, cancellation);
        return answer[0] == ConnectAcknowledged; // accepted or not authorised: either way it is up
    }
}
