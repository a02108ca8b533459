using System.Net;
using System.Net.Sockets;

namespace PantryChain.Telemetry.Broker;

/// <summary>How many connections there are, of whom: strangers wait for their CONNECT in few places, clients have others.</summary>
/// <remarks>Thread safe.</remarks>
internal sealed class Admission(BrokerLimits limits)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, (int Strangers, int Clients)> _byAddress = [];
    private int _strangers, _clients;

    /// <summary>Clients that are in.</summary>
    public int Clients
    {
        get
        {
            lock (_lock)
                return _clients;
        }
    }

    /// <summary>Whom a connection's places are counted for: an address, or the /64 that one household of IPv6 has.</summary>
    public static IPAddress HolderOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    /// <summary>Gives a new connection a stranger's place; false when there is none.</summary>
    public bool TryEnter(IPAddress holder)
    {
        lock (_lock)
        {
            (int strangers, int clients) = _byAddress.GetValueOrDefault(holder);
            if (strangers >= limits.StrangersPerAddress || _strangers >= limits.Strangers)
                return false;
            _byAddress[holder] = (strangers + 1, clients);
            _strangers++;
            return true;
        }
    }

    /// <summary>Turns a stranger's place into a client's; false when there is none, and the stranger keeps its own.</summary>
    public bool TrySeat(IPAddress holder)
    {
        lock (_lock)
        {
            (int strangers, int clients) = _byAddress[holder];
            if (clients >= limits.ClientsPerAddress || _clients >= limits.Clients)
                return false;
            _byAddress[holder] = (strangers - 1, clients + 1);
            _strangers--;
            _clients++;
            return true;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Leave(IPAddress holder, bool seated)
    {
        lock (_lock)
        {
            (int strangers, int clients) = _byAddress[holder];
            (int, int) left = seated ? (strangers, clients - 1) : (strangers - 1, clients);
            (_strangers, _clients) = seated ? (_strangers, _clients - 1) : (_strangers - 1, _clients);
            if (left == default)
                _byAddress.Remove(holder);
            else
                _byAddress[holder] = left;
        }
    }
}
