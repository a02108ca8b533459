namespace PantryChain.Store.Hosting;

/// <summary>Work that stands in the database and is done pass by pass: woken by a beat, never ended by a fault.</summary>
/// <remarks>A fault (database or chain away, a bug) is logged once, waited out and tried again; what a pass left undone the next one finds.</remarks>
internal abstract class Drain(ILogger logger) : BackgroundService
{
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(1); // real time between two tries: neighbours restart within seconds
    private string? _fault;

    /// <summary>Real time after which a pass is made without being woken.</summary>
    protected virtual TimeSpan Longest => TimeSpan.FromSeconds(1);

    /// <summary>What wakes the next pass; taken before a pass begins, so that nothing falls between.</summary>
    protected abstract Task NextWake();

    /// <summary>Does all there is to do.</summary>
    protected abstract Task PassAsync(CancellationToken stop);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Task wake = NextWake();
            if (await TryPassAsync(stoppingToken))
                await Pulse.WaitAsync(wake, Longest, stoppingToken);
            else
                await Task.Delay(Recovery, stoppingToken);
        }
    }

    private async Task<bool> TryPassAsync(CancellationToken stop)
    {
        try
        {
            await PassAsync(stop);
            if (_fault is not null)
                logger.LogInformation("{Drain} goes on.", GetType().Name);
            _fault = null;
            return true;
        }
        catch (Exception error) when (!stop.IsCancellationRequested)
        {
            if (_fault != error.Message)
                logger.LogWarning(error is Npgsql.NpgsqlException or Ledger.Evm.EvmException ? null : error, "{Drain} waits and tries again: {Error}", GetType().Name, error.Message);
            _fault = error.Message;
            return false;
        }
    }
}
