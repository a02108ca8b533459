using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace PantryChain.Gateway.Dashboard;

/// <summary>How much of the gateway's small memory connections may hold: so many in all, so many of one address, so much for each.</summary>
/// <remarks>
/// The whole heap has 64 MiB, and sensing lives in the same process: whoever can reach the pages must not be able to end it. Requests to the pages are small, so the bounds are far
/// above what browsers need. Thread safe.
/// </remarks>
internal sealed class ConnectionShares
{
    /// <summary>Most connections at a time; further ones are closed at once.</summary>
    public const int Most = 160;

    /// <summary>Most of one address beyond this machine, so that one guest leaves the others room.</summary>
    public const int MostPerAddress = 40;

    private const int HeadBytes = 16 * 1024, BufferBytes = 16 * 1024, BodyBytes = 64 * 1024, WindowBytes = 64 * 1024, Streams = 32;

    private readonly ConcurrentDictionary<IPAddress, int> _open = new();

    /// <summary>Bounds what each connection and all together may hold.</summary>
    public static void Bound(KestrelServerLimits limits)
    {
        limits.MaxConcurrentConnections = Most;
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

    /// <summary>Lets an address hold its share of connections and closes what is beyond it.</summary>
    public async Task Serve(ConnectionContext connection, Func<Task> next)
    {
        if (connection.RemoteEndPoint is not IPEndPoint { Address: { } address } || IPAddress.IsLoopback(Key(address)))
        {
            await next();
            return;
        }
        IPAddress key = Key(address);
        try
        {
            if (_open.AddOrUpdate(key, 1, (_, open) => open + 1) <= MostPerAddress)
                await next();
            else
                connection.Abort(new ConnectionAbortedException("This address has too many connections open."));
        }
        finally
        {
            if (_open.AddOrUpdate(key, 0, (_, open) => open - 1) <= 0)
                _open.TryRemove(KeyValuePair.Create(key, 0));
        }
    }

    private static IPAddress Key(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
