using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Ordering;

/// <summary>Lets this device go: the member's one answer to a key that somebody else has.</summary>
/// <remarks>
/// The registry ends everything that the device's signature opens, the next order included. All mandates end with it, so that no other device of the account orders under
/// them, and orders that were not signed here are called off by the account itself, for a revoked device can call off none. The calls go in that order, and those that the
/// chain may refuse last: a refused one holds up those behind it. Thread safe.
/// </remarks>
internal sealed class DeviceDesk(MandateDesk mandates, DeviceBooks books, MemberSigner signer, ChainNodes chain, ContractSet contracts, P256Key device, TimeProvider time)
{
    private readonly DeviceRegistry _registry = new(chain, contracts);
    private readonly OrderEscrow _escrow = new(chain, contracts);

    /// <summary>Where the device's own end stands; null before the member asked for it.</summary>
    public Relay? Ending => books.Relays.About(device.Device.Value).Where(call => call.Kind == RelayKind.RevokeDevice) is var ends
        ? ends.FirstOrDefault(call => call.Status == RelayStatus.Mined) ?? ends.LastOrDefault(call => !call.IsFinal) ?? ends.LastOrDefault() : null;

    /// <summary>The device's id, under which its end is signed.</summary>
    public Hash32 Subject => device.Device.Value;

    /// <summary>Signs and keeps the device's end and that of all it could do; asked again it signs nothing more, unless the chain refused the first time.</summary>
    /// <returns>How many calls are on their way.</returns>
    /// <exception cref="EvmException">The chain cannot be reached; nothing was signed.</exception>
    public Task<int> RevokeAsync(P256Key member, CancellationToken stop) => signer.AloneAsync(async () =>
    {
        List<MemberWish> first = await MaySpeakAsync(stop) && Ending is null or { Status: RelayStatus.Refused }
            ? [new MemberWish(RelayKind.RevokeDevice, _registry.Revoke(device.Device), Subject)] : [];
        List<Mandate> standing = [];
        foreach (Gtin gtin in books.Products())
            standing.AddRange(await mandates.EndableAsync(gtin, stop));
        List<MemberWish> last = [.. books.Orders.Foreign().Where(IsOpen)
            .Select(order => new MemberWish(RelayKind.CancelByMember, _escrow.Cancel(order.Terms), order.Id.Value))];
        List<MemberWish> calls = [.. first, .. standing.Select(mandates.Revocation), .. last];
        if (calls.Count == 0)
            return 0;
        IReadOnlyList<IReadOnlyList<Relay>> rows = await signer.SignNoAsync(calls, member, stop);
        books.Mandates.Revoke(
            [.. rows.SelectMany(row => standing.Zip(row.Skip(first.Count)))], time.GetUtcNow(),
            [.. rows.SelectMany(row => row.Where(call => call.Kind != RelayKind.Revoke))]);
        return calls.Count;
    }, stop);

    private bool IsOpen(PlacedOrder order) =>
        order.State is OrderState.None or OrderState.Open && !books.Relays.About(order.Id.Value).Any(call => call.Kind == RelayKind.CancelByMember && call.Status != RelayStatus.Refused);

    /// <summary>False only when all nodes say that the registry no longer names the device for the account.</summary>
    private async Task<bool> MaySpeakAsync(CancellationToken stop)
    {
        try
        {
            return (await chain.ReadingsAsync(async node => (await new DeviceRegistry(node, contracts).StandingAsync(device.Device, stop)).Account.ToWord(), stop))
                .Any(reading => reading.Value == signer.Account.ToWord());
        }
        catch (EvmException)
        {
            return true;
        }
    }
}

/// <summary>What this gateway signed and gave, of which a device's end is the end.</summary>
internal sealed record DeviceBooks(MandateBook Mandates, OrderBook Orders, RelayBook Relays, Household Household)
{
    /// <summary>All products that a mandate may stand for.</summary>
    public IReadOnlyList<Gtin> Products() =>
        [.. Household.Products.Select(product => product.Product.Gtin).Concat(Mandates.All().Select(mandate => mandate.Terms.Gtin)).Distinct()];
}
