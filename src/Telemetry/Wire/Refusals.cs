using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PantryChain.Domain.Identity;

namespace PantryChain.Telemetry.Wire;

/// <summary>Counts what arrived and was no message of ours, and says so once per kind.</summary>
/// <remarks>
/// A kind is one of a closed set: a topic or verb of this gateway, a route of its pages. What a sender can invent (a path, another verb) never names a kind of its own, for whoever
/// invents many would otherwise keep all others out of the log. Thread safe. Remembers at most <see cref="MostKinds"/>.
/// </remarks>
public sealed class Refusals(ILogger<Refusals> log)
{
    /// <summary>Most kinds that are remembered and logged: above all routes and topics that there are.</summary>
    public const int MostKinds = 1_000;

    private readonly ConcurrentDictionary<string, byte> _told = new(StringComparer.Ordinal);
    private long _count;

    /// <summary>How many messages were refused since the start.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Counts one refused message.</summary>
    /// <param name="kind">What it is counted as, never a sender's own invention.</param>
    /// <param name="why">What was wrong with it.</param>
    public void Refuse(string kind, string why)
    {
        Interlocked.Increment(ref _count);
        if (_told.Count < MostKinds && _told.TryAdd(kind, 0))
            log.LogWarning("Refused a message on {Topic}: {Why}. Further ones on this topic are only counted", Foreign.Short(kind), Foreign.Clean(why));
    }
}
