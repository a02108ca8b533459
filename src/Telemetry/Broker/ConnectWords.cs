using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace PantryChain.Telemetry.Broker;

/// <summary>Whose connection it is.</summary>
/// <param name="Address">Where it comes from.</param>
/// <param name="IsInside">True at the gateway's own door, which takes nobody but the gateway.</param>
internal sealed record Visitor(IPAddress Address, bool IsInside)
{
    /// <summary>Whose places it takes.</summary>
    public IPAddress Holder { get; } = Admission.HolderOf(Address);

    /// <summary>True once it has a client's place.</summary>
    public bool IsSeated { get; set; }
}

/// <summary>What a client's CONNECT asked for, before MQTTnet's server sees what we make of it.</summary>
/// <param name="CleanStart">Whether it wants to forget what was before.</param>
/// <param name="Expiry">How long its session is kept without it.</param>
/// <param name="AskedExpiry">What it asked for, in seconds.</param>
/// <param name="Window">Its Receive Maximum, or 0.</param>
/// <param name="LargestPacket">Largest packet that it takes.</param>
/// <param name="KeepAlive">Longest silence between two of its packets; zero for a client of MQTT 3.1.1 that does not want one.</param>
/// <param name="ToldKeepAlive">What it is told instead of what it asked for, in seconds; 0 when that stays.</param>
/// <param name="AssignedId">The client id that it was given, or null.</param>
/// <param name="Will">What is to be published when it goes without a word; null for nothing.</param>
internal sealed record ConnectWords(
    bool CleanStart, TimeSpan Expiry, uint AskedExpiry, int Window, long LargestPacket, TimeSpan KeepAlive, ushort ToldKeepAlive, string? AssignedId,
    MqttApplicationMessage? Will)
{
    /// <summary>Reads a CONNECT and changes it to what the server is to see: a session of the connection alone, no keep alive and no will, a client id below the user's name.</summary>
    /// <exception cref="MqttProtocolViolationException">It is no CONNECT that MQTT allows.</exception>
    public static ConnectWords Take(MqttConnectPacket connect, MqttProtocolVersion version, BrokerLimits limits)
    {
        bool modern = version == MqttProtocolVersion.V500;
        if (!new[] { connect.ClientId, connect.Username, connect.WillFlag ? connect.WillTopic : null }.All(text => text is null || TopicRules.IsText(text)))
            throw new MqttProtocolViolationException("A text is not UTF-8.");
        string? assigned = null;
        if (string.IsNullOrEmpty(connect.ClientId))
        {
            if (!modern && !connect.CleanSession)
                throw new MqttProtocolViolationException("A session without a client id."); // MQTT 3.1.1 section 3.1.3.1
            connect.ClientId = assigned = "auto-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        }
        uint askedExpiry = modern ? connect.SessionExpiryInterval : connect.CleanSession ? 0 : uint.MaxValue;
        ushort most = (ushort)limits.KeepAlive.TotalSeconds;
        bool tooLong = connect.KeepAlivePeriod == 0 || connect.KeepAlivePeriod > most;
        ConnectWords words = new(
            connect.CleanSession, TimeSpan.FromSeconds(Math.Min(askedExpiry, limits.SessionExpiry.TotalSeconds)), askedExpiry, connect.ReceiveMaximum,
            connect.MaximumPacketSize == 0 ? long.MaxValue : connect.MaximumPacketSize,
            TimeSpan.FromSeconds(modern && tooLong ? most : connect.KeepAlivePeriod), modern && tooLong ? most : (ushort)0, modern ? assigned : null,
                connect.WillFlag ? WillOf(connect) : null);
        (connect.CleanSession, connect.SessionExpiryInterval, connect.KeepAlivePeriod, connect.WillFlag) = (true, 0, 0, false);
        connect.ClientId = $"{connect.Username}/{connect.ClientId}";
        return words;
    }

    /// <summary>Says in the server's answer what is offered here, and what differs from what was asked for.</summary>
    public void Complete(MqttConnAckPacket answer, BrokerLimits limits, BrokerSession? session, bool present)
    {
        (answer.IsSessionPresent, answer.MaximumQoS, answer.SubscriptionIdentifiersAvailable) = (present, MqttQualityOfServiceLevel.AtLeastOnce, false);
        (answer.MaximumPacketSize, answer.ReceiveMaximum, answer.TopicAliasMaximum) = ((uint)limits.Packet, (ushort)limits.Unanswered, PacketRules.Aliases);
        (answer.AssignedClientIdentifier, answer.ServerKeepAlive) = (AssignedId, ToldKeepAlive);
        if (session is not null && (uint)session.Expiry.TotalSeconds is uint kept && kept != AskedExpiry)
            answer.SessionExpiryInterval = kept;
    }

    private static MqttApplicationMessage WillOf(MqttConnectPacket connect) => new()
    {
        Topic = connect.WillTopic ?? "", Payload = new ReadOnlySequence<byte>(connect.WillMessage ?? []), QualityOfServiceLevel = connect.WillQoS,
        Retain = connect.WillRetain,
        ContentType = connect.WillContentType, CorrelationData = connect.WillCorrelationData, ResponseTopic = connect.WillResponseTopic,
        MessageExpiryInterval = connect.WillMessageExpiryInterval,
        PayloadFormatIndicator = connect.WillPayloadFormatIndicator, UserProperties = connect.WillUserProperties,
    };
}
