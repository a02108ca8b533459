using System.Net;
using System.Threading.RateLimiting;
using PantryChain.Ui.Hosting;

namespace PantryChain.Store.Hosting;

/// <summary>How often anybody may knock at a door that asks for no token: so many tries a minute from one address, ten times that from all.</summary>
/// <remarks>Real time. An IPv6 household owns a whole /64, so that counts as one address. Thread safe.</remarks>
internal abstract class AddressLimits : IDisposable
{
    private const int Together = 10; // addresses that may try at full rate at once

    private readonly PartitionedRateLimiter<IPAddress> _limits;

    private readonly string _code, _title;

    /// <summary>Makes the limits.</summary>
    /// <param name="perMinute">Tries a minute from one address.</param>
    /// <param name="code">The refusal's code.</param>
    /// <param name="title">What whoever knocks too often is told.</param>
    protected AddressLimits(int perMinute, string code, string title)
    {
        (_code, _title) = (code, title);
        _limits = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => RateLimitPartition.GetTokenBucketLimiter(Senders.GroupOf(address), _ => Bucket(perMinute))),
            PartitionedRateLimiter.Create<IPAddress, int>(_ => RateLimitPartition.GetTokenBucketLimiter(0, _ => Bucket(perMinute * Together))));
    }

    /// <summary>Lets one try pass.</summary>
    /// <exception cref="Refusal">429: too many tries.</exception>
    public void Pass(IPAddress? address)
    {
        using RateLimitLease lease = _limits.AttemptAcquire(address ?? IPAddress.None);
        if (!lease.IsAcquired)
            throw new Refusal(429, _code, _title, "Wait as long as 'Retry-After' says, then send the same request again.",
                lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait) ? wait : TimeSpan.FromMinutes(1));
    }

    /// <inheritdoc />
    public void Dispose() => _limits.Dispose();

    private static TokenBucketRateLimiterOptions Bucket(int perMinute) => new()
    {
        TokenLimit = perMinute, TokensPerPeriod = 1, ReplenishmentPeriod = TimeSpan.FromMinutes(1) / perMinute, QueueLimit = 0, AutoReplenishment = true,
    };
}
