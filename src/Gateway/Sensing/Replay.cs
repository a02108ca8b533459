using PantryChain.DeviceDrivers.Shelf;
using PantryChain.DeviceDrivers.Shelf.Fusion;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;

namespace PantryChain.Gateway.Sensing;

/// <summary>How the steps of a replay compare with those that the gateway told when it was recorded.</summary>
internal enum ReplayMatch : byte
{
    /// <summary>Neither told any.</summary>
    NoSteps,

    /// <summary>The same steps, to the milligram and to the moment.</summary>
    Exact,

    /// <summary>The same steps in the same order; sizes differ by noise, since the recording began while the scale was already at work.</summary>
    WithinNoise,

    /// <summary>Other steps.</summary>
    Different,
}

/// <summary>One slot of a replay.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Samples">Conversions.</param>
/// <param name="SigmaGrams">Standard deviation of one conversion as the scale sees it at the end.</param>
/// <param name="DriftGrams">How far the settled level wandered, highest to lowest, apart from booked steps.</param>
/// <param name="Level">The newest settled level, or null when it never settled.</param>
internal sealed record ReplayedSlot(SlotId Slot, long Samples, double SigmaGrams, double DriftGrams, Mass? Level);

/// <summary>What came out of a recording; times count from the Unix epoch, where it begins.</summary>
/// <param name="Slots">Its slots.</param>
/// <param name="Steps">The steps that the scales settled now, in order.</param>
/// <param name="Bookings">What of them is booked, once it is clear that it is not undone; a change that cannot be is in none of them.</param>
/// <param name="Doubtful">What is asked about instead, because all cells jumped at once.</param>
/// <param name="Told">The steps that they told when it was recorded.</param>
/// <param name="Readings">A reading whenever a slot settled or was left.</param>
/// <param name="Tags">Tags that came or left, under numbers of the recording's own.</param>
/// <param name="Lost">Entries that the recording lost.</param>
/// <param name="Seconds">Its length in household time.</param>
internal sealed record ReplayResult(
    IReadOnlyList<ReplayedSlot> Slots, IReadOnlyList<StockStep> Steps, IReadOnlyList<StockStep> Bookings, IReadOnlyList<StockStep> Doubtful, IReadOnlyList<StockStep> Told, IReadOnlyList<StockReading> Readings,
    IReadOnlyList<(DateTimeOffset At, TagChange Change)> Tags, long Lost, double Seconds)
{
    /// <summary>How the steps compare.</summary>
    public ReplayMatch Match =>
        Steps.Count == 0 && Told.Count == 0 ? ReplayMatch.NoSteps
        : Steps.Select(step => step with { Returned = false }).SequenceEqual(Told) ? ReplayMatch.Exact
        : Steps.Count == Told.Count && Steps.Zip(Told).All(pair => IsClose(pair.First, pair.Second)) ? ReplayMatch.WithinNoise
        : ReplayMatch.Different;

    private static bool IsClose(StockStep now, StockStep then)
    {
        double sigma = Math.Max(0.1, Math.Max(now.Sigma.Grams, then.Sigma.Grams));
        return now.Slot == then.Slot && now.Kind == then.Kind && Math.Abs(now.Delta.Grams - then.Delta.Grams) <= 5 * sigma;
    }
}

/// <summary>Weighs a recording again: the same scales with the same calibrations and settings, so the same samples give the same steps.</summary>
internal sealed class Replay
{
    private readonly SortedDictionary<ushort, Weighed> _slots = [];
    private readonly List<StockStep> _steps = [], _bookings = [], _doubtful = [], _told = [];
    private readonly ShelfGate _gates = new();
    private readonly List<StockReading> _readings = [];
    private readonly List<(DateTimeOffset, TagChange)> _tags = [];
    private long _lost;
    private DateTimeOffset _end = DateTimeOffset.UnixEpoch;

    /// <summary>Weighs all entries.</summary>
    /// <exception cref="FormatException">An entry cannot be read.</exception>
    public static ReplayResult Run(IEnumerable<RecordedEntry> entries)
    {
        Replay replay = new();
        foreach (RecordedEntry entry in entries)
            replay.Take(entry);
        foreach (Weighed slot in replay._slots.Values)
        {
            while (slot.Gate(replay._gates) is { } gate && slot.Booked is { } booked && gate.TryFinish(booked, out GatedStep last))
                replay.Book(last);
        }
        return new ReplayResult(
            [.. replay._slots.Values.Select(slot => slot.Report())], replay._steps, replay._bookings, replay._doubtful, replay._told, replay._readings, replay._tags, replay._lost,
            (replay._end - DateTimeOffset.UnixEpoch).TotalSeconds);
    }

    private void Take(in RecordedEntry entry)
    {
        switch (entry.Kind)
        {
            case RecordedKind.Start:
                if (!_slots.TryGetValue(entry.Slot.Value, out Weighed? known))
                    _slots[entry.Slot.Value] = known = new Weighed(entry.Slot);
                known.Begin(entry.Start!);
                _gates.Begin(entry.Slot, entry.Start!.Settings, entry.Start.Calibration);
                break;
            case RecordedKind.Sample:
                Weigh(_slots[entry.Slot.Value], entry);
                break;
            case RecordedKind.Step:
                _told.Add(entry.Step);
                break;
            case RecordedKind.Tag:
                _tags.Add((entry.At, entry.Tag));
                break;
            case RecordedKind.Lost:
                _lost += entry.Lost;
                break;
        }
    }

    private void Weigh(Weighed slot, in RecordedEntry entry)
    {
        _end = entry.At > _end ? entry.At : _end;
        if (slot.Weigh(entry.Sample, entry.At, out StockReading reading, out StockStep? step))
            _readings.Add(reading);
        if (step is { } one)
        {
            _steps.Add(one);
            _gates.Take(one, TagEvidence.None, entry.At);
        }
        while (slot.Booked is { } booked && _gates.TryRelease(entry.Slot, entry.At, booked, out GatedStep due))
            Book(due);
    }

    private void Book(in GatedStep due) => (due.IsDoubtful ? _doubtful : _bookings).Add(due.Step);

    /// <summary>One slot's scale at work again.</summary>
    private sealed class Weighed(SlotId slot)
    {
        private Scale? _scale;
        private long _samples;
        private double _booked, _lowest = double.MaxValue, _highest = double.MinValue, _drift;
        private bool _stable;
        private Mass? _level;

        public Mass? Booked => _scale?.BookedLevel;

        public StepGate? Gate(ShelfGate gates) => gates[slot];

        public void Begin(ScaleStart start)
        {
            _drift = Math.Max(_drift, _highest - _lowest);
            (_booked, _lowest, _highest, _stable) = (0, double.MaxValue, double.MinValue, false);
            _scale = new Scale(slot, start.Calibration, start.Settings);
            if (start is { Calibration: not null, Level: { } level })
                _scale.Restore(level);
        }

        /// <summary>Weighs one conversion; true when the slot settled or was left.</summary>
        public bool Weigh(in SensorSample sample, DateTimeOffset at, out StockReading reading, out StockStep? step)
        {
            _samples++;
            bool known = _scale!.TryWeigh(sample, at, out reading, out step);
            _booked += step?.Delta.Grams ?? 0;
            bool stable = known && reading.Stable;
            if (stable && _scale.BookedLevel is { } booked)
            {
                double drift = booked.Grams - _booked;
                (_lowest, _highest, _level) = (Math.Min(_lowest, drift), Math.Max(_highest, drift), reading.Level);
            }
            bool turned = stable != _stable;
            _stable = stable;
            return turned;
        }

        public ReplayedSlot Report() => new(slot, _samples, _scale!.SampleSigma.Grams, Math.Max(0, Math.Max(_drift, _highest - _lowest)), _level);
    }
}
