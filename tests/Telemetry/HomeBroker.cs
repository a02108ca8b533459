using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.Domain.Identity;
using PantryChain.Rehearsal.Parts;
using PantryChain.Telemetry.Broker;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Telemetry.Tests;

/// <summary>Which broker a home has: both are promised the same.</summary>
public enum BrokerKind
{
    /// <summary>Debian's mosquitto, a process of its own.</summary>
    Mosquitto,

    /// <summary>The one inside the gateway.</summary>
    Embedded,
}

/// <summary>A real broker for one test, mosquitto or the gateway's own, and links to it.</summary>
internal sealed class HomeBroker : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<MqttLink> _links = [];
    private int _port;

    private HomeBroker()
    {
    }

    public static readonly Topics Topics = new(new GatewayId("kim-1"));

    /// <summary>Mosquitto; there is none where the broker is the gateway's own.</summary>
    public MosquittoPart Part { get; private set; } = null!;

    /// <summary>The gateway's own broker of now, or null.</summary>
    public EmbeddedBroker? Embedded { get; private set; }

    public int Port => Embedded?.Listens!.Port ?? Part.Port;

    public string Folder => _folder.Path;

    public static async Task<HomeBroker> StartAsync(Func<string, Task<BrokerAccess>>? access = null)
    {
        HomeBroker broker = new();
        broker.Part = new MosquittoPart(broker._folder.Inside("broker"), access: access is null ? null : await access(broker.Folder));
        await broker.Part.StartAsync();
        return broker;
    }

    public static async Task<HomeBroker> StartAsync(BrokerKind kind)
    {
        if (kind == BrokerKind.Mosquitto)
            return await StartAsync();
        HomeBroker broker = new();
        await broker.EmbedAsync(0);
        return broker;
    }

    /// <summary>Kills the broker as a power cut does, has it lose what it kept, and starts it again where it was.</summary>
    public async Task ForgetAsync()
    {
        int port = Port;
        await KillAsync();
        File.Delete(Kept);
        await StartAgainAsync(port);
    }

    /// <summary>Has the broker write what it keeps, and keeps a copy for <see cref="ForgetSinceAsync"/>.</summary>
    public async Task SaveAsync()
    {
        if (Embedded is not null)
            Embedded.Save();
        else
        {
            File.Delete(Kept);
            await Part.SignalAsync("USR1"); // mosquitto(8): writes its state to disk now
            await Eventually.BeTrueAsync(() => File.Exists(Kept), "the broker's saved state");
        }
        foreach (string end in Files.Where(end => File.Exists(Kept + end)))
            File.Copy(Kept + end, _folder.Inside("before" + end), overwrite: true);
    }

    /// <summary>Kills the broker as a power cut does, and starts it again with what <see cref="SaveAsync"/> saw.</summary>
    public async Task ForgetSinceAsync()
    {
        int port = Port;
        await KillAsync();
        foreach (string end in Files)
        {
            File.Delete(Kept + end);
            if (File.Exists(_folder.Inside("before" + end)))
                File.Copy(_folder.Inside("before" + end), Kept + end);
        }
        await StartAgainAsync(port);
    }

    /// <summary>Kills the broker as a power cut does and starts it again where it was.</summary>
    public async Task RestartAsync()
    {
        int port = Port;
        await KillAsync();
        await StartAgainAsync(port);
    }

    public MqttOptions Options(string clientId) => new()
    {
        Host = "127.0.0.1", Port = Port, ClientId = clientId, RetryFirst = TimeSpan.FromMilliseconds(20), RetryMost = TimeSpan.FromMilliseconds(100),
    };

    public MqttLink Link(MqttOptions options, ILogger<MqttLink>? log = null)
    {
        MqttLink link = new(options, log ?? NullLogger<MqttLink>.Instance);
        _links.Add(link);
        return link;
    }

    public async Task<MqttLink> ConnectedAsync(MqttOptions options)
    {
        MqttLink link = Link(options);
        link.Start();
        await link.WaitConnectedAsync(default).InTimeAsync();
        return link;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (MqttLink link in _links)
            await link.DisposeAsync();
        if (Part is not null)
            await Part.DisposeAsync();
        if (Embedded is not null)
            await Embedded.DisposeAsync();
        _folder.Dispose();
    }

    private static readonly string[] Files = ["", "-wal", "-shm"];

    private string EmbeddedFile => _folder.Inside("home-broker.db");

    private string Kept => Embedded is null ? Path.Combine(Part.Folder, "mosquitto.db") : EmbeddedFile;

    public async Task KillAsync()
    {
        _port = Port;
        if (Embedded is not null)
        {
            await Embedded.KillAsync();
            return;
        }
        Part.Kill();
        await Part.WaitForExitAsync();
    }

    public Task StartAgainAsync() => StartAgainAsync(_port);

    private Task StartAgainAsync(int port) => Embedded is null ? Part.StartAsync() : EmbedAsync(port);

    private async Task EmbedAsync(int port)
    {
        BrokerOptions options = new() { Port = port, Anonymous = Rights.Everything, Limits = new BrokerLimits { SaveEvery = TimeSpan.FromMilliseconds(50) } };
        Embedded = new EmbeddedBroker(options, new BrokerUsers(_folder.Inside("home-users.json"), Rights.Everything), EmbeddedFile, TimeProvider.System, NullLogger<EmbeddedBroker>.Instance);
        await Embedded.StartAsync(CancellationToken.None);
    }
}

/// <summary>Keeps what arrives on a filter.</summary>
internal sealed class Listener
{
    public Listener(IMqttLink link, string filter) => link.Subscribe(filter, Messages.Enqueue);

    public ConcurrentQueue<MqttMessage> Messages { get; } = new();

    public IEnumerable<string> Texts => Messages.Select(message => Encoding.UTF8.GetString(message.Payload.Span));
}
