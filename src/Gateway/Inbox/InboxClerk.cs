using Microsoft.Data.Sqlite;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Inbox;

/// <summary>Answers questions for which nobody had time.</summary>
internal sealed class InboxClerk(InboxBook inbox, InboxDesk desk, TimeProvider time, ILogger<InboxClerk> log) : BackgroundService
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(30), ShortestSleep = TimeSpan.FromSeconds(1); // household time
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromSeconds(1), LeastReal = TimeSpan.FromMilliseconds(200); // real time; a full disk must not stop the gateway

    private bool _refused;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            while (true)
            {
                bool answered = TryAnswer();
                await Task.Delay(answered ? LeastReal : AfterRefusal, stoppingToken);
                await Task.Delay(UntilNext(), time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            log.LogDebug("The inbox's clerk stopped");
        }
    }

    private TimeSpan UntilNext()
    {
        TimeSpan next = inbox.Open.Count == 0 ? LongestSleep : inbox.Open.Min(desk.DueOf) - time.GetUtcNow();
        return next < ShortestSleep ? ShortestSleep : next < LongestSleep ? next : LongestSleep;
    }

    private bool TryAnswer()
    {
        try
        {
            desk.AnswerDue();
            _refused = false;
            return true;
        }
        catch (Exception error) when (error is SqliteException or StorageException)
        {
            if (!_refused)
                log.LogWarning("The inbox waits: {Error} Nothing is lost; it tries again every second", error.Message);
            _refused = true;
            return false;
        }
    }
}
