using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;

namespace PantryChain.Gateway.Sensing;

/// <summary>Hands what the sensing thread sees to recordings; costs one look at an empty array while nobody records.</summary>
/// <remarks>The sensing thread offers; recordings are started and read from any thread. Offering never waits, and allocates nothing while nobody records.</remarks>
internal sealed class SampleRecorder
{
    /// <summary>Most recordings at the same time.</summary>
    public const int Most = 2;

    private readonly Lock _starting = new();
    private volatile Recording[] _running = [];

    /// <summary>True while somebody records.</summary>
    public bool IsRecording => _running.Length > 0;

    /// <summary>Starts a recording of some slots; null while <see cref="Most"/> run already. Dispose it to stop.</summary>
    /// <param name="slots">The slots.</param>
    /// <param name="capacity">Entries that wait for the reader at most; what comes meanwhile is dropped and counted.</param>
    public Recording? TryStart(IEnumerable<SlotId> slots, int capacity = Recording.UsualCapacity)
    {
        lock (_starting)
        {
            if (_running.Length == Most)
                return null;
            Recording recording = new([.. slots], capacity, Stop);
            _running = [.. _running, recording];
            return recording;
        }
    }

    /// <summary>A conversion, in front of the scale.</summary>
    /// <param name="sample">The conversion.</param>
    /// <param name="now">Household time that the scale is given with it.</param>
    /// <param name="start">How the slot's scale stands before it; asked once a recording and slot.</param>
    public void Offer(in SensorSample sample, DateTimeOffset now, Func<SlotId, ScaleStart> start)
    {
        foreach (Recording recording in _running)
            recording.Put(sample, now, start);
    }

    /// <summary>A step that a scale told.</summary>
    public void Offer(in StockStep step)
    {
        foreach (Recording recording in _running)
            recording.Put(step);
    }

    /// <summary>A tag that came or left.</summary>
    public void Offer(in TagChange tag)
    {
        foreach (Recording recording in _running)
            recording.Put(tag);
    }

    /// <summary>A slot's scale begins anew.</summary>
    public void Offer(SlotId slot, ScaleStart start)
    {
        foreach (Recording recording in _running)
            recording.Put(slot, start);
    }

    private void Stop(Recording recording)
    {
        lock (_starting)
            _running = [.. _running.Where(other => other != recording)];
    }
}

/// <summary>How a slot's scale begins: with it, the samples that follow give the same steps again.</summary>
/// <param name="Calibration">The slot's calibration, or null.</param>
/// <param name="Settings">The scale's settings.</param>
/// <param name="Level">The booked level that it goes on from, or null when it has none yet.</param>
internal sealed record ScaleStart(Calibration? Calibration, ScaleSettings Settings, Mass? Level);

/// <summary>What an entry of a recording is.</summary>
internal enum RecordedKind : byte
{
    /// <summary>A conversion.</summary>
    Sample,

    /// <summary>A slot's scale begins.</summary>
    Start,

    /// <summary>A step that the running gateway booked.</summary>
    Step,

    /// <summary>A tag came or left.</summary>
    Tag,

    /// <summary>Entries that found no room.</summary>
    Lost,
}

/// <summary>One entry of a recording; only the members of its kind mean something.</summary>
internal readonly record struct RecordedEntry(
    RecordedKind Kind, SensorSample Sample = default, DateTimeOffset At = default, StockStep Step = default, TagChange Tag = default, SlotId Slot = default,
    ScaleStart? Start = null, long Lost = 0);

/// <summary>One recording that runs: a bounded queue between the sensing thread and one reader.</summary>
internal sealed class Recording : IDisposable
{
    /// <summary>Room for 12 s of 8 slots at 80 samples/s, in less than 2 MB: longer than any pause of a reader on the same machine.</summary>
    public const int UsualCapacity = 8_192;

    private readonly HashSet<SlotId> _slots;
    private readonly HashSet<SlotId> _begun;
    private readonly RecordedEntry[] _ring;
    private readonly Action<Recording> _stop;
    private long _written;
    private long _taken;
    private long _lost;

    internal Recording(HashSet<SlotId> slots, int capacity, Action<Recording> stop)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 2);
        (_slots, _ring, _stop) = (slots, new RecordedEntry[capacity], stop);
        _begun = new HashSet<SlotId>(slots.Count);
    }

    /// <summary>The oldest entry that was not taken yet; false when there is none now.</summary>
    public bool TryTake(out RecordedEntry entry)
    {
        long taken = _taken;
        if (taken == Volatile.Read(ref _written))
        {
            entry = default;
            return false;
        }
        entry = _ring[taken % _ring.Length];
        Volatile.Write(ref _taken, taken + 1);
        return true;
    }

    /// <summary>Stops the recording; what waits can still be taken.</summary>
    public void Dispose() => _stop(this);

    internal void Put(in SensorSample sample, DateTimeOffset now, Func<SlotId, ScaleStart> start)
    {
        if (!_slots.Contains(sample.Slot))
            return;
        if (_begun.Add(sample.Slot))
            Put(new RecordedEntry(RecordedKind.Start, Slot: sample.Slot, Start: start(sample.Slot)));
        Put(new RecordedEntry(RecordedKind.Sample, Sample: sample, At: now, Slot: sample.Slot));
    }

    internal void Put(in StockStep step)
    {
        if (_begun.Contains(step.Slot))
            Put(new RecordedEntry(RecordedKind.Step, Step: step, Slot: step.Slot));
    }

    internal void Put(in TagChange tag)
    {
        if (_slots.Contains(tag.Slot))
            Put(new RecordedEntry(RecordedKind.Tag, Tag: tag, Slot: tag.Slot));
    }

    internal void Put(SlotId slot, ScaleStart start)
    {
        if (_begun.Contains(slot))
            Put(new RecordedEntry(RecordedKind.Start, Slot: slot, Start: start));
    }

    // What is lost is told where it is missing: in front of the next entry that finds room.
    private void Put(in RecordedEntry entry)
    {
        long written = _written, room = _ring.Length - (written - Volatile.Read(ref _taken));
        if (room < (_lost > 0 ? 2 : 1))
        {
            _lost++;
            return;
        }
        if (_lost > 0)
            (_ring[written++ % _ring.Length], _lost) = (new RecordedEntry(RecordedKind.Lost, Lost: _lost), 0);
        _ring[written++ % _ring.Length] = entry;
        Volatile.Write(ref _written, written);
    }
}
