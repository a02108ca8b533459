using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace PantryChain.Ui.Hosting;

/// <summary>How many connections a host holds.</summary>
/// <param name="Most">Most at a time; further ones are closed at once.</param>
/// <param name="PerAddress">Most of one address.</param>
/// <param name="PerNetwork">Most of one IPv6 network of 64 bits, all addresses of which one machine may have.</param>
public sealed record ConnectionBounds(int Most, int PerAddress, int PerNetwork);

/// <summary>How much of a host connections may hold: so many in all, so many of one sender, so much for each.</summary>
/// <remarks>
/// Requests of pages and protocol are small, so what one connection may hold is far above what they need. This machine and the operator's proxies, behind which everybody has one
/// address, have no share; the bound on all together holds for them too. Thread safe.
/// </remarks>
/// <param name="bounds">How many.</param>
/// <param name="proxies">Proxies before the host.</param>
public sealed class ConnectionShares(ConnectionBounds bounds, IReadOnlyList<System.Net.IPNetwork> proxies)
{
    private const int HeadBytes = 16 * 1024, BufferBytes = 16 * 1024, BodyBytes = 64 * 1024, WindowBytes = 64 * 1024, Streams = 32;

    private readonly Dictionary<(IPAddress Sender, bool IsNetwork), int> _open = [];
    private readonly Lock _lock = new();

    /// <summary>Bounds what each connection and all together may hold.</summary>
    public void Bound(KestrelServerLimits limits)
    {
        limits.MaxConcurrentConnections = bounds.Most;
        limits.MaxConcurrentUpgradedConnections = 0; // nothing here speaks WebSocket
        limits.MaxRequestHeadersTotalSize = HeadBytes;
        limits.MaxRequestBufferSize = BufferBytes;
        limits.MaxRequestBodySize = BodyBytes;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.Http2.MaxStreamsPerConnection = Streams;
        limits.Http2.MaxRequestHeaderFieldSize = HeadBytes;
        limits.Http2.InitialConnectionWindowSize = WindowBytes;
        limits.Http2.InitialStreamWindowSize = WindowBytes;
    }

    /// <summary>Lets a sender hold its share of connections and closes what is beyond it.</summary>
    public async Task Serve(ConnectionContext connection, Func<Task> next)
    {
        if (connection.RemoteEndPoint is not IPEndPoint { Address: { } address } || HasNoShare(Senders.Plain(address)))
        {
            await next();
            return;
        }
        address = Senders.Plain(address);
        if (!TryTake(address))
        {
            connection.Abort(new ConnectionAbortedException("This address has too many connections open."));
            return;
        }
        try
        {
            await next();
        }
        finally
        {
            GiveBack(address);
        }
    }

    private bool HasNoShare(IPAddress address) => IPAddress.IsLoopback(address) || proxies.Any(proxy => proxy.Contains(address));

    private bool TryTake(IPAddress address)
    {
        lock (_lock)
        {
            int own = _open.GetValueOrDefault((address, false)), network = _open.GetValueOrDefault((Senders.GroupOf(address), true));
            if (own >= bounds.PerAddress || (address.AddressFamily == AddressFamily.InterNetworkV6 && network >= bounds.PerNetwork))
                return false;
            _open[(address, false)] = own + 1;
            _open[(Senders.GroupOf(address), true)] = network + 1;
            return true;
        }
    }

    private void GiveBack(IPAddress address)
    {
        lock (_lock)
        {
            foreach ((IPAddress, bool) key in new[] { (address, false), (Senders.GroupOf(address), true) })
                if (--_open[key] == 0)
                    _open.Remove(key);
        }
    }
}
