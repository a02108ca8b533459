using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Rfid;

/// <summary>Which tag lies where, for all readers of a household: makes comings and goings out of polls that miss tags.</summary>
/// <remarks>
/// A tag is told at its first sighting: numbers come with check sums, so what was seen was there. It is gone when it was missed for long enough and often
/// enough. It is at one slot at a time; where two readers see it, the first keeps it until it loses it. Lives in bus time alone. Thread safe.
/// </remarks>
public sealed class TagPresence(TagPresenceOptions? options = null)
{
    private const long DoubtNanoseconds = 10_000_000_000; // how long a random number is remembered

    private readonly TagPresenceOptions _options = options ?? new TagPresenceOptions();
    private readonly Dictionary<TagUid, Entry> _tags = [];
    private readonly Dictionary<SlotId, (TagUid Uid, long At)> _random = [];
    private readonly List<Entry> _gone = [];
    private readonly Lock _lock = new();
    private long _came, _went, _moved, _overlaps, _copies, _randoms;

    /// <summary>What happened so far, by cause, always the same causes in the same order.</summary>
    public IReadOnlyList<Tally> Tallies
    {
        get
        {
            lock (_lock)
                return [new("came", _came), new("went", _went), new("moved", _moved), new("overlaps", _overlaps), new("copies", _copies), new("random_numbers", _randoms)];
        }
    }

    /// <summary>Takes what one poll of a slot's reader saw; to be called only for polls that said something.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="seen">The tags, none when the field is empty.</param>
    /// <param name="busNanoseconds">Bus time of the poll.</param>
    /// <param name="changes">Takes what changed by it, goings before comings.</param>
    public void Observe(SlotId slot, IReadOnlyList<FoundTag> seen, long busNanoseconds, ICollection<TagChange> changes)
    {
        ArgumentNullException.ThrowIfNull(seen);
        ArgumentNullException.ThrowIfNull(changes);
        lock (_lock)
        {
            foreach (Entry tag in _tags.Values)
                Miss_NeedsLock(tag, slot, seen, busNanoseconds, changes);
            foreach (Entry tag in _gone)
                _tags.Remove(tag.Uid);
            _gone.Clear();
            for (int i = 0; i < seen.Count; i++)
                See_NeedsLock(slot, seen[i], busNanoseconds, changes);
        }
    }

    /// <summary>The tags that lie at a slot now.</summary>
    public IReadOnlyList<FoundTag> At(SlotId slot)
    {
        lock (_lock)
            return [.. _tags.Values.Where(tag => tag.Home?.Slot == slot).Select(tag => new FoundTag(tag.Uid, tag.ToldItem))];
    }

    /// <summary>The tags that cannot be taken at their word now.</summary>
    /// <param name="busNanoseconds">Bus time now.</param>
    public IReadOnlyList<TagDoubt> Doubts(long busNanoseconds)
    {
        lock (_lock)
        {
            List<TagDoubt> doubts = [];
            foreach (Entry tag in _tags.Values)
            {
                if (tag.Overlaps && tag.Spots.Find(spot => spot != tag.Home) is { } other)
                    doubts.Add(new TagDoubt(TagDoubtKind.TwoSlots, tag.Home!.Slot, tag.Uid, other.Slot, tag.Uid));
                if (tag.CopyOf is { Home: { } home } original)
                    doubts.Add(new TagDoubt(TagDoubtKind.TwoTags, home.Slot, tag.Uid, tag.Home!.Slot, original.Uid));
            }
            foreach ((SlotId slot, (TagUid uid, long at)) in _random)
            {
                if (busNanoseconds - at < DoubtNanoseconds)
                    doubts.Add(new TagDoubt(TagDoubtKind.RandomNumber, slot, uid, slot, uid));
            }
            return doubts;
        }
    }

    private void See_NeedsLock(SlotId slot, in FoundTag found, long now, ICollection<TagChange> changes)
    {
        if (IsRandom(found.Uid))
        {
            // A phone answers every poll with another number: none of them may count as a tag that came.
            if (!_random.TryGetValue(slot, out (TagUid Uid, long At) last) || now - last.At > DoubtNanoseconds)
                _randoms++;
            _random[slot] = (found.Uid, now);
            return;
        }
        if (!_tags.TryGetValue(found.Uid, out Entry? tag))
            _tags.Add(found.Uid, tag = new Entry(found.Uid));
        tag.Item ??= found.Item;
        Spot? spot = tag.Spots.Find(known => known.Slot == slot);
        if (spot is null)
            tag.Spots.Add(spot = new Spot(slot, now));
        (spot.LastSeen, spot.Misses) = (now, 0);
        if (tag.Home is null)
            Come_NeedsLock(tag, spot, changes);
        else if (tag.Home != spot)
            Contest_NeedsLock(tag, spot, now, changes);
        else
            Stay_NeedsLock(tag, spot, changes);
    }

    /// <summary>Where it was told, it is seen again: beside another reader that sees it too, or with a memory that could be read only now.</summary>
    private void Stay_NeedsLock(Entry tag, Spot home, ICollection<TagChange> changes)
    {
        Overlap_NeedsLock(tag, home);
        if (tag is not { ToldItem: null, Item: not null, CopyOf: null })
            return;
        tag.CopyOf = HolderOf(tag);
        if (tag.CopyOf is not null)
        {
            _copies++;
            return;
        }
        tag.ToldItem = tag.Item;
        changes.Add(new TagChange(home.Slot, tag.Uid, tag.Item, Present: true, home.LastSeen));
    }

    /// <summary>Another reader sees it: it moved there when its own has not seen it since and for long enough.</summary>
    private void Contest_NeedsLock(Entry tag, Spot rival, long now, ICollection<TagChange> changes)
    {
        Spot home = tag.Home!;
        if (Overlap_NeedsLock(tag, home) || now - home.LastSeen < Nanoseconds(_options.MovedAfter))
            return;
        _moved++;
        Leave_NeedsLock(tag, home, changes);
        Come_NeedsLock(tag, rival, changes);
    }

    private bool Overlap_NeedsLock(Entry tag, Spot home)
    {
        if (tag.Overlaps || !tag.Spots.Exists(other => other != home && home.LastSeen > other.FirstSeen))
            return tag.Overlaps;
        _overlaps++;
        return tag.Overlaps = true;
    }

    private void Miss_NeedsLock(Entry tag, SlotId slot, IReadOnlyList<FoundTag> seen, long now, ICollection<TagChange> changes)
    {
        Spot? spot = tag.Spots.Find(known => known.Slot == slot);
        if (spot is null || IsAmong(tag.Uid, seen))
            return;
        spot.Misses++;
        if (spot.Misses < _options.LeastMisses || now - spot.LastSeen < Nanoseconds(_options.RemovedAfter))
            return;
        if (tag.Home == spot)
            Leave_NeedsLock(tag, spot, changes);
        else
            Forget(tag, spot);
        if (tag.Spots.Count == 0)
            _gone.Add(tag);
        else if (tag.Home is null)
            Come_NeedsLock(tag, tag.Spots[0], changes);
    }

    private void Come_NeedsLock(Entry tag, Spot spot, ICollection<TagChange> changes)
    {
        _came++;
        tag.Home = spot;
        tag.CopyOf = tag.Item is null ? null : HolderOf(tag);
        _copies += tag.CopyOf is null ? 0 : 1;
        tag.ToldItem = tag.CopyOf is null ? tag.Item : null;
        changes.Add(new TagChange(spot.Slot, tag.Uid, tag.ToldItem, Present: true, spot.FirstSeen));
    }

    private void Leave_NeedsLock(Entry tag, Spot home, ICollection<TagChange> changes)
    {
        _went++;
        changes.Add(new TagChange(home.Slot, tag.Uid, tag.ToldItem, Present: false, home.LastSeen));
        (tag.Home, tag.ToldItem, tag.CopyOf) = (null, null, null);
        Forget(tag, home);
    }

    private static void Forget(Entry tag, Spot spot)
    {
        tag.Spots.Remove(spot);
        tag.Overlaps &= tag.Spots.Count > 1;
    }

    private Entry? HolderOf(Entry tag)
    {
        foreach (Entry other in _tags.Values)
        {
            if (other != tag && other.Home is not null && other.ToldItem == tag.Item)
                return other;
        }
        return null;
    }

    private static bool IsAmong(TagUid uid, IReadOnlyList<FoundTag> seen)
    {
        for (int i = 0; i < seen.Count; i++)
        {
            if (seen[i].Uid == uid)
                return true;
        }
        return false;
    }

    private static bool IsRandom(TagUid uid) => uid.Hex.Length == 8 && uid.Hex.StartsWith("08", StringComparison.Ordinal);

    private static long Nanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;

    private sealed class Entry(TagUid uid)
    {
        public TagUid Uid => uid;

        public Sgtin? Item { get; set; }

        public Sgtin? ToldItem { get; set; }

        /// <summary>Where it is told to be.</summary>
        public Spot? Home { get; set; }

        public List<Spot> Spots { get; } = [];

        /// <summary>Two readers have seen it in turn.</summary>
        public bool Overlaps { get; set; }

        /// <summary>The tag that said first what this one says too.</summary>
        public Entry? CopyOf { get; set; }
    }

    private sealed class Spot(SlotId slot, long now)
    {
        public SlotId Slot => slot;

        public long FirstSeen { get; } = now;

        public long LastSeen { get; set; } = now;

        public int Misses { get; set; }
    }
}
