using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Cooperative;

/// <summary>Somebody who brings signed calls on chain: a store.</summary>
/// <param name="Name">Its address and as whom it is asked, for people; also how its tries are kept.</param>
/// <param name="Store">The way to it.</param>
/// <param name="IsOwn">True for the joined store with the gateway's token: it brings every kind. Others bring only a no, for anybody.</param>
internal sealed record CallRelay(string Name, StoreClient Store, bool IsOwn);

/// <summary>All who may bring a call, in the order in which they are asked.</summary>
internal sealed class CallRelays(IReadOnlyList<CallRelay> relays) : IDisposable
{
    /// <summary>The relays, the joined store first.</summary>
    public IReadOnlyList<CallRelay> All => relays;

    /// <summary>The joined store, the joined store as a stranger (should it forget the token), then those that the configuration names.</summary>
    public static CallRelays Of(Membership membership, CooperativeOptions options, StoreClock clock) => new(
    [
        new CallRelay(NameOf(membership.Store), new StoreClient(membership.Store, membership.Token, clock: clock), IsOwn: true),
        new CallRelay($"{NameOf(membership.Store)} (as anybody)", new StoreClient(membership.Store, token: null), IsOwn: false),
        .. options.Relays.Select(relay => new CallRelay(NameOf(relay), new StoreClient(relay, token: null), IsOwn: false)),
    ]);

    /// <summary>An address as people may see it: without what a path, query or user name may keep secret.</summary>
    public static string NameOf(Uri address) => address.GetComponents(UriComponents.SchemeAndServer, UriFormat.Unescaped);

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (CallRelay relay in relays)
            relay.Store.Dispose();
    }
}
