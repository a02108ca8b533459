using PantryChain.Telemetry.Home;
using Polly;
using Polly.Retry;

namespace PantryChain.Gateway.Drains;

/// <summary>What all drains share: work until nothing is left, sleep until woken, and when the network fails try again, ever more slowly.</summary>
/// <remarks>
/// A pass looks at durable state and does what is missing, so it may be interrupted anywhere and run again. Waiting is real time: a rehearsal's
/// household day lasts seconds, its network does not run faster for that.
/// </remarks>
internal abstract class Drain(ILogger log) : BackgroundService
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100), LongestDelay = TimeSpan.FromSeconds(30);

    private bool _failing;
    private long _passes;

    /// <summary>True while the last pass failed.</summary>
    public bool IsFailing => Volatile.Read(ref _failing);

    /// <summary>Passes that came to their end so far.</summary>
    public long Passes => Interlocked.Read(ref _passes);

    /// <summary>Wakes the drain: there is something to do.</summary>
    protected Signal Work { get; } = new();

    /// <summary>The drain's name in logs.</summary>
    protected abstract string Name { get; }

    /// <summary>Wakes the drain.</summary>
    public void Wake() => Work.Set();

    /// <inheritdoc />
    public override void Dispose()
    {
        base.Dispose();
        Work.Dispose();
    }

    /// <summary>One pass, for who drives time and calls it instead of the host.</summary>
    /// <returns>The longest time to sleep afterwards, as the driver's clock counts real time.</returns>
    internal Task<TimeSpan> PassOnceAsync(CancellationToken stop) => PassAsync(stop);

    /// <summary>Does what is missing; the longest real time to sleep afterwards.</summary>
    protected abstract Task<TimeSpan> PassAsync(CancellationToken stop);

    /// <inheritdoc />
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // the host starts its other services meanwhile
        ResiliencePipeline<TimeSpan> retry = Retry();
        try
        {
            while (true)
            {
                TimeSpan sleep = await retry.ExecuteAsync(async stop => await PassAsync(stop), stoppingToken);
                Recovered();
                Interlocked.Increment(ref _passes);
                await Work.WaitAsync(sleep, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            log.LogDebug("{Drain}: stopped", Name);
        }
    }

    private ResiliencePipeline<TimeSpan> Retry() => new ResiliencePipelineBuilder<TimeSpan>()
        .AddRetry(new RetryStrategyOptions<TimeSpan>
        {
            ShouldHandle = new PredicateBuilder<TimeSpan>().Handle<Exception>(error => error is not OperationCanceledException),
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = FirstDelay,
            MaxDelay = LongestDelay,
            OnRetry = attempt =>
            {
                Failed(attempt.Outcome.Exception!);
                return default;
            },
        })
        .Build();

    private void Failed(Exception error)
    {
        if (!Interlocked.Exchange(ref _failing, true))
            log.LogWarning("{Drain}: {Error} Nothing is lost; it tries again", Name, error.Message);
        else
            log.LogDebug(error, "{Drain}: still failing", Name);
    }

    private void Recovered()
    {
        if (Interlocked.Exchange(ref _failing, false))
            log.LogInformation("{Drain}: works again", Name);
    }
}
