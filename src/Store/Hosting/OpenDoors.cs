using System.Net;
using System.Threading.RateLimiting;
using PantryChain.Ui.Hosting;

namespace PantryChain.Store.Hosting;

/// <summary>Marks a route that asks for no token: how often anybody may knock there.</summary>
/// <param name="Code">The refusal's code, and what is counted together.</param>
/// <param name="Title">What whoever knocks too often is told.</param>
/// <param name="PerMinute">Tries a minute from one address; all addresses together have ten times as many.</param>
internal sealed record OpenDoor(string Code, string Title, int PerMinute)
{
    /// <summary>Which requests count.</summary>
    /// <value>Default all.</value>
    public Func<HttpContext, bool> Counts { get; init; } = static _ => true;
}

/// <summary>Bounds the knocking at open doors, before anything of a request is read.</summary>
/// <remarks>Real time. An IPv6 household owns a whole /64, so that counts as one address. The limiter is one for all routes, because a policy of a route has one partition and these need two.</remarks>
internal static class OpenDoors
{
    private const int Together = 10; // addresses that may try at full rate at once

    /// <summary>Adds the limits; <c>UseRateLimiter</c> applies them.</summary>
    public static void AddOpenDoors(this IServiceCollection services) => services.AddRateLimiter(limits =>
    {
        limits.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            Limiter((door, http) => ($"{door.Code} {Senders.GroupOf(http.Connection.RemoteIpAddress ?? IPAddress.None)}", door.PerMinute)),
            Limiter((door, _) => (door.Code, door.PerMinute * Together)));
        limits.OnRejected = (rejected, _) => throw Refuse(DoorOf(rejected.HttpContext)!, rejected.Lease);
    });

    private static PartitionedRateLimiter<HttpContext> Limiter(Func<OpenDoor, HttpContext, (string Key, int PerMinute)> bucket) => PartitionedRateLimiter.Create<HttpContext, string>(http =>
    {
        if (DoorOf(http) is not { } door)
            return RateLimitPartition.GetNoLimiter("");
        (string key, int perMinute) = bucket(door, http);
        return RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = perMinute, TokensPerPeriod = 1, ReplenishmentPeriod = TimeSpan.FromMinutes(1) / perMinute, QueueLimit = 0, AutoReplenishment = true,
        });
    });

    private static OpenDoor? DoorOf(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<OpenDoor>() is { } door && door.Counts(http) ? door : null;

    private static Refusal Refuse(OpenDoor door, RateLimitLease lease) => new(
        StatusCodes.Status429TooManyRequests, door.Code, door.Title, "Wait as long as 'Retry-After' says, then send the same request again.",
        lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait) ? wait : TimeSpan.FromMinutes(1));
}
