namespace PantryChain.Gateway.Home;

/// <summary>What is told at once when it is news and once a minute otherwise; each by itself, so that a restless neighbour keeps nobody silent.</summary>
/// <remarks>Real time: readers wait in it. Used by one thread.</remarks>
internal sealed class Refreshes<TWhat>(TimeProvider time)
    where TWhat : notnull
{
    /// <summary>Longest silence.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly Dictionary<TWhat, long> _toldAt = [];

    /// <summary>True when it has to be told now; it counts as told then.</summary>
    public bool IsDue(TWhat what, bool news)
    {
        if (!news && _toldAt.TryGetValue(what, out long at) && time.GetElapsedTime(at) < Longest)
            return false;
        _toldAt[what] = time.GetTimestamp();
        return true;
    }
}
