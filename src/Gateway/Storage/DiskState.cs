using System.Collections.Concurrent;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Storage;

/// <summary>Whether the disk takes what must be kept: who could not write when it was tried last, and whether there is room for the next write. What waits is kept in memory meanwhile.</summary>
/// <remarks>Thread safe.</remarks>
internal sealed class DiskState(DataFolder folder)
{
    /// <summary>Less room than this is none: a commit of SQLite's log takes some pages of 4 KiB, and their checkpoint as many again.</summary>
    public const long LeastRoom = 256 * 1024;

    private readonly ConcurrentDictionary<string, byte> _refused = new();

    /// <summary>True while somebody's last write was refused, or the next one will be.</summary>
    public bool IsRefusing => !_refused.IsEmpty || !HasRoom;

    private bool HasRoom
    {
        get
        {
            try
            {
                return new DriveInfo(folder.Path).AvailableFreeSpace >= LeastRoom;
            }
            catch (IOException)
            {
                return false; // a disk that cannot even be asked takes nothing
            }
        }
    }

    /// <summary>Notes how a writer's last try ended.</summary>
    public void Note(string writer, bool written)
    {
        if (written)
            _refused.TryRemove(writer, out _);
        else
            _refused[writer] = 0;
    }
}
