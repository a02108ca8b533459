using MQTTnet.Exceptions;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace PantryChain.Telemetry.Broker;

/// <summary>What no client may send and MQTTnet's server takes nevertheless.</summary>
internal static class PacketRules
{
    /// <summary>Largest topic alias of a client; CONNACK says so.</summary>
    public const ushort Aliases = 16;

    /// <summary>Lets a packet through, or ends its connection.</summary>
    /// <remarks>
    /// The server keeps the topic of every alias that a client names, whatever number it was offered, and however long the topic is.
    /// A packet that wants an answer and has no id would never get one.
    /// </remarks>
    /// <exception cref="MqttProtocolViolationException">A client may not send this.</exception>
    public static void Check(MqttPacket packet, BrokerLimits limits)
    {
        bool isWithoutId = packet is MqttPublishPacket { QualityOfServiceLevel: > MqttQualityOfServiceLevel.AtMostOnce, PacketIdentifier: 0 }
            or MqttSubscribePacket { PacketIdentifier: 0 } or MqttUnsubscribePacket { PacketIdentifier: 0 };
        if (isWithoutId)
            throw new MqttProtocolViolationException("A packet that wants an answer has no id."); // MQTT 5 section 2.2.1
        if (packet is not MqttPublishPacket { TopicAlias: > 0 and var alias, Topic: var topic })
            return;
        if (alias > Aliases)
            throw new MqttProtocolViolationException($"Topic alias {alias} was not offered."); // MQTT 5 section 3.3.2.3.4
        if (TopicRules.OfTopic(topic, limits) == TopicFault.TooLong)
            throw new MqttProtocolViolationException("An alias for a topic that is too long.");
    }
}
