using System.Security.Cryptography;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Cooperative;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Ordering;

/// <summary>One call that the member's account shall make.</summary>
/// <param name="Kind">What for.</param>
/// <param name="Call">What the account calls.</param>
/// <param name="Subject">What it is about: a mandate's, order's or device's id.</param>
internal sealed record MemberWish(RelayKind Kind, EvmCall Call, Hash32 Subject);

/// <summary>Has the member's key sign calls of its account, each behind those that are on their way: the account's nonces are one row for all who sign here.</summary>
/// <remarks>Signs; keeping the calls is the caller's. Thread safe.</remarks>
internal sealed class MemberSigner(RelayBook relays, Membership membership, ChainNodes chain, ContractSet contracts, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan CallLife = TimeSpan.FromDays(7); // household time

    private readonly MemberAccounts _accounts = new(chain, contracts);
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>The member's account.</summary>
    public AccountAddress Account => membership.AccountAddress;

    /// <summary>Looks, signs and keeps while nobody else does.</summary>
    public async Task<T> AloneAsync<T>(Func<Task<T>> batch, CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        try
        {
            return await batch();
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Signs calls in a row behind all that are still on their way and that the chain will take.</summary>
    /// <exception cref="EvmException">The chain cannot be asked for the account's nonce.</exception>
    public async Task<IReadOnlyList<Relay>> SignAsync(IReadOnlyList<MemberWish> calls, P256Key member, CancellationToken stop) =>
        Sign(calls, member, Behind(await _accounts.NonceAsync(Account, stop), doubtedToo: false));

    /// <summary>
    /// Signs a member's no once for each nonce under which it may have to come: behind the calls on their way, with and without those that the chain may refuse, and the
    /// account's next one, for whoever holds back one of those calls must not hold back the no with it. Where nodes differ about the account it is signed once for each. The
    /// chain takes one row and refuses the others.
    /// </summary>
    /// <param name="sure">Calls that the chain will take; one row.</param>
    /// <param name="doubted">Calls that it may refuse. They come behind the others, in one row and each of them alone, so that a refused one holds up none.</param>
    /// <param name="member">The unlocked key.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="EvmException">No node answers.</exception>
    public async Task<IReadOnlyList<Relay>> SignNoAsync(IReadOnlyList<MemberWish> sure, IReadOnlyList<MemberWish> doubted, P256Key member, CancellationToken stop)
    {
        IReadOnlyList<Reading<ulong>> said = await chain.ReadingsAsync(node => new MemberAccounts(node, contracts).NonceAsync(Account, stop), stop);
        List<Relay> signed = [];
        foreach ((ulong Nonce, Hash32? After) start in said.Select(reading => reading.Value).Distinct()
            .SelectMany(next => new (ulong, Hash32?)[] { Behind(next, doubtedToo: true), Behind(next, doubtedToo: false), (next, null) }).DistinctBy(start => start.Item1))
        {
            List<Relay> row = Sign(sure, member, start);
            signed.AddRange(row);
            (ulong, Hash32?) end = (start.Nonce + (ulong)row.Count, row.Count > 0 ? row[^1].Id : start.After);
            signed.AddRange(Sign(doubted, member, end).Concat(doubted.Skip(1).SelectMany(alone => Sign([alone], member, end))).Select(call => call with { Doubted = true }));
        }
        return signed;
    }

    /// <inheritdoc />
    public void Dispose() => _one.Dispose();

    private List<Relay> Sign(IReadOnlyList<MemberWish> calls, P256Key member, (ulong Nonce, Hash32? After) next)
    {
        DateTimeOffset deadline = DateTimeOffset.FromUnixTimeSeconds((time.GetUtcNow() + CallLife).ToUnixTimeSeconds());
        List<Relay> signed = [];
        foreach (MemberWish wish in calls)
        {
            EvmCall executed = _accounts.Execute(member, Account, wish.Call, next.Nonce + (ulong)signed.Count, deadline);
            Hash32 id = new(RandomNumberGenerator.GetBytes(Hash32.Size));
            signed.Add(new Relay(id, wish.Kind, executed.To!.Value, executed.Data.ToArray(), wish.Subject, signed.Count > 0 ? signed[^1].Id : next.After) { Until = deadline });
        }
        return signed;
    }

    /// <summary>The account's next nonce behind the calls that are still on their way, and the last of those.</summary>
    private (ulong Nonce, Hash32? After) Behind(ulong next, bool doubtedToo)
    {
        List<Relay> waiting = [.. relays.UnderWay().Where(relay => relay.IsOfMember && (doubtedToo || !relay.Doubted) && NonceOf(relay) >= next)];
        Relay? last = waiting.MaxBy(NonceOf);
        return last is null ? (next, null) : (NonceOf(last) + 1, last.Id);
    }

    private static ulong NonceOf(Relay call) => MemberCallData.TryRead(call.Data, out ulong nonce, out _) ? nonce : 0;
}
