using System.Collections.Concurrent;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Cooperative;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Ordering;

/// <summary>Finds mandates of the account that stand on chain and that this gateway does not know of: given before its data was lost, or by another gateway.</summary>
/// <remarks>
/// Any node's log counts, and each find is checked by its own hash and by the escrow's word: what most nodes deny is no mandate, whoever tells it, and what cannot be settled is
/// kept apart as disputed. Thread safe.
/// </remarks>
internal sealed class MandateFinder(ChainNodes chain, ContractSet contracts, MandateBook book, Membership membership, TimeProvider time, ILogger<MandateFinder> log) : IDisposable
{
    private const int MostStanding = 64, MostDisputed = 16; // of a product

    private readonly OrderEscrow _escrow = new(chain, contracts);
    private readonly ConcurrentDictionary<Gtin, IReadOnlyList<FoundMandate>> _found = new();
    private readonly Dictionary<Gtin, Trail> _trails = [];
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>What was found of a product when it was last looked for.</summary>
    public IReadOnlyList<Mandate> Of(Gtin gtin) => [.. (_found.GetValueOrDefault(gtin) ?? []).Select(found => found.Terms)];

    /// <summary>Looks for unknown mandates of a product that stand.</summary>
    /// <exception cref="EvmException">No node answers at all. A node that refuses logs is no such case: then nothing is found, and the log says so.</exception>
    public async Task<IReadOnlyList<FoundMandate>> LookAsync(Gtin gtin, CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        try
        {
            return _found[gtin] = await FindAsync(gtin, stop);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Whether the escrow would take orders under a mandate, as the nodes say together.</summary>
    /// <exception cref="EvmException">No node answers.</exception>
    public async Task<Truth> AskAsync(MandateId id, CancellationToken stop)
    {
        IReadOnlyList<Reading<MandateWord>> said = await chain.ReadingsAsync(async node =>
        {
            MandateOnChain mandate = await new OrderEscrow(node, contracts).MandateAsync(id, stop);
            return new MandateWord(mandate.Active, mandate.Revoked);
        }, stop);
        return chain.Agreed(("mandate", id), said) is not { } agreed || !chain.MayConfirm(said.Count) ? Truth.Disputed : agreed.Active ? Truth.Stands : agreed.Revoked ? Truth.Over : Truth.Never;
    }

    /// <inheritdoc />
    public void Dispose() => _one.Dispose();

    private async Task<IReadOnlyList<FoundMandate>> FindAsync(Gtin gtin, CancellationToken stop)
    {
        if (!_trails.TryGetValue(gtin, out Trail? trail))
        {
            LogWalk walk = new(chain, (from, to) => _escrow.MandatesOf(membership.AccountAddress, gtin, from, to), membership.FromBlock, time, log);
            _trails[gtin] = trail = new Trail(walk, new Hearsay<MandateId, Mandate>(time), []);
        }
        HashSet<MandateId> known = [.. book.All().Where(mandate => mandate.Terms.Gtin == gtin).Select(mandate => mandate.Id)];
        if (!trail.Hearsay.IsFull)
            await trail.Walk.GoAsync(told => Take(told, gtin, known, trail), stop);
        if (trail.Standing.Count < MostStanding)
        {
            foreach ((MandateId id, Mandate terms, Truth truth) in await trail.Hearsay.JudgeAsync((id, _, end) => AskAsync(id, end), stop))
                trail.Standing[id] = new FoundMandate(terms, truth == Truth.Stands);
        }
        foreach ((MandateId id, FoundMandate found) in trail.Standing.ToList())
        {
            Truth truth = known.Contains(id) ? Truth.Over : await AskAsync(id, stop);
            if (truth is Truth.Over or Truth.Never || (truth == Truth.Disputed && trail.Standing.Values.Count(other => !other.IsSure) > MostDisputed))
                trail.Standing.Remove(id);
            else
                trail.Standing[id] = found with { IsSure = truth == Truth.Stands };
        }
        return [.. trail.Standing.Values];
    }

    private bool Take(ToldLog told, Gtin gtin, HashSet<MandateId> known, Trail trail)
    {
        if (EscrowEvent.Decode(told.Log) is not MandateSet set || set.Terms.Account != membership.AccountAddress || set.Terms.Gtin != gtin)
            return false;
        if (TypedMessages.Mandate(set.Terms) != set.Mandate)
            throw new FormatException($"its terms are not those of mandate {set.Mandate}");
        return !known.Contains(set.Mandate) && !trail.Standing.ContainsKey(set.Mandate) && trail.Hearsay.Hear(set.Mandate, set.Terms, told);
    }

    /// <summary>How far the log of a product was read, what it told, and what of it stands.</summary>
    private sealed record Trail(LogWalk Walk, Hearsay<MandateId, Mandate> Hearsay, Dictionary<MandateId, FoundMandate> Standing);

    private sealed record MandateWord(bool Active, bool Revoked);
}

/// <summary>A mandate that this gateway did not give.</summary>
/// <param name="Terms">Its terms.</param>
/// <param name="IsSure">False while nodes differ whether it stands and none can be outvoted.</param>
internal sealed record FoundMandate(Mandate Terms, bool IsSure);
