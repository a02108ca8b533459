using System.Numerics;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.LoadCells;

/// <summary>How often the cells are read.</summary>
public sealed record SamplingDuty
{
    /// <summary>While nothing moves, one frame per this time.</summary>
    /// <value>Default 100 ms: at 80 conversions/s an eighth of the work; a hand on the shelf is noticed within it.</value>
    public TimeSpan Calm { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>After the last movement every conversion is read for this long.</summary>
    /// <value>Default 2 s.</value>
    public TimeSpan Alert { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>Station 1 for load cells: hands on one verified conversion after the other, over all groups of cells of a gateway.</summary>
/// <remarks>Reads every conversion while something moves and fewer between touches (<see cref="SamplingDuty"/>). Not thread safe; owns its groups.</remarks>
public sealed class LoadCellSensors : IDisposable
{
    private readonly SamplingDuty _duty;
    private readonly List<Group> _groups = [];
    private int _next;

    /// <summary>Nothing to read yet; see <see cref="Add"/>.</summary>
    public LoadCellSensors(SamplingDuty duty)
    {
        ArgumentNullException.ThrowIfNull(duty);
        _duty = duty;
    }

    /// <summary>The groups' tallies, in the order they were added.</summary>
    public IEnumerable<IReadOnlyList<Tally>> Tallies => _groups.Select(group => group.Chip.Tallies);

    /// <summary>Adds a group of cells; cell i weighs <paramref name="slots"/>[i]. The group is alert at first.</summary>
    /// <exception cref="ArgumentException">The number of slots is not the number of cells.</exception>
    public LoadCellSensors Add(ILoadCells chip, IReadOnlyList<SlotId> slots)
    {
        ArgumentNullException.ThrowIfNull(chip);
        ArgumentNullException.ThrowIfNull(slots);
        if (slots.Count != chip.Cells)
            throw new ArgumentException($"{chip.Cells} cells need as many slots, not {slots.Count}.", nameof(slots));
        _groups.Add(new Group(chip, [.. slots], _duty));
        return this;
    }

    /// <summary>Gives the next conversion that is there now; never waits.</summary>
    /// <returns>False when none is due or ready: come again after <see cref="Pause"/>.</returns>
    /// <exception cref="IOException">A group's lines are gone; told once, then the others go on and the group is tried again every second.</exception>
    public bool TrySample(out SensorSample sample)
    {
        for (int tried = 0; tried < _groups.Count; tried++)
        {
            int at = _next;
            Group group = _groups[at];
            _next = (at + 1) % _groups.Count; // one that throws or always has more must not stand in the others' way
            if (group.Left != 0 || group.TryRead(isOnly: _groups.Count == 1))
            {
                sample = group.Take();
                if (group.Left != 0)
                    _next = at;
                return true;
            }
        }
        sample = default;
        return false;
    }

    /// <summary>How long the caller may sleep before it asks again: a quarter of a conversion while alert, else until the next frame is due.</summary>
    public TimeSpan Pause
    {
        get
        {
            long pause = Nanoseconds(_duty.Calm);
            foreach (Group group in _groups)
                pause = Math.Min(pause, group.UntilDue());
            return TimeSpan.FromMicroseconds(pause / 1_000.0);
        }
    }

    /// <summary>Says that a slot moves: its group is read at full rate for <see cref="SamplingDuty.Alert"/>.</summary>
    public void Alert(SlotId slot)
    {
        foreach (Group group in _groups)
        {
            if (Array.IndexOf(group.Slots, slot) >= 0)
                group.Alert();
        }
    }

    /// <summary>What the converter of a slot says about itself; <see cref="SlotHealth.Stale"/> for a slot without a cell.</summary>
    public SlotHealth HealthOf(SlotId slot)
    {
        foreach (Group group in _groups)
        {
            int cell = Array.IndexOf(group.Slots, slot);
            if (cell >= 0)
                return group.Failure is null ? group.Chip.HealthOf(cell) : SlotHealth.Disconnected;
        }
        return SlotHealth.Stale;
    }

    /// <summary>Why a slot's converter was last given up, with the next step; empty while it is well or only its tallies can tell.</summary>
    public string LastFailureOf(SlotId slot)
    {
        Group? group = _groups.Find(group => Array.IndexOf(group.Slots, slot) >= 0);
        return group?.Failure?.Message ?? group?.Chip.LastFailure ?? "";
    }

    /// <summary>What happened so far to the converters that a slot's cell is read with; empty for a slot without a cell.</summary>
    public IReadOnlyList<Tally> TalliesOf(SlotId slot) => _groups.Find(group => Array.IndexOf(group.Slots, slot) >= 0)?.Chip.Tallies ?? [];

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (Group group in _groups)
            group.Chip.Dispose();
    }

    private const long AfterFailure = 1_000_000_000; // neither a busy loop nor a missed use

    private static long Nanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;

    private sealed class Group(ILoadCells chip, SlotId[] slots, SamplingDuty duty)
    {
        private readonly int[] _counts = new int[slots.Length];
        private long _alertUntil = chip.Now() + Nanoseconds(duty.Alert);
        private long _due;
        private long _readAt;

        public ILoadCells Chip => chip;

        public SlotId[] Slots => slots;

        /// <summary>Cells of the last frame that are not handed on yet.</summary>
        public ulong Left { get; private set; }

        /// <summary>Why its lines could not be used the last time; null while they can.</summary>
        public IOException? Failure { get; private set; }

        public bool TryRead(bool isOnly)
        {
            if (_due > 0 && chip.Now() < _due)
                return false;
            ulong valid;
            try
            {
                if (!chip.TryRead(_counts, out valid, out _readAt))
                    return false;
            }
            catch (IOException failure)
            {
                bool told = Failure is not null && !isOnly;
                (Failure, _due) = (failure, chip.Now() + AfterFailure);
                if (!told)
                    throw;
                return false;
            }
            (Left, Failure) = (valid, null);
            _due = _readAt < _alertUntil ? 0 : _readAt + Nanoseconds(duty.Calm);
            return true;
        }

        public SensorSample Take()
        {
            int cell = BitOperations.TrailingZeroCount(Left);
            Left &= Left - 1;
            return new SensorSample(slots[cell], _counts[cell], _readAt);
        }

        public long UntilDue() => Math.Max(_due - chip.Now(), Nanoseconds(chip.Period) / 4);

        public void Alert() => (_alertUntil, _due) = (chip.Now() + Nanoseconds(duty.Alert), 0);
    }
}
