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
/// them, and orders that were not signed here are called off by the account itself, for a revoked device can call off none. The calls go in that order; those that the chain
/// may refuse go last, in one row and each alone, and what only the log tells of is looked for once these are kept. Thread safe.
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
        List<Endable> known = [];
        foreach (Gtin gtin in books.Products())
            known.Add(await mandates.KnownAsync(gtin, stop));
        Endable ends = new([.. known.SelectMany(each => each.Sure)], [.. known.SelectMany(each => each.Doubted)]);
        List<MemberWish> sure = [.. first, .. ends.Sure.Select(mandates.Revocation)];
        List<MemberWish> doubted = [.. ends.Doubted.Select(mandates.Revocation), .. books.Orders.Foreign().Where(IsOpen)
            .Select(order => new MemberWish(RelayKind.CancelByMember, _escrow.Cancel(order.Terms), order.Id.Value))];
        if (sure.Count + doubted.Count > 0)
        {
            IReadOnlyList<Relay> calls = await signer.SignNoAsync(sure, doubted, member, stop);
            books.Mandates.Revoke(ends.With(calls), time.GetUtcNow(), [.. calls.Where(call => call.Kind != RelayKind.Revoke)]);
        }
        return sure.Count + doubted.Count + await mandates.EndFoundAsync(books.Products(), member, stop);
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
