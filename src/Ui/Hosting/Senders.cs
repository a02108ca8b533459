using System.Net;
using System.Net.Sockets;

namespace PantryChain.Ui.Hosting;

/// <summary>Who counts as one sender where shares, rates and guesses are counted.</summary>
public static class Senders
{
    private const int NetworkBytes = 8;

    /// <summary>An address as it is, without the wrapping that a socket for both families puts around IPv4.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>An IPv4 address, or the 64 bits of an IPv6 network: one machine may have all addresses of it.</summary>
    public static IPAddress GroupOf(IPAddress address)
    {
        IPAddress plain = Plain(address);
        if (plain.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(plain))
            return plain;
        byte[] bytes = plain.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return new IPAddress(bytes);
    }
}
