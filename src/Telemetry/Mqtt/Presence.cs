namespace PantryChain.Telemetry.Mqtt;

/// <summary>What stands on <c>.../status</c> topics.</summary>
public static class Presence
{
    /// <summary><c>online</c> in UTF-8.</summary>
    public static ReadOnlySpan<byte> Online => "online"u8;

    /// <summary><c>offline</c> in UTF-8.</summary>
    public static ReadOnlySpan<byte> Offline => "offline"u8;

    /// <summary>The retained message that says so.</summary>
    public static MqttMessage Message(string topic, bool online) => new(topic, (online ? Online : Offline).ToArray(), Retain: true);
}
