using PantryChain.Ledger.Evm;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Sending;

/// <summary>Looks at the newest block and beats when it changes: the one poller that everything chain-driven in the store waits for.</summary>
/// <remarks>A node that is away is waited for, at the start too; one of another chain than the store's is not believed.</remarks>
internal sealed class ChainHead(IEvmClient chain, StoreFolder folder, TimeProvider clock, ILogger<ChainHead> logger) : BackgroundService
{
    private volatile EvmBlock? _newest;
    private long _breaks;
    private string? _said;

    /// <summary>The newest block, or null before the chain answered for the first time.</summary>
    public EvmBlock? Newest => _newest;

    /// <summary>True while the chain answers.</summary>
    public bool Reachable { get; private set; }

    /// <summary>The id of another chain that answers at the node's address, or null.</summary>
    public ulong? WrongChain { get; private set; }

    /// <summary>How often a new block did not stand on the one seen before: blocks were missed, or the chain was reorganised. Whoever keeps blocks looks again then.</summary>
    public long Breaks => Interlocked.Read(ref _breaks);

    /// <summary>How far the stamp of the newest block was from the store's clock when it came, ahead above zero; zero before one came.</summary>
    public TimeSpan Skew { get; private set; }

    /// <summary>Beats at each new block.</summary>
    public Pulse Moved { get; } = new();

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(folder.Options.Chain.PollMilliseconds));
        do
        {
            await LookAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(CancellationToken stop)
    {
        try
        {
            if (!Reachable && !await IsOursAsync(stop))
                return;
            EvmBlock block = await chain.LatestBlockAsync(stop);
            if (!Reachable)
                logger.LogInformation("The chain answers; its newest block is {Block}.", block.Number);
            Reachable = true;
            Take(block);
        }
        catch (Exception error) when (!stop.IsCancellationRequested)
        {
            if (Reachable || _newest is null)
                SayOnce(error.Message);
            Reachable = false;
        }
    }

    private void Take(EvmBlock block)
    {
        EvmBlock? before = _newest;
        if (block == before)
            return;
        if (before is null || block.Number != before.Number + 1 || block.Parent != before.Hash)
            Interlocked.Increment(ref _breaks);
        // The first block may be as old as it likes; one that comes while we look was made just now.
        TimeSpan skew = block.At - clock.GetUtcNow();
        if (before is not null || skew > TimeSpan.Zero)
            Skew = skew;
        _newest = block;
        Moved.Beat();
    }

    /// <summary>Asks a node that was away which chain it is; another one is said once and never read.</summary>
    private async Task<bool> IsOursAsync(CancellationToken stop)
    {
        ulong id = await chain.ChainIdAsync(stop), ours = (ulong)folder.Options.Chain.ChainId;
        if (id != ours && WrongChain != id)
            logger.LogError("{Url} is chain {Id}, not {Ours}. Correct 'chain.rpcUrl' in store.json and start again.", folder.Options.Chain.RpcUrl, id, ours);
        WrongChain = id == ours ? null : id;
        return id == ours;
    }

    private void SayOnce(string message)
    {
        if (_said != message)
            logger.LogWarning("The chain does not answer: {Error} Start it, or correct 'chain.rpcUrl' in store.json; the store waits.", message);
        _said = message;
    }
}
