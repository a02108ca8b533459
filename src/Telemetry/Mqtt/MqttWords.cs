using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using MQTTnet.Exceptions;

namespace PantryChain.Telemetry.Mqtt;

/// <summary>Every trouble of the network and every reason of MQTT 5 that can reach us, in words with the next step.</summary>
internal static class MqttWords
{
    /// <summary>MQTT 5 section 2.4: from here on a reason code is a failure.</summary>
    public const int FirstFailure = 0x80;

    /// <summary>Another client connected with our id (section 3.14.2.1).</summary>
    public const int SessionTakenOver = 0x8E;

    /// <summary>What an exception of the network or of MQTTnet means for a connection to <paramref name="options"/>' broker.</summary>
    public static Ending OfError(Exception error, MqttOptions options)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }:
                    return new Ending(MqttLossKind.Away, $"The host {options.Host} cannot be found. Check the broker's name and the network (DNS).");
                case SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown }:
                    return new Ending(MqttLossKind.Away, Lost(options));
                case SocketException socket:
                    return new Ending(MqttLossKind.Away, $"The {Broker(options)}: {socket.Message}. Check that the broker runs and that host and port are right.");
                case AuthenticationException or CryptographicException:
                    return new Ending(MqttLossKind.Tls, $"TLS to the {Broker(options)} failed. Check the CA file, the certificate's host name and dates, and that the port is the TLS one.");
                case MqttProtocolViolationException:
                    return new Ending(MqttLossKind.Unfit, $"The {Broker(options)} does not speak MQTT 5 as expected. Use mosquitto 2 or another MQTT 5 broker.");
                case MqttCommunicationTimedOutException or TimeoutException:
                    return new Ending(MqttLossKind.Away, $"The {Broker(options)} stopped answering. The connection is tried again by itself.");
            }
        }
        return new Ending(MqttLossKind.Away, Lost(options));
    }

    /// <summary>A connection that ended without a word.</summary>
    public static string Lost(MqttOptions options) => $"The connection to the {Broker(options)} was lost. It is tried again by itself.";

    /// <summary>Something takes connections there and says nothing.</summary>
    public static string NoBroker(MqttOptions options) => $"The address {options.Host}:{options.Port} takes connections but does not answer as a broker. Check host and port.";

    /// <summary>A broker that lives and does not acknowledge.</summary>
    public static string Unacknowledged(MqttOptions options, TimeSpan within) =>
        $"The {Broker(options)} answers, but has not acknowledged a message for {within.TotalSeconds:0} s. What is open is sent again on a new connection. See the broker's log: its disk or its queues may be full.";

    /// <summary>A broker that cannot keep what we promise.</summary>
    public static string TooLittle(MqttOptions options) => $"The {Broker(options)} does not allow QoS 1 or retained messages. Allow them in its configuration.";

    /// <summary>A message that the broker would close the connection for.</summary>
    public static string TooLarge(string topic, uint largest) =>
        $"{topic}: the message is larger than the {largest} bytes that the broker allows. Raise message_size_limit or max_packet_size there.";

    /// <summary>A message that cannot be put on the wire.</summary>
    public static string CannotBeSent(string topic, Exception error) => $"{topic}: the message cannot be sent ({error.Message}). This is a fault in PantryChain: please report it.";

    /// <summary>The kind of loss that a reason code of CONNACK or DISCONNECT means.</summary>
    public static MqttLossKind KindOfReason(int reason) => reason switch
    {
        0x85 or 0x86 or 0x87 or 0x8A or 0x8C => MqttLossKind.NotAuthorised,
        SessionTakenOver => MqttLossKind.TakenOver,
        0x84 or 0x95 or 0x9A or 0x9B or 0x9C or 0x9D => MqttLossKind.Unfit,
        _ => MqttLossKind.Away,
    };

    /// <summary>What it looks like when the broker ends one connection after the other without a reason.</summary>
    public static string OfShortLives(MqttOptions options) =>
        $"The {Broker(options)} ended the connection again within a minute and says no reason. If it did not restart, another client uses the name '{options.Username ?? options.ClientId}': stop the copy, or give it a login of its own.";

    /// <summary>What a reason code of CONNACK or DISCONNECT means (MQTT 5 sections 3.2.2.2 and 3.14.2.1).</summary>
    public static string OfReason(int reason, MqttOptions options) => reason switch
    {
        0x84 => $"The {Broker(options)} does not speak MQTT 5. Use mosquitto 2 or another MQTT 5 broker.",
        0x85 => $"The {Broker(options)} does not accept the client id '{options.ClientId}'. Choose another.",
        0x86 => $"The {Broker(options)} does not accept user name or password. Check both against its password file.",
        0x87 => $"The {Broker(options)} does not authorise user '{options.Username}'. Check its password and ACL files.",
        0x88 or 0x89 or 0x97 => $"The {Broker(options)} is busy or over its quota. It is tried again by itself.",
        0x8A => $"The {Broker(options)} has banned this client. Ask its administrator.",
        0x8B => $"The {Broker(options)} is shutting down. It is tried again by itself.",
        0x8D => $"The {Broker(options)} heard nothing from us for too long. It is tried again by itself.",
        SessionTakenOver => $"Another client connected to the {Broker(options)} as '{options.ClientId}'. Stop the other gateway or give this one its own client id.",
        0x95 => "A message was larger than the broker allows. Raise max_packet_size there.",
        0x98 => $"The administrator of the {Broker(options)} ended the connection. It is tried again by itself.",
        0x9C or 0x9D => $"The {Broker(options)} says that we should use another server. Change the broker's host.",
        0x9F => $"The {Broker(options)} limits the rate of connections. It is tried again by itself.",
        _ => $"The {Broker(options)} refused with reason {reason}. See the broker's log.",
    };

    /// <summary>What a failed PUBACK or a refused publish means (section 3.4.2.1).</summary>
    public static string OfPublish(int reason, string topic, MqttOptions options) => reason switch
    {
        0x87 => $"The {Broker(options)} does not let user '{options.Username}' publish to {topic}. Check its ACL file.",
        0x90 => $"The {Broker(options)} does not accept the topic {topic}.",
        0x97 => $"The {Broker(options)} is over its quota and refused a message on {topic}. Raise its limits.",
        0x99 => $"The {Broker(options)} does not accept the payload on {topic}.",
        _ => $"The {Broker(options)} refused a message on {topic} with reason {reason}. See the broker's log.",
    };

    private static string Broker(MqttOptions options) => $"broker {options.Host}:{options.Port}";
}
