using Polly;
using Polly.Retry;

namespace PantryChain.Telemetry.Mqtt;

/// <summary>How one connection went.</summary>
/// <param name="Ending">Why it ended or was not made; null at a stop.</param>
/// <param name="Lived">How long the broker had us; null when it never took us.</param>
/// <param name="TakenOver">True when the broker said that another client took our place.</param>
internal readonly record struct Attempt(Ending? Ending, TimeSpan? Lived, bool TakenOver);

/// <summary>Connects again and again, ever more slowly while it fails, and tells a row of short connections from bad luck.</summary>
/// <remarks>One caller, the link's worker. Waiting is real time; a random part of it is left out so that a street of gateways does not come back at once.</remarks>
internal sealed class Reconnecting(MqttOptions options)
{
    // A connection that ends sooner counts as a failure: two gateways with one id would throw each other out in turns, without a pause that grows.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    // Mosquitto before 2.1 closes a session that another client takes over without a word (MQTT 5 reason 0x8E): two short ones in a row look like that.
    private static readonly TimeSpan Short = TimeSpan.FromMinutes(1);

    private int _shortLives;

    /// <summary>Lives one connection after the other until the stop.</summary>
    public async Task RunAsync(Func<Task<Attempt>> live, CancellationToken stop)
    {
        ResiliencePipeline<Attempt> again = Pauses();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await again.ExecuteAsync(async _ => await live(), stop); // ends with a connection that had settled: the pauses begin anew
                await Task.Delay(options.RetryFirst * (0.5 + Random.Shared.NextDouble() / 2), stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>What an ending is called, given the ones before it.</summary>
    public Ending? Judge(in Attempt attempt)
    {
        bool wordless = attempt.Ending?.Words == MqttWords.Lost(options);
        _shortLives = wordless && attempt.Lived < Short ? _shortLives + 1 : 0;
        return _shortLives < 2 ? attempt.Ending : new Ending(MqttLossKind.TakenOver, MqttWords.OfShortLives(options));
    }

    private ResiliencePipeline<Attempt> Pauses() => new ResiliencePipelineBuilder<Attempt>()
        .AddRetry(new RetryStrategyOptions<Attempt>
        {
            ShouldHandle = new PredicateBuilder<Attempt>().HandleResult(attempt => attempt.Ending is not null && (attempt.TakenOver || !(attempt.Lived > Settled))),
            MaxRetryAttempts = int.MaxValue, BackoffType = DelayBackoffType.Exponential, UseJitter = true, Delay = options.RetryFirst, MaxDelay = options.RetryMost,
            DelayGenerator = tried => ValueTask.FromResult<TimeSpan?>(tried.Outcome.Result.TakenOver ? options.RetryMost * (0.5 + Random.Shared.NextDouble() / 2) : null),
        })
        .Build();
}
