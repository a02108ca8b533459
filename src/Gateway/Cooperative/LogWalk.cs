using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Cooperative;

/// <summary>Reads the chain's log from where it was read before towards the newest block, in stretches as long as the nodes bear.</summary>
/// <remarks>
/// How long the chain is and which stretches are refused is no more than some node's word, so one look asks a bounded number of times for a bounded while, and the next look
/// goes on. What most nodes tell is handed on whole; what fewer tell is handed on in small portions of each, so that no node's inventions crowd out another's truth.
/// One caller at a time.
/// </remarks>
/// <param name="chain">The nodes; any node's log counts.</param>
/// <param name="filter">What to look for between two blocks.</param>
/// <param name="first">The block before which nothing can be.</param>
/// <param name="time">Its timestamps are real.</param>
/// <param name="log">Hears what nobody tells.</param>
internal sealed class LogWalk(ChainNodes chain, Func<ulong, ulong, LogFilter> filter, ulong first, TimeProvider time, ILogger log)
{
    /// <summary>How many news of a node that no majority tells one look hands on.</summary>
    public const int MostAlone = 8;

    /// <summary>How often one look asks.</summary>
    public const int MostQuestions = 64;

    private const ulong MostBlocks = 1UL << 40;  // one a second for thirty thousand years
    private const ulong ShortestStretch = 64;    // blocks; a node that refuses even that answers no log at all
    private const ulong Unsettled = 128;         // newest blocks that are read again, for they may be replaced
    private const int BeforeLonger = 4;          // stretches in a row that were borne before a longer one is tried

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10); // real time

    private readonly ulong _first = first;
    private ulong _next = first, _stretch = MostBlocks;
    private int _borne;
    private bool _warned;

    /// <summary>Hands logs that were not read yet to <paramref name="take"/>, some of them more than once.</summary>
    /// <param name="take">Takes one log; true when it is news. It throws a <see cref="FormatException"/> or the like for one that is none.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="EvmException">No node answers at all. A node that refuses logs is no such case: then nothing is found, and the log and the nodes' troubles say so.</exception>
    public async Task GoAsync(Func<ToldLog, bool> take, CancellationToken stop)
    {
        ulong newest = (await chain.LatestBlockAsync(stop)).Number;
        if (newest > MostBlocks)
        {
            log.LogWarning("The newest block is told to have number {Number}, which no chain reaches, so the chain's log is not read", newest);
            chain.Unread(this, newest);
            return;
        }
        if (newest < _next) // one of both heads was a lie, and what lies between them may never have been told
            _next = _first;
        long began = time.GetTimestamp();
        ulong from = Math.Min(_next, Before(newest));
        Portions portions = new(take, Refuse);
        for (int asked = 0; from <= newest && asked < MostQuestions && time.GetElapsedTime(began) < Longest; asked++)
        {
            ulong to = Math.Min(newest, from + _stretch - 1);
            if (await TryAskAsync(from, to, newest, stop) is not { } sight)
            {
                if (_stretch == ShortestStretch)
                    break;
                _stretch = Math.Max(ShortestStretch, Math.Min(_stretch, newest - from + 1) / (_borne > 0 ? 2u : 8u));
                _borne = 0;
                continue;
            }
            portions.HandOut(sight);
            from = to + 1;
            if (++_borne % BeforeLonger == 0 && _stretch < MostBlocks)
                _stretch *= 2;
        }
        _next = Math.Min(from, Before(newest + 1));
        _warned &= portions.Refused > 0;
        chain.Unread(this, newest + 1 - from);
    }

    /// <summary>What the nodes tell of a stretch; null when most of them find it too long.</summary>
    private async Task<LogSight?> TryAskAsync(ulong from, ulong to, ulong newest, CancellationToken stop)
    {
        bool shortest = Math.Min(_stretch, newest - from + 1) <= ShortestStretch;
        try
        {
            if (await chain.LogSightAsync(filter(from, to), mayBeTooLong: !shortest, stop) is { } sight)
                return sight;
        }
        catch (EvmException error) when (shortest)
        {
            log.LogWarning("No node tells what happened in blocks {From} to {To} ({Error}), so what this gateway does not know of is not found", from, to, error.Message);
            _stretch = ShortestStretch;
            return null;
        }
        catch (EvmException error)
        {
            log.LogDebug("The log of blocks {From} to {To} was not told: {Why}", from, to, error.Message);
        }
        return null;
    }

    private void Refuse(EvmLog entry, string why)
    {
        if (!_warned)
            log.LogWarning("A log of block {Block} is none that can be read ({Error}); it and others like it are left out", entry.Block, why);
        _warned = true;
    }

    private static ulong Before(ulong block) => block > Unsettled ? block - Unsettled : 0;

    /// <summary>Hands a look's logs on, those of a majority first and each node's lonely ones up to its portion, newest first.</summary>
    private sealed class Portions(Func<ToldLog, bool> take, Action<EvmLog, string> refuse)
    {
        private readonly Dictionary<ChainNode, int> _alone = [];

        public int Refused { get; private set; }

        public void HandOut(LogSight sight)
        {
            foreach (ToldLog told in sight.Logs.Where(told => told.ByMost))
                Take(told);
            foreach (ToldLog told in sight.Logs.Where(told => !told.ByMost).OrderByDescending(told => told.Log.Block))
            {
                if (told.By.All(node => _alone.GetValueOrDefault(node) >= MostAlone) || !Take(told))
                    continue;
                foreach (ChainNode node in told.By)
                    _alone[node] = _alone.GetValueOrDefault(node) + 1;
            }
        }

        private bool Take(ToldLog told)
        {
            try
            {
                return take(told);
            }
            catch (Exception error) when (error is FormatException or OverflowException or ArgumentException)
            {
                Refused++;
                refuse(told.Log, error.Message);
                return false;
            }
        }
    }
}
