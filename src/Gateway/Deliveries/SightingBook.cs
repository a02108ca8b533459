using Microsoft.Data.Sqlite;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Tags;
using PantryChain.Gateway.Storage;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Deliveries;

/// <summary>When and where each tag was seen for the first time in this household: only a first sighting can tell of a delivery. Kept in <c>gateway.db</c>.</summary>
/// <remarks>
/// A pack that is taken out and put back, a recording of an older delivery and a tag from the bin are known already. While the disk refuses, what was seen waits in memory.
/// Thread safe; asking touches memory only.
/// </remarks>
internal sealed class SightingBook
{
    /// <summary>Most tags that are remembered: years of tagged packs. Beyond it a new tag tells nothing, and the member is asked.</summary>
    public const int Most = 20_000;

    private readonly SqliteFile _file;
    private readonly Dictionary<string, (SlotId Slot, DateTimeOffset At)> _seen;
    private readonly List<string> _unkept = [];
    private readonly Lock _lock = new();
    private Action _news = () => { };

    /// <summary>Opens the table inside <paramref name="file"/> and reads it.</summary>
    public SightingBook(SqliteFile file)
    {
        _file = file;
        file.Migrate("sightings", ["CREATE TABLE tag_sightings(tag TEXT PRIMARY KEY, slot INTEGER NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;"]);
        _seen = file.Read(reader => Sql.Query<(string Tag, SlotId Slot, DateTimeOffset At)>(reader, "SELECT tag, slot, at FROM tag_sightings"))
            .ToDictionary(row => row.Tag, row => (row.Slot, row.At), StringComparer.Ordinal);
    }

    /// <summary>Has <paramref name="handler"/> called after a new tag, outside the lock; it must return at once. Only while the program is put together.</summary>
    public void WhenNew(Action handler) => _news += handler;

    /// <summary>Notes a tag that came; one that was seen before changes nothing.</summary>
    public void See(SlotId slot, PackTag tag, DateTimeOffset at)
    {
        lock (_lock)
        {
            if (_seen.Count >= Most || !_seen.TryAdd(tag.Text, (slot, at)))
                return;
            _unkept.Add(tag.Text);
            TryKeep_NeedsLock();
        }
        _news();
    }

    /// <summary>Tags that were first seen on a slot from <paramref name="from"/> to <paramref name="to"/>.</summary>
    public IReadOnlyList<string> Between(SlotId slot, DateTimeOffset from, DateTimeOffset to)
    {
        lock (_lock)
            return [.. _seen.Where(seen => seen.Value.Slot == slot && seen.Value.At >= from && seen.Value.At <= to).Select(seen => seen.Key)];
    }

    private void TryKeep_NeedsLock()
    {
        try
        {
            _file.Write((writer, transaction) =>
            {
                foreach (string tag in _unkept)
                    Sql.Run(writer, transaction, "INSERT OR IGNORE INTO tag_sightings VALUES (@t, @s, @at)",
                        new { t = tag, s = _seen[tag].Slot, at = _seen[tag].At });
            });
            _unkept.Clear();
        }
        catch (Exception error) when (error is SqliteException or StorageException)
        {
            // the disk is full: the next new tag tries again
        }
    }
}
