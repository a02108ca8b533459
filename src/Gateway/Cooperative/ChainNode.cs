using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Cooperative;

/// <summary>One voice about the chain: a node, and where else it may be found.</summary>
/// <remarks>Thread safe.</remarks>
internal sealed class ChainNode
{
    private static readonly TimeSpan LeftOut = TimeSpan.FromSeconds(30);       // real time
    private static readonly TimeSpan BetweenChecks = TimeSpan.FromSeconds(30); // real time; which chain a node serves does not change by the second

    private readonly IReadOnlyList<IEvmClient> _ways;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private long? _checked, _differed, _late;
    private volatile int _way;
    private string? _trouble;
    private TimeSpan? _lag;

    /// <param name="name">Its address, for people.</param>
    /// <param name="ways">Its addresses, best first; one voice whichever answers.</param>
    /// <param name="time">Household time for stamps; its timestamps are real.</param>
    public ChainNode(string name, IReadOnlyList<IEvmClient> ways, TimeProvider time) => (Name, _ways, _time) = (name, ways, time);

    /// <summary>Its address, for people.</summary>
    public string Name { get; }

    /// <summary>How old its newest block was when it was asked last; below zero for one from the future, null while it never answered.</summary>
    public TimeSpan? Lag
    {
        get
        {
            lock (_lock)
                return _lag;
        }
    }

    /// <summary>True for half a minute after it needed long when the others had answered.</summary>
    public bool IsLate
    {
        get
        {
            lock (_lock)
                return _late is { } at && _time.GetElapsedTime(at) < LeftOut;
        }
        set
        {
            lock (_lock)
                _late = value ? _time.GetTimestamp() : null;
        }
    }

    /// <summary>What is wrong with it: silent, another chain, slow, or differing from the others within the last real hour; null when nothing is.</summary>
    public string? Trouble
    {
        get
        {
            lock (_lock)
                return _trouble ?? (_differed is { } at && _time.GetElapsedTime(at) < TimeSpan.FromHours(1) ? "it answered otherwise than the others"
                    : _late is null ? null : "it needs seconds longer than the others to answer");
        }
    }

    /// <summary>Asks it something; null while it is silent, serves another chain or answers what cannot be: that is its own trouble and nobody else's.</summary>
    /// <exception cref="EvmRevertedException">A contract refused: that is an answer.</exception>
    public async Task<Reading<T>?> AskAsync<T>(Func<IEvmClient, Task<T>> read, ulong chainId, CancellationToken stop)
        where T : notnull
    {
        for (int tried = 0; tried < _ways.Count; tried++)
        {
            IEvmClient way = _ways[_way];
            try
            {
                if (await IsTheChainAsync(way, chainId, stop))
                    return new Reading<T>(this, await read(way));
            }
            catch (Exception error) when (error is not EvmRevertedException && !stop.IsCancellationRequested)
            {
                string trouble = error is EvmRefusedException ? "it refuses to answer" : error is EvmUnavailableException ? "it does not answer" : "its answer cannot be read";
                Note(trouble, null, forget: true); // its address may hold a key, so the error itself is not told
            }
            _way = (_way + 1) % _ways.Count;
        }
        return null;
    }

    /// <summary>Notes that it answered otherwise than the others.</summary>
    public void Differs()
    {
        lock (_lock)
            _differed = _time.GetTimestamp();
    }

    private async Task<bool> IsTheChainAsync(IEvmClient way, ulong chainId, CancellationToken stop)
    {
        lock (_lock)
        {
            if (_checked is { } at && _time.GetElapsedTime(at) < BetweenChecks)
                return _trouble is null;
        }
        ulong id = await way.ChainIdAsync(stop);
        if (id != chainId)
        {
            Note($"it serves chain {id}, not {chainId}", null, forget: true);
            return false;
        }
        EvmBlock head = await way.LatestBlockAsync(stop);
        Note(null, _time.GetUtcNow() - head.At, forget: false);
        return true;
    }

    private void Note(string? trouble, TimeSpan? lag, bool forget)
    {
        lock (_lock)
            (_trouble, _lag, _checked) = (trouble, lag ?? _lag, forget ? null : _time.GetTimestamp());
    }
}

/// <summary>What one node answered.</summary>
/// <param name="Node">Who.</param>
/// <param name="Value">What.</param>
internal readonly record struct Reading<T>(ChainNode Node, T Value);
