using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.Domain.Identity;
using PantryChain.Rehearsal.Parts;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Telemetry.Tests;

/// <summary>A real mosquitto for one test, and links to it.</summary>
internal sealed class HomeBroker : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<MqttLink> _links = [];

    private HomeBroker()
    {
    }

    public static readonly Topics Topics = new(new GatewayId("kim-1"));

    public MosquittoPart Part { get; private set; } = null!;

    public string Folder => _folder.Path;

    public static async Task<HomeBroker> StartAsync(Func<string, Task<BrokerAccess>>? access = null)
    {
        HomeBroker broker = new();
        broker.Part = new MosquittoPart(broker._folder.Inside("broker"), access: access is null ? null : await access(broker.Folder));
        await broker.Part.StartAsync();
        return broker;
    }

    public MqttOptions Options(string clientId) => new()
    {
        Host = "127.0.0.1", Port = Part.Port, ClientId = clientId, RetryFirst = TimeSpan.FromMilliseconds(20), RetryMost = TimeSpan.FromMilliseconds(100),
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
        await Part.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>Keeps what arrives on a filter.</summary>
internal sealed class Listener
{
    public Listener(IMqttLink link, string filter) => link.Subscribe(filter, Messages.Enqueue);

    public ConcurrentQueue<MqttMessage> Messages { get; } = new();

    public IEnumerable<string> Texts => Messages.Select(message => Encoding.UTF8.GetString(message.Payload.Span));
}
