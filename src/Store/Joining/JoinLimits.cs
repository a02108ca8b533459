using System.Net;
using System.Threading.RateLimiting;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Joining;

/// <summary>How often anybody may knock at the door for new households: so many tries a minute from one address, ten times that from all.</summary>
/// <remarks>Real time. An IPv6 household owns a whole /64, so that counts as one address. Thread safe.</remarks>
internal sealed class JoinLimits : IDisposable
{
    private const int Together = 10; // addresses that may try at full rate at once
    private const int PrefixBytes = 8;

    private readonly PartitionedRateLimiter<IPAddress> _limits;

    /// <summary>Takes the rate from <c>store.json</c>.</summary>
    public JoinLimits(StoreFolder folder)
    {
        int perMinute = folder.Options.JoinTriesPerMinute;
        _limits = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => RateLimitPartition.GetTokenBucketLimiter(KeyOf(address), _ => Bucket(perMinute))),
            PartitionedRateLimiter.Create<IPAddress, int>(_ => RateLimitPartition.GetTokenBucketLimiter(0, _ => Bucket(perMinute * Together))));
    }

    /// <summary>Lets one try pass.</summary>
    /// <exception cref="Refusal">429: too many tries.</exception>
    public void Pass(IPAddress? address)
    {
        using RateLimitLease lease = _limits.AttemptAcquire(address ?? IPAddress.None);
        if (!lease.IsAcquired)
            throw new Refusal(429, "too_many_tries", "Too many tries to join.", "Wait as long as 'Retry-After' says, then send the same request again.",
                lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait) ? wait : TimeSpan.FromMinutes(1));
    }

    /// <inheritdoc />
    public void Dispose() => _limits.Dispose();

    private static TokenBucketRateLimiterOptions Bucket(int perMinute) => new()
    {
        TokenLimit = perMinute, TokensPerPeriod = 1, ReplenishmentPeriod = TimeSpan.FromMinutes(1) / perMinute, QueueLimit = 0, AutoReplenishment = true,
    };

    private static IPAddress KeyOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        byte[] bytes = address.GetAddressBytes();
        if (bytes.Length > PrefixBytes)
            bytes.AsSpan(PrefixBytes).Clear();
        return new IPAddress(bytes);
    }
}
