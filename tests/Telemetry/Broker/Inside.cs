using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using PantryChain.Telemetry.Broker;
using PantryChain.Telemetry.Mqtt;

namespace PantryChain.Telemetry.Tests.Broker;

/// <summary>An embedded broker with users for one test, its gateway's link, and clients of every manner.</summary>
internal sealed class Inside : IAsyncDisposable
{
    public const string Password = "correct horse";

    private readonly TempFolder _folder = new();
    private readonly List<MqttLink> _links = [];
    private readonly List<IMqttClient> _clients = [];
    private readonly BrokerOptions _options;
    private readonly TimeProvider _real;

    private Inside(BrokerOptions options, TimeProvider real)
    {
        (_options, _real) = (options, real);
        Users = new BrokerUsers(_folder.Inside("home-users.json"), Rights.OfHome(HomeBroker.Topics, "homeassistant"));
    }

    public BrokerUsers Users { get; }

    public EmbeddedBroker Broker { get; private set; } = null!;

    public string Folder => _folder.Path;

    public string File => _folder.Inside("home-broker.db");

    public int Port => Broker.Listens!.Port;

    /// <summary>A broker with the users kim (a home user), noisy (may write below <c>noise/</c>) and family (may do everything), who all have one password.</summary>
    public static async Task<Inside> StartAsync(BrokerOptions? options = null, TimeProvider? real = null, bool withUsers = true)
    {
        Inside inside = new((options ?? new BrokerOptions()) with { Port = options is { Port: not 1883 } ? options.Port : 0 }, real ?? TimeProvider.System);
        if (withUsers)
            inside.Users.Save([new("kim", Hash), new("noisy", Hash, ["noise/#"], ["noise/#"]), new("family", Hash, ["#"], ["#"])]);
        await inside.BeginAsync();
        return inside;
    }

    /// <summary>Of <see cref="Password"/>; made once, because it is slow on purpose.</summary>
    public static string Hash { get; } = BrokerUsers.HashOf(Password);

    public long Refused(BrokerRefusal why) => Broker.Report().Refused.GetValueOrDefault(why);

    public async Task StopAsync()
    {
        await Broker.StopAsync(CancellationToken.None);
        await Broker.DisposeAsync();
    }

    public async Task BeginAsync()
    {
        Broker = new EmbeddedBroker(_options, Users, File, _real, NullLogger<EmbeddedBroker>.Instance);
        await Broker.StartAsync(CancellationToken.None);
    }

    public MqttOptions Login(string user, string? client = null) => new()
    {
        Host = "127.0.0.1", Port = Port, ClientId = client ?? user, Username = user, Password = Password, RetryFirst = TimeSpan.FromMilliseconds(20), RetryMost = TimeSpan.FromMilliseconds(100),
    };

    public MqttLink Link(MqttOptions options)
    {
        MqttLink link = new(options, NullLogger<MqttLink>.Instance);
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

    /// <summary>The gateway's own link, by its own door.</summary>
    public Task<MqttLink> GatewayAsync() =>
        ConnectedAsync(Login(EmbeddedBroker.OwnUser, "gateway") with { Port = Broker.OwnPort, Password = Broker.OwnPassword });

    /// <summary>A client of MQTTnet itself, for what our link never does.</summary>
    public async Task<(IMqttClient Client, MqttClientConnectResult Answer)> ClientAsync(
        string user, Action<MqttClientOptionsBuilder>? how = null, string? client = null, List<string>? heard = null, Func<MqttApplicationMessage, Task>? taken = null)
    {
        IMqttClient foreign = new MqttClientFactory().CreateMqttClient();
        _clients.Add(foreign);
        foreign.ApplicationMessageReceivedAsync += async arrived =>
        {
            if (heard is not null)
            {
                lock (heard)
                    heard.Add(arrived.ApplicationMessage.ConvertPayloadToString());
            }
            if (taken is not null)
                await taken(arrived.ApplicationMessage);
        };
        MqttClientOptionsBuilder builder = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", Port).WithProtocolVersion(MqttProtocolVersion.V500).WithClientId(client ?? user + "-client")
            .WithCredentials(user, Password).WithTimeout(TimeSpan.FromMinutes(1));
        how?.Invoke(builder);
        return (foreign, await foreign.ConnectAsync(builder.Build()).InTimeAsync());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IMqttClient client in _clients)
            client.Dispose();
        foreach (MqttLink link in _links)
            await link.DisposeAsync();
        await Broker.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>A connection that sends whatever bytes a test wants.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly System.Net.Sockets.Socket _socket = new(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp) { NoDelay = true };

    public static async Task<RawClient> ConnectAsync(int port)
    {
        RawClient client = new();
        await client._socket.ConnectAsync(IPAddress.Loopback, port);
        return client;
    }

    /// <summary>A client whose CONNECT was accepted.</summary>
    public static async Task<RawClient> LoggedInAsync(Inside inside, string user, ushort keepAlive = 60, string? clientId = null)
    {
        RawClient client = await ConnectAsync(inside.Port);
        await client.SendAsync(Packet(new MqttConnectPacket { ClientId = clientId ?? "raw", Username = user, Password = System.Text.Encoding.UTF8.GetBytes(Inside.Password), CleanSession = true, KeepAlivePeriod = keepAlive }));
        byte[] head = await client.ReadAsync(2), body = await client.ReadAsync(head[1]);
        (head[0], body[1]).Should().Be((0x20, 0), "CONNACK with success");
        return client;
    }

    /// <summary>A packet's bytes.</summary>
    public static byte[] Packet(MqttPacket packet) => new MqttPacketFormatterAdapter(MqttProtocolVersion.V500, new MqttBufferWriter(64, 65_535)).Encode(packet).ToArray();

    public async Task SendAsync(byte[] bytes)
    {
        try
        {
            await _socket.SendAsync(bytes);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // closed by the broker; the test sees that when it reads
        }
    }

    public async Task<byte[]> ReadAsync(int count)
    {
        byte[] bytes = new byte[count];
        for (int read = 0; read < count;)
        {
            int more = await _socket.ReceiveAsync(bytes.AsMemory(read)).AsTask().InTimeAsync();
            more.Should().BePositive("the broker answers");
            read += more;
        }
        return bytes;
    }

    /// <summary>Reads until the broker closes the connection.</summary>
    public async Task EndAsync()
    {
        byte[] bytes = new byte[4_096];
        try
        {
            while (await _socket.ReceiveAsync(bytes).InTimeAsync() > 0)
            {
            }
        }
        catch (System.Net.Sockets.SocketException)
        {
            // reset: closed as well
        }
    }

    /// <summary>True while nothing says that the broker closed the connection.</summary>
    public bool IsOpen => !(_socket.Poll(0, System.Net.Sockets.SelectMode.SelectRead) && _socket.Available == 0);

    public void Dispose() => _socket.Dispose();

    public static byte[] Publish(string topic, byte[] payload, ushort id = 0, bool retain = false) => Packet(new MqttPublishPacket
    {
        Topic = topic, PayloadSegment = payload, PacketIdentifier = id, Retain = retain, QualityOfServiceLevel = id == 0 ? MqttQualityOfServiceLevel.AtMostOnce : MqttQualityOfServiceLevel.AtLeastOnce,
    });
}
