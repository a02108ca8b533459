namespace PantryChain.Gateway.Blocks;

/// <summary>Rings once a household day at the fixed time, so that silence never tells that nobody is home.</summary>
internal sealed class DailySeal(BlockKeeper keeper, TimeProvider time, ILogger<DailySeal> log) : BackgroundService
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1); // household time; a clock that was set right is noticed by then

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            if (keeper.SealDue())
                log.LogDebug("Sealed the daily block");
            TimeSpan sleep = keeper.NextDue() - time.GetUtcNow();
            sleep = sleep < TimeSpan.Zero ? TimeSpan.Zero : sleep < LongestSleep ? sleep : LongestSleep;
            try
            {
                await Task.Delay(sleep, time, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
