using System.Net.Sockets;
using MQTTnet.Exceptions;

namespace PantryChain.Telemetry.Broker;

/// <summary>Tells a connection that ended as connections do from a packet that is none.</summary>
internal static class ConnectionLoss
{
    /// <summary>True for what a network does; everything else that MQTTnet's readers throw, wrapped or not, is a packet that is none.</summary>
    public static bool Is(Exception error) =>
        error.GetBaseException() is SocketException or IOException or ObjectDisposedException or MqttCommunicationException { InnerException: null };
}
