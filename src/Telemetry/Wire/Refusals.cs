using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace PantryChain.Telemetry.Wire;

/// <summary>Counts what arrived and was no message of ours, and says so once per topic.</summary>
/// <remarks>Thread safe. Remembers at most <see cref="MaxTopics"/> topics, so that a flood of invented topics costs no memory.</remarks>
public sealed class Refusals(ILogger<Refusals> log)
{
    /// <summary>Most topics that are remembered and logged.</summary>
    public const int MaxTopics = 1_000;

    private readonly ConcurrentDictionary<string, byte> _told = new(StringComparer.Ordinal);
    private long _count;

    /// <summary>How many messages were refused since the start.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Counts one refused message.</summary>
    public void Refuse(string topic, string why)
    {
        Interlocked.Increment(ref _count);
        if (_told.Count < MaxTopics && _told.TryAdd(topic, 0))
            log.LogWarning("Refused a message on {Topic}: {Why}. Further ones on this topic are only counted", topic, why);
    }
}
