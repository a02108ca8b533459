using System.Globalization;
using System.Net;
using PantryChain.Ledger.Contracts;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Joining;

/// <summary>The door for new households.</summary>
internal static class JoinEndpoints
{
    /// <summary><c>POST /api/v1/join/challenge</c> and <c>POST /api/v1/join</c>.</summary>
    public static void MapJoining(this IEndpointRouteBuilder api)
    {
        int perMinute = api.ServiceProvider.GetRequiredService<StoreFolder>().Options.JoinTriesPerMinute;
        RouteGroupBuilder door = api.MapGroup("join").WithMetadata(new OpenDoor("too_many_tries", "Too many tries to join.", perMinute));
        door.MapPost("challenge", (ChallengeBody body, JoinChallenges challenges, CancellationToken stop) => challenges.IssueAsync(body, stop));
        door.MapPost("", (JoinBody body, HttpContext context, Joiner joiner, StoreFolder folder, CancellationToken stop) =>
            joiner.JoinAsync(JoinRequest.Parse(body), OriginsOf(folder.Options, context.Connection), stop));
    }

    /// <summary>Where this store can be called: the addresses that its operator names; where none is named, the one at which this connection arrived.</summary>
    /// <remarks>Behind a proxy or a tunnel every store is called at the same loopback address, so that one says nothing where a name is known.</remarks>
    internal static HashSet<string> OriginsOf(StoreOptions options, ConnectionInfo connection)
    {
        HashSet<string> origins = [.. options.PublicUrls.Select(url => JoinMessage.OriginOf(new Uri(url)))];
        if (origins.Count > 0 || connection.LocalIpAddress is not { } address)
            return origins;
        IPAddress here = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        string port = connection.LocalPort.ToString(CultureInfo.InvariantCulture);
        origins.Add(JoinMessage.OriginOf(new Uri($"http://{(here.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{here}]" : here)}:{port}")));
        if (IPAddress.IsLoopback(here))
            origins.Add(JoinMessage.OriginOf(new Uri($"http://localhost:{port}")));
        return origins;
    }
}
