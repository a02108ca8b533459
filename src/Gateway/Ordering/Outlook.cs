using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Rewards;

namespace PantryChain.Gateway.Ordering;

/// <summary>Asks store and chain what <see cref="Circumstances"/> keeps: offers, standing, balances, what mandates have spent.</summary>
/// <remarks>One caller at a time, the order drain. What cannot be read as this protocol counts as the store not answering.</remarks>
internal sealed class Outlook(
    StoreClient store, IEvmClient chain, ContractSet contracts, Membership membership, Household household, MandateBook mandates, Circumstances circumstances,
    RewardClaimer claimer, MandateFinder finder)
{
    private readonly OrderEscrow _escrow = new(chain, contracts);
    private readonly BamtolToken _bamtol = new(chain, contracts);
    private readonly BamnamuToken _bamnamu = new(chain, contracts);

    /// <summary>Refreshes everything; true when something changed that a decision looks at.</summary>
    /// <exception cref="HttpRequestException">The store cannot be reached, or answers something else.</exception>
    /// <exception cref="EvmException">The chain cannot be reached, or refuses.</exception>
    public async Task<bool> RefreshAsync(CancellationToken stop)
    {
        AccountAddress account = membership.AccountAddress;
        IReadOnlyList<StoreOffer> offers = ReadOffers(await store.CatalogueAsync(stop), household);
        Standing standing = await StandingAsync(stop);
        Bamtol cash = await _bamtol.BalanceAsync(account, stop);
        Bamnamu reward = await _bamnamu.BalanceAsync(account, stop);
        await claimer.LookAsync(stop);
        Dictionary<MandateId, MandateOnChain> used = [];
        foreach (ShelfProduct product in household.Products)
        {
            if (mandates.ActiveOf(product.Product.Gtin) is { } mandate)
                used[mandate.Id] = await _escrow.MandateAsync(mandate.Id, stop);
        }
        foreach (ShelfProduct product in household.Products)
            await finder.LookAsync(product.Product.Gtin, stop);
        return circumstances.Update(offers, standing, cash, reward, used);
    }

    /// <summary>The household's standing in the newest epoch.</summary>
    public async Task<Standing> StandingAsync(CancellationToken stop)
    {
        OwnLeaves? own = await store.LeavesAsync(stop);
        if (own is null)
            return Standing.None;
        try
        {
            await claimer.KeepAsync(own, stop);
            return StandingOf(own, membership.AccountAddress);
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            throw new HttpRequestException($"The store's leaves cannot be read: {Foreign.Clean(error.Message)}", error);
        }
    }

    /// <summary>What a store says about the household's standing.</summary>
    /// <exception cref="FormatException">It is not this protocol's.</exception>
    /// <exception cref="OverflowException">A number is out of its range.</exception>
    internal static Standing StandingOf(OwnLeaves own, AccountAddress account)
    {
        StandingLeaf? leaf = own.Standing is { } message ? new StandingLeaf(account, checked((byte)message.Tier), checked((uint)own.Epoch), Hash32.Parse(message.Salt)) : null;
        IReadOnlyList<Hash32> proof = own.Standing is null ? [] : [.. own.Standing.Proof.Select(Hash32.Parse)];
        return new Standing(leaf, proof, own.Points, Amount(own.Held)) { Waiting = Amount(own.Waiting ?? "0"), CountsOwned = own.Owned is not null };
    }

    private static Bamnamu Amount(string text) => new(UInt128.Parse(text, System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The offers of products that the household keeps.</summary>
    internal static IReadOnlyList<StoreOffer> ReadOffers(IReadOnlyList<CatalogueEntry> entries, Household household)
    {
        List<StoreOffer> offers = [];
        foreach (CatalogueEntry? entry in entries) // a list's element may be null whatever its type says
        {
            if (entry is not null && Gtin.TryParse(entry.Gtin, out Gtin gtin) && household.FindProduct(gtin) is not null && TryRead(entry, gtin) is { } offer)
                offers.Add(offer);
        }
        return offers;
    }

    /// <summary>No pack costs a trillion won; prices above it are slips or attacks, and whatever is worked out from a price, such as what a mandate suggests, must not overflow.</summary>
    private static readonly Bamtol MostPrice = Bamtol.FromWon(1_000_000_000_000);

    /// <summary>One unreadable line is skipped and the rest still counts: a missing offer has a reason of its own for the member.</summary>
    private static StoreOffer? TryRead(CatalogueEntry entry, Gtin gtin)
    {
        try
        {
            SupplyTerms supply = SupplyTerms.Of(entry);
            Bamtol price = new(UInt128.Parse(entry.UnitPrice, System.Globalization.CultureInfo.InvariantCulture));
            if (price.CompareTo(MostPrice) > 0)
                return null;
            return new StoreOffer(gtin, AccountAddress.Parse(entry.Seller), Foreign.Short(entry.SellerName), price, new BasisPoints(checked((ushort)entry.MaxBamnamuBps)), SupplyTerms.LeadOf(entry, supply.ComesDaily))
            {
                Supply = supply,
            };
        }
        catch (Exception error) when (error is FormatException or OverflowException or ArgumentException)
        {
            return null;
        }
    }
}
