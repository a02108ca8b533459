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
        IReadOnlyList<Mandate> older = await StandingAsync(wish.Gtin, stop);
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
    /// <param name="gtin">The product.</param>
    /// <param name="member">The unlocked key.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="EvmException">The chain cannot be reached; nothing was signed and the mandate stands.</exception>
    public Task RevokeAsync(Gtin gtin, P256Key member, CancellationToken stop) => signer.AloneAsync(async () =>
    {
        IReadOnlyList<Mandate> standing = await EndableAsync(gtin, stop);
        if (standing.Count == 0)
            return 0;
        IReadOnlyList<IReadOnlyList<Relay>> rows = await signer.SignNoAsync([.. standing.Select(Revocation)], member, stop);
        mandates.Revoke([.. rows.SelectMany(row => standing.Zip(row))], time.GetUtcNow());
        return standing.Count;
    }, stop);

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

    /// <summary>What the escrow takes orders under, or soon would: found on chain, or known here and not ended.</summary>
    /// <exception cref="EvmException">The chain cannot be asked, so that it is not known what a new mandate would stand beside.</exception>
    private async Task<IReadOnlyList<Mandate>> StandingAsync(Gtin gtin, CancellationToken stop)
    {
        List<Mandate> standing = [.. await finder.LookAsync(gtin, stop)];
        foreach (GivenMandate given in mandates.RevocableOf(gtin))
        {
            if (given.Status != RelayStatus.Mined || await finder.StandsAsync(given.Id, stop))
                standing.Add(given.Terms);
        }
        return standing;
    }

    /// <summary>What the member's no ends: all that may stand, whatever the chain says or does not say; what is said to stand goes first, for a refused call holds up those behind it.</summary>
    public async Task<IReadOnlyList<Mandate>> EndableAsync(Gtin gtin, CancellationToken stop)
    {
        List<Mandate> first = [], last = [];
        try
        {
            first.AddRange(await finder.LookAsync(gtin, stop));
        }
        catch (EvmException)
        {
            // those that are known here are ended all the same
        }
        foreach (GivenMandate given in mandates.RevocableOf(gtin))
            (given.Status != RelayStatus.Mined || await MayStandAsync(given.Id, stop) ? first : last).Add(given.Terms);
        return [.. first, .. last];
    }

    private async Task<bool> MayStandAsync(MandateId id, CancellationToken stop)
    {
        try
        {
            return await finder.StandsAsync(id, stop);
        }
        catch (EvmException)
        {
            return true;
        }
    }

    /// <summary>The account's call that takes a mandate back.</summary>
    public MemberWish Revocation(Mandate terms) => new(RelayKind.Revoke, _escrow.RevokeMandate(terms), TypedMessages.Mandate(terms).Value);
}
