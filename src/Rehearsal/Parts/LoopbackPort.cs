using System.Net;
using System.Net.Sockets;

namespace PantryChain.Rehearsal.Parts;

/// <summary>Free TCP ports on 127.0.0.1.</summary>
public static class LoopbackPort
{
    // Below Linux's ephemeral range (32768-60999, ip_local_port_range), so that no outgoing connection takes a port between two starts of a part.
    private const int First = 20_000;
    private const int Last = 31_999;

    /// <summary>A port that nobody listens on now.</summary>
    /// <exception cref="PartException">A hundred tries found none.</exception>
    public static int Free()
    {
        for (int attempt = 0; attempt < 100; attempt++)
        {
            int port = Random.Shared.Next(First, Last + 1);
            if (IsFree(port))
                return port;
        }
        throw new PartException($"No free port between {First} and {Last} on 127.0.0.1. Stop what listens there.");
    }

    /// <summary>True when nobody listens on <paramref name="port"/>.</summary>
    public static bool IsFree(int port)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ExclusiveAddressUse = false };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true); // a connection in TIME_WAIT does not count as a listener
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen(1);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
