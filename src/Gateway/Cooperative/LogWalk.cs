using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Cooperative;

/// <summary>Reads the chain's log from where it was read before up to the newest block, in stretches as long as the nodes bear.</summary>
internal static class LogWalk
{
    private const ulong MostBlocks = 1UL << 40;  // one a second for thirty thousand years
    private const ulong ShortestStretch = 64;    // blocks; a node that refuses even that answers no log at all
    private const ulong Unsettled = 128;         // newest blocks that are read again, for they may be replaced

    /// <summary>Hands every log of a filter to <paramref name="take"/>, some of them once more than once.</summary>
    /// <param name="chain">The nodes; any node's log counts.</param>
    /// <param name="filter">What to look for between two blocks.</param>
    /// <param name="next">What the last walk returned; for the first the block before which nothing can be.</param>
    /// <param name="take">Takes one log.</param>
    /// <param name="log">Hears when nobody tells.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>Where the next walk begins.</returns>
    /// <exception cref="EvmException">No node answers at all. A node that refuses logs is no such case: then nothing is found, and the log says so.</exception>
    public static async Task<ulong> GoAsync(ChainNodes chain, Func<ulong, ulong, LogFilter> filter, ulong next, Action<EvmLog> take, ILogger log, CancellationToken stop)
    {
        ulong newest = (await chain.LatestBlockAsync(stop)).Number, stretch = MostBlocks, from = Math.Min(next, Before(newest));
        if (newest > MostBlocks)
        {
            log.LogWarning("The newest block is told to have number {Number}, which no chain reaches, so the chain's log is not read", newest);
            return next;
        }
        while (from <= newest)
        {
            ulong to = Math.Min(newest, from + stretch - 1);
            try
            {
                foreach (EvmLog entry in await chain.LogsAsync(filter(from, to), stop))
                    take(entry);
                from = to + 1;
            }
            catch (EvmException error) when (stretch > ShortestStretch)
            {
                log.LogDebug("The log of blocks {From} to {To} was not told: {Why} A shorter stretch is asked for", from, to, error.Message);
                stretch = Math.Max(ShortestStretch, Math.Min(stretch, newest - from + 1) / 8);
            }
            catch (EvmException error)
            {
                log.LogWarning("No node tells what happened in blocks {From} to {To} ({Error}), so what this gateway does not know of is not found", from, to, error.Message);
                break;
            }
        }
        return Before(from);
    }

    private static ulong Before(ulong block) => block > Unsettled ? block - Unsettled : 0;
}
