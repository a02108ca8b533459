using PantryChain.Ledger.Evm;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Sending;

/// <summary>Looks at the newest block and beats when it changes: the one poller that everything chain-driven in the store waits for.</summary>
internal sealed class ChainHead(IEvmClient chain, StoreFolder folder, ILogger<ChainHead> logger) : BackgroundService
{
    private volatile EvmBlock? _newest;

    /// <summary>The newest block, or null before the chain answered for the first time.</summary>
    public EvmBlock? Newest => _newest;

    /// <summary>True while the chain answers.</summary>
    public bool Reachable { get; private set; }

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
            EvmBlock block = await chain.LatestBlockAsync(stop);
            bool moved = block != _newest;
            (_newest, Reachable) = (block, true);
            if (moved)
                Moved.Beat();
        }
        catch (Exception error) when (!stop.IsCancellationRequested)
        {
            if (Reachable || _newest is null)
                logger.LogWarning("The chain does not answer: {Error}", error.Message);
            Reachable = false;
        }
    }
}
