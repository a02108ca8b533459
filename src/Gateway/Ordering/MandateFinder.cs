using System.Collections.Concurrent;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Cooperative;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Ordering;

/// <summary>Finds mandates of the account that stand on chain and that this gateway does not know of: given before its data was lost, or by another gateway.</summary>
/// <remarks>Any node's log counts, and each find is checked by its own hash and by the escrow's word. Thread safe.</remarks>
internal sealed class MandateFinder(ChainNodes chain, ContractSet contracts, MandateBook book, Membership membership, ILogger<MandateFinder> log)
{
    private readonly OrderEscrow _escrow = new(chain, contracts);
    private readonly ConcurrentDictionary<Gtin, IReadOnlyList<Mandate>> _found = new();
    private readonly ConcurrentDictionary<Gtin, Read> _read = new();

    /// <summary>What was found of a product when it was last looked for.</summary>
    public IReadOnlyList<Mandate> Of(Gtin gtin) => _found.GetValueOrDefault(gtin) ?? [];

    /// <summary>Looks for unknown mandates of a product that stand.</summary>
    /// <exception cref="EvmException">No node answers at all. A node that refuses logs is no such case: then nothing is found, and the log says so.</exception>
    public async Task<IReadOnlyList<Mandate>> LookAsync(Gtin gtin, CancellationToken stop)
    {
        HashSet<MandateId> known = [.. book.All().Where(mandate => mandate.Terms.Gtin == gtin).Select(mandate => mandate.Id)];
        List<Mandate> standing = [];
        foreach (Mandate terms in await GivenAsync(gtin, stop))
        {
            MandateId id = TypedMessages.Mandate(terms);
            if (!known.Contains(id) && await StandsAsync(id, stop))
                standing.Add(terms);
        }
        _found[gtin] = standing;
        return standing;
    }

    /// <summary>True when any node says that the escrow would take orders under a mandate.</summary>
    /// <exception cref="EvmException">No node answers.</exception>
    public async Task<bool> StandsAsync(MandateId id, CancellationToken stop) =>
        (await chain.ReadingsAsync(node => new OrderEscrow(node, contracts).MandateAsync(id, stop), stop)).Any(reading => reading.Value.Active);

    private async Task<IReadOnlyList<Mandate>> GivenAsync(Gtin gtin, CancellationToken stop)
    {
        Read before = _read.GetValueOrDefault(gtin) ?? new Read(membership.FromBlock, new Dictionary<MandateId, Mandate>());
        Dictionary<MandateId, Mandate> given = new(before.Given);
        ulong next = await LogWalk.GoAsync(
            chain, (from, to) => _escrow.MandatesOf(membership.AccountAddress, gtin, from, to), before.Next, entry => Take(entry, gtin, given), log, stop);
        _read[gtin] = new Read(next, given);
        return [.. given.Values];
    }

    private void Take(EvmLog entry, Gtin gtin, Dictionary<MandateId, Mandate> given)
    {
        try
        {
            if (EscrowEvent.Decode(entry) is MandateSet set && set.Terms.Account == membership.AccountAddress && set.Terms.Gtin == gtin)
            {
                if (TypedMessages.Mandate(set.Terms) != set.Mandate)
                    throw new FormatException($"its terms are not those of mandate {set.Mandate}");
                given[set.Mandate] = set.Terms;
            }
        }
        catch (Exception error) when (error is FormatException or OverflowException or ArgumentException)
        {
            log.LogWarning("A log of block {Block} is no mandate ({Error}); it is left out", entry.Block, error.Message);
        }
    }

    /// <summary>How far the log of a product was read, and what it held.</summary>
    private sealed record Read(ulong Next, IReadOnlyDictionary<MandateId, Mandate> Given);
}
