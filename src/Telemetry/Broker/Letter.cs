using System.Buffers;
using System.Text;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace PantryChain.Telemetry.Broker;

/// <summary>One message as it was published: shared by everybody for whom it waits, never changed.</summary>
internal sealed class Letter
{
    private const int Overhead = 300; // bytes of the objects around a message, and of its place in a queue

    private readonly MqttPublishPacket _packet;

    private Letter(MqttPublishPacket packet, DateTimeOffset? expires)
    {
        (_packet, Expires) = (packet, expires);
        Size = Overhead + (2 * packet.Topic.Length) + (int)packet.Payload.Length + (packet.CorrelationData?.Length ?? 0)
            + (2 * ((packet.ResponseTopic?.Length ?? 0) + (packet.ContentType?.Length ?? 0)))
            + (packet.UserProperties?.Sum(property => 100 + (2 * property.Name.Length) + property.ValueBuffer.Length) ?? 0);
    }

    /// <summary>Its topic.</summary>
    public string Topic => _packet.Topic;

    /// <summary>True when it takes a retained message away instead of leaving one.</summary>
    public bool IsEmpty => _packet.Payload.Length == 0;

    /// <summary>How it was published; at most 1 is delivered.</summary>
    public byte Qos => (byte)_packet.QualityOfServiceLevel;

    /// <summary>When it is no longer worth delivering, or null.</summary>
    public DateTimeOffset? Expires { get; }

    /// <summary>Bytes of memory, about, and a bound of its bytes on the wire.</summary>
    public int Size { get; }

    /// <summary>A message as a client published it.</summary>
    public static Letter Of(MqttApplicationMessage message, DateTimeOffset now) => new(
        new MqttPublishPacket
        {
            Topic = message.Topic, Payload = message.Payload, QualityOfServiceLevel = (MqttQualityOfServiceLevel)Math.Min(1, (int)message.QualityOfServiceLevel),
            ContentType = message.ContentType, CorrelationData = message.CorrelationData, ResponseTopic = message.ResponseTopic,
            PayloadFormatIndicator = message.PayloadFormatIndicator, UserProperties = message.UserProperties,
        },
        message.MessageExpiryInterval > 0 ? now.AddSeconds(message.MessageExpiryInterval) : null);

    /// <summary>What <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="FormatException">It is no PUBLISH.</exception>
    public static Letter Read(byte[] bytes, DateTimeOffset? expires)
    {
        int body = 1;
        while (body < Math.Min(bytes.Length, 5) && (bytes[body++] & 0x80) != 0) // the length, MQTT 5 section 1.5.5
        {
        }
        try
        {
            ReceivedMqttPacket packet = new(bytes[0], new ArraySegment<byte>(bytes, body, bytes.Length - body), bytes.Length);
            if (Formatter().Decode(packet) is MqttPublishPacket { Topic.Length: > 0 } publish)
                return new Letter(publish, expires);
        }
        catch (Exception error) when (error is MQTTnet.Exceptions.MqttProtocolViolationException or ArgumentException or IndexOutOfRangeException)
        {
            throw new FormatException("A kept message is no PUBLISH of MQTT 5.", error);
        }
        throw new FormatException("A kept message is no PUBLISH of MQTT 5.");
    }

    /// <summary>The message as the PUBLISH of MQTT 5 that it is: all properties, nothing of our own.</summary>
    public byte[] ToBytes() => Formatter().Encode(For(1, Qos, retain: false, dup: false, null)).ToArray();

    /// <summary>The PUBLISH that one client gets.</summary>
    public MqttPublishPacket For(ushort id, byte qos, bool retain, bool dup, DateTimeOffset? now) => new()
    {
        Topic = _packet.Topic, Payload = _packet.Payload, ContentType = _packet.ContentType, CorrelationData = _packet.CorrelationData,
        ResponseTopic = _packet.ResponseTopic,
        PayloadFormatIndicator = _packet.PayloadFormatIndicator, UserProperties = _packet.UserProperties, PacketIdentifier = id,
        QualityOfServiceLevel = (MqttQualityOfServiceLevel)qos, Retain = retain, Dup = dup,
        MessageExpiryInterval = now is { } at && Expires is { } expires ? (uint)Math.Max(1, (expires - at).TotalSeconds) : 0,
    };

    /// <summary>The text, for tests and logs.</summary>
    public override string ToString() => $"{Topic}: {Encoding.UTF8.GetString(_packet.Payload.ToArray())}";

    private static MqttPacketFormatterAdapter Formatter() => new(MqttProtocolVersion.V500, new MqttBufferWriter(1_024, 65_535));
}

/// <summary>A message on its way to one client.</summary>
/// <param name="Number">Its place in the order of all.</param>
/// <param name="Letter">The message.</param>
/// <param name="Qos">How this client gets it.</param>
/// <param name="Retain">Whether it is told as retained.</param>
internal sealed record Parcel(long Number, Letter Letter, byte Qos, bool Retain)
{
    /// <summary>True when it may have arrived already.</summary>
    public bool WasSent { get; set; }
}
