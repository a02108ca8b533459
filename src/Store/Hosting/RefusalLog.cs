using System.Collections.Concurrent;

namespace PantryChain.Store.Hosting;

/// <summary>Counts what was refused and logs each kind once, so that garbage cannot fill the log.</summary>
/// <remarks>Thread safe. Kinds are the store's own codes, a small closed set.</remarks>
internal sealed class RefusalLog(ILogger<RefusalLog> logger)
{
    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>How often each kind was refused since the start.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>Counts one refusal at a door (<c>http</c>, <c>mqtt</c>); the first of its kind is logged with its text.</summary>
    public void Count(string door, string code, string text)
    {
        if (_counts.AddOrUpdate($"{door}.{code}", 1, (_, count) => count + 1) == 1)
            logger.LogWarning("Refused at {Door}: {Code}. {Text} Further ones are counted under /health only.", door, code, text);
    }
}
