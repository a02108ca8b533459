using System.Collections.Concurrent;

namespace PantryChain.Gateway.Storage;

/// <summary>Who could not write to the disk when it was tried last; what waits for it is kept in memory meanwhile.</summary>
/// <remarks>Thread safe.</remarks>
internal sealed class DiskState
{
    private readonly ConcurrentDictionary<string, byte> _refused = new();

    /// <summary>True while somebody's last write was refused.</summary>
    public bool IsRefusing => !_refused.IsEmpty;

    /// <summary>Notes how a writer's last try ended.</summary>
    public void Note(string writer, bool written)
    {
        if (written)
            _refused.TryRemove(writer, out _);
        else
            _refused[writer] = 0;
    }
}
