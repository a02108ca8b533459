using PantryChain.Domain.Chain;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Blocks;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Rewards;
using PantryChain.Reorder.Machine;
using PantryChain.Reorder.Policy;
using PantryChain.Telemetry.Journaling;

namespace PantryChain.Gateway.Ordering;

/// <summary>Station 8: turns a decided intent into one signed order: evidence sealed and anchored, standing fetched, terms signed, all kept before it is relayed.</summary>
/// <remarks>
/// Safe to call again and again for the same intent: until the order is kept nothing is lost by starting over, afterwards it is there. One caller at a
/// time, the order drain.
/// </remarks>
internal sealed class OrderPlacer(
    OrderBook orders, MandateBook mandates, ReorderPolicy policy, Circumstances circumstances, Outlook outlook, BlockKeeper blocks, Journal journal, StoreClient store, P256Key device,
    IEvmClient chain, ContractSet contracts, Household household, TimeProvider time)
{
    /// <summary>Why nothing is ordered after the member's no.</summary>
    public const string MandateTakenBack = "the mandate was taken back";

    private static readonly TimeSpan Freshness = TimeSpan.FromDays(5); // OrderEscrow.FRESH_DAYS is 7; two are left for the way

    private readonly OrderEscrow _escrow = new(chain, contracts);

    /// <summary>Places the order of a process that is ordering.</summary>
    /// <returns>Null once the order is kept or while something is still awaited; otherwise why it cannot be placed.</returns>
    /// <exception cref="HttpRequestException">The store cannot be reached.</exception>
    public async Task<string?> TryPlaceAsync(ReorderProcess process, bool automatic, CancellationToken stop)
    {
        ReorderIntent intent = process.Intent!;
        if (orders.Of(intent.Gtin, intent.Number) is not null)
            return null;
        if (mandates.ActiveOf(intent.Gtin) is not { } mandate)
            return mandates.NewestOf(intent.Gtin) is { Revoked: not null } ? MandateTakenBack : "there is no mandate on chain";
        if (circumstances.OfferFor(intent.Gtin, mandate.Sellers) is not { } offer)
            return "no allowed seller offers the product";

        ThingEvent evidence = Evidence(intent.Gtin);
        SealedBlock block = blocks.SealFor(evidence);
        if (await store.ProofAsync(block.Hash.ToString(), stop) is not { } anchored)
            return null; // not anchored yet: the store's next word wakes the drain
        Standing standing = await outlook.StandingAsync(stop);
        if (standing.Leaf is not { } leaf)
            return "there is no standing yet";
        (uint quantity, string? refusal) = Confirm(intent, mandate, offer, leaf.Tier);
        if (refusal is not null)
            return refusal;
        return TrySign(intent with { Quantity = quantity }, mandate, offer, evidence, block, anchored, leaf, standing.Proof, automatic) ? null : MandateTakenBack;
    }

    /// <summary>The last look before the signature: the member may have thought for days, and season, price and money may have changed meanwhile.</summary>
    private (uint Quantity, string? Refusal) Confirm(ReorderIntent intent, GivenMandate mandate, StoreOffer offer, byte tier)
    {
        DateTimeOffset now = time.GetUtcNow();
        Means means = circumstances.MeansFor(intent.Gtin, mandate);
        ReorderSituation situation = new(
            TimeZoneInfo.ConvertTime(now, household.Zone), household.FindProduct(intent.Gtin)!.Product.Pack, null, SensorTrusted: true, null, offer.Lead, mandate.Terms, offer.UnitPrice,
            means.BudgetLeft, means.Funds, tier, null, OrderUnderWay: false, Paused: false)
        {
            Rules = ProductRules.None with { Season = offer.Supply.Season }, HouseholdBudgetLeft = HouseholdBudget.Left(household, orders, now),
        };
        ReorderAdvice advice = policy.Confirm(intent.Quantity, situation);
        return advice.Quantity > 0 ? (advice.Quantity, null) : (0, $"it may no longer be ordered: {(advice.Blocks.IsEmpty ? ReorderBlock.BudgetSpent.ToString() : advice.Blocks.ToString())}");
    }

    /// <summary>False when the member took the mandate back while evidence and standing were fetched.</summary>
    private bool TrySign(
        ReorderIntent intent, GivenMandate mandate, StoreOffer offer, ThingEvent evidence, SealedBlock block, BlockProof anchored, StandingLeaf standing,
        IReadOnlyList<Hash32> standingProof, bool automatic)
    {
        Hash32 root = Hash32.Parse(anchored.Root);
        EventLeaf leaf = EventLeaf.Of(evidence);
        DateTimeOffset now = time.GetUtcNow();
        uint quantity = Math.Min(intent.Quantity, mandate.Terms.MaxQuantity);
        OrderTerms terms = new(
            mandate.Id, mandate.Terms.Account, intent.Gtin, offer.Seller, quantity, offer.UnitPrice * quantity, default, evidence.Cycle,
            Ledger.Blocks.Evidence.Of(leaf.Hash(), block.Hash, root), WholeSeconds(now.AddHours(household.Options.Ordering.DeadlineHours)));
        P256Signature signature = _escrow.Sign(device, terms);
        EvmCall call = _escrow.Trigger(new OrderTrigger(
            terms, mandate.Terms, leaf, block.Block, root, standing, device.PublicKey, signature, new SellerList(mandate.Sellers).Proof(offer.Seller),
            MerkleTree.Of([.. block.Leaves]).Proof(leaf.Hash()), [.. anchored.Proof.Select(Hash32.Parse)], standingProof));
        OrderId id = _escrow.IdOf(terms);
        return mandates.TryUnder(mandate.Id, () => orders.Place(
            new PlacedOrder(id, intent.Number, terms, automatic, now, OrderState.None, now, null),
            new Relay(id.Value, RelayKind.Trigger, call.To!.Value, call.Data.ToArray(), id.Value) { Until = terms.Deadline.At }));
    }

    /// <summary>The product's newest event with its salt; when nothing was seen for days, the level is stated once more.</summary>
    private ThingEvent Evidence(Gtin gtin)
    {
        ThingEvent newest = household.Slots.Where(slot => slot.Holds(gtin)).Select(slot => journal.LastOf(slot.Slot, gtin)).OfType<ThingEvent>().MaxBy(seen => seen.Seq)
            ?? throw new InvalidOperationException($"Nothing was ever seen of {gtin}, yet it is ordered.");
        DateTimeOffset now = time.GetUtcNow();
        if (now - newest.SeenAt > Freshness)
            newest = journal.Append(new ThingObservation(now, household.DayOf(now), newest.Slot, gtin, ThingEventKind.Snapshot, Mass.Zero, newest.Level, newest.Cycle));
        return journal.OpenLeaves(newest.Seq, newest.Seq)[0];
    }

    private static DateTimeOffset WholeSeconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());
}
