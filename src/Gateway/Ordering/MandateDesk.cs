using System.Security.Cryptography;
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

/// <summary>Gives mandates and takes them back: the member's key signs the call that does it, and once per account the calls that let the escrow take what an order costs.</summary>
/// <remarks>Everything is kept in one transaction before the store hears of it. Thread safe.</remarks>
internal sealed class MandateDesk(
    MandateBook mandates, RelayBook relays, Circumstances circumstances, Membership membership, IEvmClient chain, ContractSet contracts, TimeProvider time)
    : IDisposable
{
    private static readonly TimeSpan CallLife = TimeSpan.FromDays(7); // household time

    private readonly MemberAccounts _accounts = new(chain, contracts);
    private readonly OrderEscrow _escrow = new(chain, contracts);
    private readonly BamtolToken _bamtol = new(chain, contracts);
    private readonly BamnamuToken _bamnamu = new(chain, contracts);
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Signs and keeps a mandate.</summary>
    /// <param name="wish">What the member asked for, within its ranges.</param>
    /// <param name="member">The unlocked key.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>Null, or why it cannot be given now.</returns>
    /// <exception cref="EvmException">The chain cannot be reached; nothing was signed.</exception>
    public async Task<string?> TryGiveAsync(MandateWish wish, P256Key member, CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        try
        {
            IReadOnlyList<AccountAddress> sellers = circumstances.SellersOf(wish.Gtin);
            if (sellers.Count == 0)
                return "no seller offers this product now";
            AccountAddress account = membership.AccountAddress;
            List<EvmCall> calls = await AllowancesAsync(account, wish.MaxBamnamu, stop);
            Mandate terms = Terms(wish, account, sellers);
            calls.Add(_escrow.SetMandate(terms));
            Hash32 subject = TypedMessages.Mandate(terms).Value;
            IReadOnlyList<Relay> signed = Sign([.. calls.Select(call => (call, subject))], member, account, await NextNonceAsync(account, stop));
            mandates.Give(new GivenMandate(TypedMessages.Mandate(terms), terms, sellers, wish.Mode, time.GetUtcNow(), signed[^1].Id, RelayStatus.Kept, null), signed);
            return null;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Takes back every mandate of a product that stands; asked again it signs nothing more, unless the chain refused the first time.</summary>
    /// <param name="gtin">The product.</param>
    /// <param name="member">The unlocked key.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="EvmException">The chain cannot be reached; nothing was signed and the mandate stands.</exception>
    public async Task RevokeAsync(Gtin gtin, P256Key member, CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        try
        {
            IReadOnlyList<GivenMandate> given = mandates.RevocableOf(gtin);
            if (given.Count == 0)
                return;
            AccountAddress account = membership.AccountAddress;
            List<(EvmCall, Hash32)> calls = [.. given.Select(mandate => (_escrow.RevokeMandate(mandate.Terms), mandate.Id.Value))];
            List<Relay> signed = Sign(calls, member, account, await NextNonceAsync(account, stop));
            mandates.Revoke([.. given.Zip(signed, (mandate, call) => (mandate.Id, call))], time.GetUtcNow());
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _one.Dispose();

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

    private List<Relay> Sign(List<(EvmCall Call, Hash32 Subject)> calls, P256Key member, AccountAddress account, (ulong Nonce, Hash32? After) next)
    {
        DateTimeOffset deadline = DateTimeOffset.FromUnixTimeSeconds((time.GetUtcNow() + CallLife).ToUnixTimeSeconds());
        List<Relay> signed = [];
        foreach ((EvmCall call, Hash32 subject) in calls)
        {
            EvmCall executed = _accounts.Execute(member, account, call, next.Nonce + (ulong)signed.Count, deadline);
            Hash32 id = new(RandomNumberGenerator.GetBytes(Hash32.Size));
            signed.Add(new Relay(id, RelayKind.Execute, executed.To!.Value, executed.Data.ToArray(), subject, signed.Count > 0 ? signed[^1].Id : next.After));
        }
        return signed;
    }

    /// <summary>The account's next nonce behind all calls that are still on their way, and the last of those.</summary>
    private async Task<(ulong Nonce, Hash32? After)> NextNonceAsync(AccountAddress account, CancellationToken stop)
    {
        List<Relay> waiting = [.. relays.UnderWay().Where(relay => relay.Kind == RelayKind.Execute)];
        ulong onChain = await _accounts.NonceAsync(account, stop);
        return waiting.Count == 0 ? (onChain, null) : (Math.Max(onChain, waiting.Max(NonceOf) + 1), waiting[^1].Id);
    }

    /// <summary>The nonce in a kept call: the fourth word behind the selector of <c>execute(address,uint256,bytes,uint256,uint64,...)</c>.</summary>
    private static ulong NonceOf(Relay call) => new AbiReader(call.Data.AsMemory(4 + 3 * Hash32.Size, Hash32.Size)).Unsigned64();
}
