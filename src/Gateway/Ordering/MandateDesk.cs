using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Cooperative;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Ordering;

/// <summary>What a member asks for on the mandate form; caps in packs and whole won.</summary>
internal sealed record MandateWish(
    Gtin Gtin, MandateMode Mode, uint MaxQuantity, Bamtol MaxUnitPrice, Bamtol BudgetPerPeriod, ushort PeriodDays, uint MinCycles, byte MinTier, BasisPoints MaxBamnamu, int ValidDays);

/// <summary>Gives mandates and takes them back: the member's key signs the calls that do it, and once per account those that let the escrow take what an order costs.</summary>
/// <remarks>
/// A new mandate takes back all older ones of its product in the same batch, in front of it, so that never two are in force. Everything is kept in one transaction
/// before a relay hears of it. Thread safe.
/// </remarks>
internal sealed class MandateDesk(
    MandateBook mandates, MandateFinder finder, Circumstances circumstances, MemberSigner signer, ChainNodes chain, ContractSet contracts, TimeProvider time)
{
    private readonly OrderEscrow _escrow = new(chain, contracts);
    private readonly BamtolToken _bamtol = new(chain, contracts);
    private readonly BamnamuToken _bamnamu = new(chain, contracts);

    /// <summary>Signs and keeps a mandate.</summary>
    /// <param name="wish">What the member asked for, within its ranges.</param>
    /// <param name="member">The unlocked key.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>Null, or why it cannot be given now.</returns>
    /// <exception cref="EvmException">The chain cannot be reached; nothing was signed.</exception>
    public Task<string?> TryGiveAsync(MandateWish wish, P256Key member, CancellationToken stop) => signer.AloneAsync(async () =>
    {
        IReadOnlyList<AccountAddress> sellers = circumstances.SellersOf(wish.Gtin);
        if (sellers.Count == 0)
            return "no seller offers this product now";
        if (await StandingAsync(wish.Gtin, stop) is not { } older)
            return "the chain's nodes differ, or too few of them answer, about an older mandate of this product, so it is not known what a new one would stand beside";
        Mandate terms = Terms(wish, signer.Account, sellers);
        Hash32 subject = TypedMessages.Mandate(terms).Value;
        List<MemberWish> calls = [.. older.Select(Revocation)];
        calls.AddRange((await AllowancesAsync(signer.Account, wish.MaxBamnamu, stop)).Select(call => new MemberWish(RelayKind.Execute, call, subject)));
        calls.Add(new MemberWish(RelayKind.Execute, _escrow.SetMandate(terms), subject));
        IReadOnlyList<Relay> signed = await signer.SignAsync(calls, member, stop);
        mandates.Give(
            new GivenMandate(TypedMessages.Mandate(terms), terms, sellers, wish.Mode, time.GetUtcNow(), signed[^1].Id, RelayStatus.Kept, null),
            [.. signed.Skip(older.Count)], [.. older.Zip(signed)]);
        return null;
    }, stop);

    /// <summary>Takes back every mandate of a product that stands; asked again it signs nothing more, unless the chain refused the first time.</summary>
    /// <remarks>What is known here is signed and kept before the log is asked for more, so that nothing that a node tells of stands in front of it or keeps the member waiting.</remarks>
    /// <param name="gtin">The product.</param>
    /// <param name="member">The unlocked key.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="EvmException">The chain cannot be reached; nothing was signed and the mandate stands.</exception>
    public Task RevokeAsync(Gtin gtin, P256Key member, CancellationToken stop) => signer.AloneAsync(async () =>
    {
        int known = await EndAsync(await KnownAsync(gtin, stop), member, stop);
        return known + await EndFoundAsync([gtin], member, stop);
    }, stop);

    /// <summary>Takes back what the log of some products tells of and this gateway did not give, as far as the nodes answer; inside <see cref="MemberSigner.AloneAsync"/>.</summary>
    /// <returns>How many.</returns>
    public async Task<int> EndFoundAsync(IReadOnlyList<Gtin> products, P256Key member, CancellationToken stop)
    {
        try
        {
            List<FoundMandate> found = [];
            foreach (Gtin gtin in products)
                found.AddRange(await finder.LookAsync(gtin, stop));
            return await EndAsync(new Endable([.. found.Where(each => each.IsSure).Select(each => each.Terms)], [.. found.Where(each => !each.IsSure).Select(each => each.Terms)]), member, stop);
        }
        catch (EvmException)
        {
            return 0; // what is known here is ended all the same
        }
    }

    private async Task<int> EndAsync(Endable ends, P256Key member, CancellationToken stop)
    {
        if (ends.All.Count == 0)
            return 0;
        IReadOnlyList<Relay> calls = await signer.SignNoAsync([.. ends.Sure.Select(Revocation)], [.. ends.Doubted.Select(Revocation)], member, stop);
        mandates.Revoke(ends.With(calls), time.GetUtcNow());
        return ends.All.Count;
    }

    private Mandate Terms(MandateWish wish, AccountAddress account, IReadOnlyList<AccountAddress> sellers) => new(
        account, wish.Gtin, wish.MaxQuantity, wish.MaxUnitPrice, wish.BudgetPerPeriod, wish.PeriodDays, wish.MinCycles, wish.MinTier, wish.MaxBamnamu,
        new SellerList(sellers).Root, DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().AddDays(wish.ValidDays).ToUnixTimeSeconds()),
        (ulong)mandates.All().Count + 1);

    /// <summary>The escrow may take what orders cost; the mandates' budgets bound it, and every order is bound to a mandate by the contract.</summary>
    private async Task<List<EvmCall>> AllowancesAsync(AccountAddress account, BasisPoints bamnamu, CancellationToken stop)
    {
        UInt128 enough = UInt128.MaxValue / 2;
        bool asked = mandates.All().Any(mandate => mandate.Status != RelayStatus.Refused);
        List<EvmCall> calls = [];
        if (!asked && (await _bamtol.EscrowAllowanceAsync(account, stop)).Hundredths < enough)
            calls.Add(_bamtol.ApproveEscrow(new Bamtol(UInt128.MaxValue)));
        if (bamnamu.Value > 0 && !mandates.All().Any(mandate => mandate.Status != RelayStatus.Refused && mandate.Terms.MaxBamnamu.Value > 0)
            && (await _bamnamu.EscrowAllowanceAsync(account, stop)).Units < enough)
            calls.Add(_bamnamu.ApproveEscrow(new Bamnamu(UInt128.MaxValue)));
        return calls;
    }

    /// <summary>What the escrow takes orders under, or soon would: known here and not ended, or found on chain; null while nodes differ about one and none can be outvoted.</summary>
    /// <exception cref="EvmException">The chain cannot be asked, so that it is not known what a new mandate would stand beside.</exception>
    private async Task<IReadOnlyList<Mandate>?> StandingAsync(Gtin gtin, CancellationToken stop)
    {
        List<Mandate> standing = [];
        foreach (GivenMandate given in mandates.RevocableOf(gtin))
        {
            Truth truth = given.Status != RelayStatus.Mined ? Truth.Stands : await finder.AskAsync(given.Id, stop);
            if (truth == Truth.Disputed)
                return null;
            if (truth == Truth.Stands)
                standing.Add(given.Terms);
        }
        IReadOnlyList<FoundMandate> found = await finder.LookAsync(gtin, stop);
        return found.All(each => each.IsSure) ? [.. standing, .. found.Select(each => each.Terms)] : null;
    }

    /// <summary>What the member's no ends of what was given here: all that may stand, whatever the chain says or does not say.</summary>
    public async Task<Endable> KnownAsync(Gtin gtin, CancellationToken stop)
    {
        List<Mandate> sure = [], doubted = [];
        foreach (GivenMandate given in mandates.RevocableOf(gtin))
            (given.Status != RelayStatus.Mined || await SurelyStandsAsync(given.Id, stop) ? sure : doubted).Add(given.Terms);
        return new Endable(sure, doubted);
    }

    private async Task<bool> SurelyStandsAsync(MandateId id, CancellationToken stop)
    {
        try
        {
            return await finder.AskAsync(id, stop) == Truth.Stands;
        }
        catch (EvmException)
        {
            return false;
        }
    }

    /// <summary>The account's call that takes a mandate back.</summary>
    public MemberWish Revocation(Mandate terms) => new(RelayKind.Revoke, _escrow.RevokeMandate(terms), TypedMessages.Mandate(terms).Value);
}

/// <summary>Mandates that a member's no ends.</summary>
/// <param name="Sure">Those that the chain has, or soon will.</param>
/// <param name="Doubted">Those of which that is not sure, so that the chain may refuse their end; it must hold up nothing.</param>
internal sealed record Endable(IReadOnlyList<Mandate> Sure, IReadOnlyList<Mandate> Doubted)
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<Mandate> All => [.. Sure, .. Doubted];

    /// <summary>Each call that ends one of them, with its mandate.</summary>
    public IReadOnlyList<(Mandate Terms, Relay Call)> With(IReadOnlyList<Relay> calls)
    {
        Dictionary<Hash32, Mandate> terms = All.ToDictionary(mandate => TypedMessages.Mandate(mandate).Value);
        return [.. calls.Where(call => call.Kind == RelayKind.Revoke).Select(call => (terms[call.Subject], call))];
    }
}
