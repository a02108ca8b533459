using Microsoft.Data.Sqlite;
using PantryChain.Gateway.Storage;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Blocks;

/// <summary>Rings once a household day at the fixed time, so that silence never tells that nobody is home.</summary>
internal sealed class DailySeal(BlockKeeper keeper, DiskState disk, TimeProvider time, ILogger<DailySeal> log) : BackgroundService
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1); // household time; a clock that was set right is noticed by then
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromSeconds(1); // real time; a full disk must not stop the gateway

    private bool _refused;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            bool sealedWhatWasDue = TrySeal();
            TimeSpan sleep = keeper.NextDue() - time.GetUtcNow();
            sleep = sleep < TimeSpan.Zero ? TimeSpan.Zero : sleep < LongestSleep ? sleep : LongestSleep;
            try
            {
                await (sealedWhatWasDue ? Task.Delay(sleep, time, stoppingToken) : Task.Delay(AfterRefusal, stoppingToken));
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private bool TrySeal()
    {
        try
        {
            if (keeper.SealDue())
                log.LogDebug("Sealed the daily block");
            _refused = false;
            disk.Note(nameof(DailySeal), written: true);
            return true;
        }
        catch (Exception error) when (error is SqliteException or StorageException)
        {
            if (!_refused)
                log.LogWarning("The daily block waits: {Error} Nothing is lost; it tries again every second", error.Message);
            _refused = true;
            disk.Note(nameof(DailySeal), written: false);
            return false;
        }
    }
}
