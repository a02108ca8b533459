using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Configuration;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Rewards;
using PantryChain.Reorder.Policy;

namespace PantryChain.Gateway.Ordering;

/// <summary>An offer that the store's catalogue makes.</summary>
/// <param name="Gtin">The product.</param>
/// <param name="Seller">Who sells it.</param>
/// <param name="SellerName">The seller as members know it.</param>
/// <param name="UnitPrice">Price of one pack.</param>
/// <param name="MaxBamnamu">Largest share that the seller takes in Bamnamu.</param>
/// <param name="Lead">What seller and store say about the days it takes; what this household saw is in <see cref="LeadBook"/>.</param>
internal sealed record StoreOffer(Gtin Gtin, AccountAddress Seller, string SellerName, Bamtol UnitPrice, BasisPoints MaxBamnamu, LeadTime Lead)
{
    /// <summary>The catalogue's limits beside the price.</summary>
    public SupplyTerms Supply { get; init; } = SupplyTerms.Always;
}

/// <summary>The household's standing in the newest published epoch, with its proof; tier 0 before the first.</summary>
internal sealed record Standing(StandingLeaf? Leaf, IReadOnlyList<Hash32> Proof, double Points, Bamnamu Held)
{
    /// <summary>Before the first epoch.</summary>
    public static Standing None { get; } = new(null, [], 0, default);

    /// <summary>The ordering tier, 0 for none.</summary>
    public byte Tier => Leaf?.Tier ?? 0;

    /// <summary>Earned by use, and waiting for a first settled order.</summary>
    public Bamnamu Waiting { get; init; }

    /// <summary>True when the store counts Bamnamu on the account like unclaimed ones, so that claiming leaves the tier alone.</summary>
    public bool CountsOwned { get; init; }
}

/// <summary>What a decision about one product can count on.</summary>
internal sealed record Means(StoreOffer? Offer, Bamtol? UnitPrice, Bamtol BudgetLeft, Bamtol Funds, byte Tier, uint? LastCycle);

/// <summary>What store and chain said last: offers, standing, balances, what mandates have spent. Refreshed by the order drain, read by everybody.</summary>
/// <remarks>Thread safe. Not durable: after a start nothing is known until the network answered, and nothing is ordered before.</remarks>
internal sealed class Circumstances(Household household, TimeProvider time)
{
    private readonly Lock _lock = new();
    private IReadOnlyList<StoreOffer> _offers = [];
    private Dictionary<MandateId, MandateOnChain> _mandates = [];
    private Standing _standing = Standing.None;
    private Bamtol _cash;
    private Bamnamu _reward;
    private DateTimeOffset? _at;

    /// <summary>Household time of the last refresh; null before the first.</summary>
    public DateTimeOffset? At
    {
        get
        {
            lock (_lock)
                return _at;
        }
    }

    /// <summary>The household's standing.</summary>
    public Standing Standing
    {
        get
        {
            lock (_lock)
                return _standing;
        }
    }

    /// <summary>What the member's account holds.</summary>
    public (Bamtol Cash, Bamnamu Reward) Balance
    {
        get
        {
            lock (_lock)
                return (_cash, _reward);
        }
    }

    /// <summary>The store's offers.</summary>
    public IReadOnlyList<StoreOffer> Offers
    {
        get
        {
            lock (_lock)
                return _offers;
        }
    }

    /// <summary>Takes in what store and chain said; true when something changed that a decision looks at.</summary>
    public bool Update(IReadOnlyList<StoreOffer> offers, Standing standing, Bamtol cash, Bamnamu reward, IReadOnlyDictionary<MandateId, MandateOnChain> mandates)
    {
        lock (_lock)
        {
            bool changed = _at is null || standing.Tier != _standing.Tier || cash != _cash || !offers.Select(Weighed).SequenceEqual(_offers.Select(Weighed))
                || mandates.Any(mandate => !_mandates.TryGetValue(mandate.Key, out MandateOnChain? known) || known != mandate.Value);
            (_offers, _standing, _cash, _reward, _mandates, _at) = (offers, standing, cash, reward, mandates.ToDictionary(), time.GetUtcNow());
            return changed;
        }
    }

    /// <summary>The cheapest offer of the first seller in <paramref name="sellers"/> who has the product; null when none has.</summary>
    public StoreOffer? OfferFor(Gtin gtin, IReadOnlyList<AccountAddress> sellers)
    {
        List<StoreOffer> offers = [.. Offers.Where(offer => offer.Gtin == gtin)];
        return sellers.Select(seller => offers.Where(offer => offer.Seller == seller).MinBy(offer => offer.UnitPrice)).FirstOrDefault(offer => offer is not null);
    }

    /// <summary>The sellers whom a new mandate for a product allows: the preferred ones, else all who offer it now.</summary>
    public IReadOnlyList<AccountAddress> SellersOf(Gtin gtin)
    {
        IReadOnlyList<AccountAddress> preferred = household.FindProduct(gtin)?.Sellers ?? [];
        return preferred.Count > 0 ? preferred : [.. Offers.Where(offer => offer.Gtin == gtin).OrderBy(offer => offer.UnitPrice).Select(offer => offer.Seller).Distinct()];
    }

    /// <summary>What a decision about a product under a mandate can count on.</summary>
    public Means MeansFor(Gtin gtin, GivenMandate? mandate)
    {
        StoreOffer? offer = OfferFor(gtin, mandate?.Sellers ?? SellersOf(gtin));
        lock (_lock)
        {
            MandateOnChain? use = mandate is null ? null : _mandates.GetValueOrDefault(mandate.Id);
            Bamtol left = mandate is null || use is null ? default : BudgetLeft(mandate.Terms, use);
            return new Means(offer, offer?.UnitPrice, left, _cash, _standing.Tier, use?.LastCycle);
        }
    }

    /// <summary>Periods start at whole multiples of their length since 1970-01-01 (OrderEscrow).</summary>
    private Bamtol BudgetLeft(Mandate terms, MandateOnChain use)
    {
        long period = time.GetUtcNow().ToUnixTimeSeconds() / 86_400 / terms.PeriodDays;
        bool running = use.Period == period;
        return !running ? terms.BudgetPerPeriod : use.Spent.CompareTo(terms.BudgetPerPeriod) >= 0 ? default : terms.BudgetPerPeriod - use.Spent;
    }

    private static (Gtin, AccountAddress, Bamtol, SupplyTerms) Weighed(StoreOffer offer) => (offer.Gtin, offer.Seller, offer.UnitPrice, offer.Supply);
}
