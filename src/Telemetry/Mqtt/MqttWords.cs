using System.Runtime.InteropServices;

namespace PantryChain.Telemetry.Mqtt;

/// <summary>Every error of libmosquitto and every reason of MQTT 5 that can reach us, in words with the next step.</summary>
internal static class MqttWords
{
    // enum mosq_err_t, mosquitto.h
    public const int Success = 0;
    public const int NoConnection = 4;
    public const int ConnectionLost = 7;
    public const int Errno = 14;
    public const int Keepalive = 19;

    /// <summary>MQTT 5 section 2.4: from here on a reason code is a failure.</summary>
    public const int FirstFailure = 0x80;

    /// <summary>Another client connected with our id (section 3.14.2.1).</summary>
    public const int SessionTakenOver = 0x8E;

    /// <summary>What a library call's result means for a connection to <paramref name="options"/>' broker.</summary>
    public static string OfError(int code, int errno, MqttOptions options) => code switch
    {
        1 => "Out of memory. Stop other programs or add swap.",
        2 => $"The {Broker(options)} does not speak MQTT 5 as expected. Use mosquitto 2 or another MQTT 5 broker.",
        3 => "An MQTT setting is not valid. Check host, port and client id.",
        NoConnection or ConnectionLost => $"The connection to the {Broker(options)} was lost. It is tried again by itself.",
        5 => $"The {Broker(options)} refused the connection. See the broker's log.",
        6 or 20 or 15 => $"The host {options.Host} cannot be found. Check the broker's name and the network (DNS).",
        8 or 23 => $"TLS to the {Broker(options)} failed. Check the CA file, the certificate's host name and dates, and that the port is the TLS one.",
        9 or 25 => "The message is larger than the broker allows. Raise message_size_limit or max_packet_size there.",
        10 => "This build of libmosquitto lacks a feature (TLS?). Install Debian's libmosquitto1.",
        11 => $"The {Broker(options)} did not authenticate us. Check user name and password.",
        12 => $"The {Broker(options)} denies access. Check its ACL file for user '{options.Username}'.",
        Errno => $"The {Broker(options)}: {Marshal.GetPInvokeErrorMessage(errno)}. Check that the broker runs and that host and port are right.",
        16 => "The SOCKS proxy refused. Check the proxy's settings.",
        18 or 21 or 22 => "A topic or property is not valid UTF-8 or appears twice. This is a fault in PantryChain: please report it.",
        Keepalive or 27 => $"The {Broker(options)} stopped answering. The connection is tried again by itself.",
        24 or 28 or 29 => $"The {Broker(options)} does not allow QoS 1, retained messages or topic aliases. Allow them in its configuration.",
        26 => "The broker's certificate is revoked or has no OCSP answer. Renew it.",
        30 => $"The administrator of the {Broker(options)} ended the connection. Ask there, or wait: it is tried again.",
        _ => $"libmosquitto failed with code {code}. See the broker's log.",
    };

    /// <summary>The kind of loss that a library call's result means.</summary>
    public static MqttLossKind KindOfError(int code) => code switch
    {
        11 or 12 => MqttLossKind.NotAuthorised,
        8 or 23 or 26 => MqttLossKind.Tls,
        2 or 3 or 9 or 10 or 24 or 25 or 28 or 29 => MqttLossKind.Unfit,
        _ => MqttLossKind.Away,
    };

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
