using System.Buffers;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Channel;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using PantryChain.Domain.Identity;
using PantryChain.Telemetry.Broker;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Fuzz.Doors;

/// <summary>What comes to the home broker inside the gateway, and what it keeps.</summary>
internal static class BrokerDoors
{
    private static readonly Rights Usual = Rights.OfHome(new Topics(new GatewayId("haneul")), "homeassistant");

    public static IReadOnlyList<Door> All { get; } =
    [
        new("home broker connection", Shape.Bytes, Talk, bytes => Listen(bytes) > 0) { MostBytes = 2 << 20 },
        new("home broker letter", Shape.Bytes, dice => Note(dice).ToBytes(), bytes => Letter.Read(bytes, null).Topic.Length > 0)
        {
            Refusals = [typeof(FormatException)], Again = bytes => Letter.Read(bytes, null).ToBytes(),
        },
        new("home-users.json", Shape.Json, _ => """[{"name":"kim","hash":"pbkdf2-sha512$1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","reads":["#"],"writes":["a/+/b"]}]"""u8.ToArray(), ReadUsers),
    ];

    private static byte[] Talk(Dice dice) =>
    [
        .. Packet(new MqttConnectPacket { ClientId = "fuzz", Username = "kim", CleanSession = dice.OneIn(2), KeepAlivePeriod = 10 }),
        .. Packet(new MqttSubscribePacket { PacketIdentifier = 1, TopicFilters = [new MqttTopicFilter { Topic = "a/+/#" }] }), .. Note(dice).ToBytes(), 0xC0, 0x00,
    ];

    private static Letter Note(Dice dice) => Letter.Of(
        new MqttApplicationMessage { Topic = $"a/{dice.Next(100)}", Payload = new ReadOnlySequence<byte>(dice.Bytes(dice.Length(200))), QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce, ContentType = "text/plain" },
        DateTimeOffset.UnixEpoch);

    private static byte[] Packet(MqttPacket packet) => new MqttPacketFormatterAdapter(MqttProtocolVersion.V500, new MqttBufferWriter(64, 65_535)).Encode(packet).ToArray();

    /// <summary>How many packets the server would see, with a session from the first on.</summary>
    private static int Listen(byte[] bytes)
    {
        BrokerLimits limits = new();
        PostOffice post = new(limits, TimeProvider.System);
        using GuardedChannel guard = new(new Bytes(bytes), limits.StrangersPacket);
        MqttChannelAdapter wire = new(guard, new MqttPacketFormatterAdapter(new MqttBufferWriter(1_024, 16_384)), MqttNetNullLogger.Instance);
        using ClientChannel channel = new(wire, guard, new Visitor(IPAddress.Loopback, false), post, limits, TimeProvider.System, new CancellationTokenSource());
        int packets = 0;
        while (channel.ReceivePacketAsync(CancellationToken.None).GetAwaiter().GetResult() is { } packet)
        {
            if (packets++ == 0)
            {
                (BrokerSession session, bool present) = post.Arrive(new Arrival("kim/fuzz", "kim", Usual, false, true, TimeSpan.Zero, 0), channel);
                channel.Seat(session, present);
            }
            else if (packet is MqttPublishPacket publish && channel.Session is { } sender)
                post.Publish(sender, new MqttApplicationMessage { Topic = publish.Topic, Payload = publish.Payload, Retain = publish.Retain, ResponseTopic = publish.ResponseTopic, UserProperties = publish.UserProperties });
        }
        return packets;
    }

    private static bool ReadUsers(byte[] bytes)
    {
        BrokerUsers users = new(Scratch.Write("home-users.json", bytes), Usual);
        int count = users.All.Count;
        return users.Trouble is null && count <= BrokerUsers.Most;
    }

    /// <summary>A connection that brings these bytes and ends; what is sent is lost.</summary>
    private sealed class Bytes(byte[] bytes) : IMqttChannel
    {
        private int _at;

        public X509Certificate2 ClientCertificate => null!;

        public EndPoint RemoteEndPoint => new IPEndPoint(IPAddress.Loopback, 1);

        public EndPoint LocalEndPoint => new IPEndPoint(IPAddress.Loopback, 2);

        public bool IsSecureConnection => false;

        public Task ConnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task DisconnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            int read = Math.Min(count, bytes.Length - _at);
            bytes.AsSpan(_at, read).CopyTo(buffer.AsSpan(offset));
            _at += read;
            return Task.FromResult(read);
        }

        public Task WriteAsync(ReadOnlySequence<byte> buffer, bool isEndOfPacket, CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
