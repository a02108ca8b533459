using System.Collections.Concurrent;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Inbox;

namespace PantryChain.Gateway.Sensing;

/// <summary>Weighing on purpose: takes raw conversions of a slot while the walk goes on, and fits or tares its calibration from them.</summary>
/// <remarks>
/// Pages, requests and commands ask from any thread; the sensing thread alone touches cells and scales, between two samples. A calibration is three weighings
/// (empty, a known mass, and if wished another one to check the line) that change nothing until it is kept.
/// </remarks>
internal sealed class SlotBench(CalibrationBook calibrations, ShelfStation shelf, StockBook stocks, Household household, SampleTap tap, TimeProvider time)
{
    /// <summary>Conversions of one weighing: half a second at 80/s, four seconds at 10/s.</summary>
    public const int WeighingSamples = 40;

    private const int MostTries = 3; // a hand that leaves the shelf spoils one weighing, hardly three
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20); // five times the slower of the two
    private static readonly TimeSpan FitLife = TimeSpan.FromMinutes(30); // a room changes its temperature meanwhile, and with it every cell

    private readonly ConcurrentDictionary<SlotId, CalibrationRun> _runs = new();
    private readonly ConcurrentQueue<SlotId> _changed = new();
    private readonly ConcurrentDictionary<SlotId, Weighing> _weighings = new();

    private Func<SlotId, ScaleStart>? _startOf; // one for all samples

    /// <summary>Where the sensing thread puts conversions for whoever looks on.</summary>
    public SampleTap Tap => tap;

    /// <summary>Takes what stands on a slot now as its container; a second time changes nothing. Null, or what is wrong and what to do.</summary>
    public Task<string?> TareAsync(SlotId slot, CancellationToken stop) => TareAsync(slot, fromHome: false, stop);

    /// <summary>The same for the home broker.</summary>
    public Task<string?> TareFromHomeAsync(SlotId slot, CancellationToken stop) => TareAsync(slot, fromHome: true, stop);

    private async Task<string?> TareAsync(SlotId slot, bool fromHome, CancellationToken stop)
    {
        if (household.FindSlot(slot) is not { } known)
            return NoSlot(household, slot);
        if (shelf.CalibrationOf(known) is not { } calibration)
            return $"Slot {slot} is not calibrated. Run './pantry gateway calibrate {slot}' first.";
        (int[]? counts, string? refusal) = await WeighAsync(slot, stop);
        if (counts is null)
            return refusal;
        double median = Scatter.Of(counts).Median;
        Calibration tared = calibration.WithContainer(median);
        if (Math.Abs((tared.Container - calibration.Container).Grams * calibration.CountsPerGram) <= calibration.NoiseCounts)
            return null; // the same container as before
        return WeighingRules.WhyNoTare(known, household.HeaviestContainer, calibration, median, BookedOn(known) - shelf.AwayOf(slot), product => household.FindProduct(product.Gtin)!.PackSpread)
            ?? Change(slot, () => calibrations.Keep(slot, new KeptCalibration(tared, CalibrationAct.Tared, time.GetUtcNow(), tared.Container, fromHome)));
    }

    /// <summary>First weighing: nothing on the cell. Null, or what is wrong and what to do.</summary>
    public async Task<string?> WeighEmptyAsync(SlotId slot, CancellationToken stop)
    {
        if (household.FindSlot(slot) is null)
            return NoSlot(household, slot);
        (int[]? counts, string? refusal) = await WeighAsync(slot, stop);
        if (counts is not null)
            _runs[slot] = new CalibrationRun(counts, TimeProvider.System.GetTimestamp(), null);
        return refusal;
    }

    /// <summary>Second weighing: a known mass on the cell; fits the line and changes nothing yet.</summary>
    /// <returns>The fit, or what is wrong and what to do.</returns>
    public async Task<(CalibrationFit? Fit, string? Refusal)> WeighLoadedAsync(SlotId slot, Mass reference, CancellationToken stop)
    {
        if (RunOf(slot) is not { } run)
            return (null, $"Slot {slot} was not weighed empty in the last half hour. Start with an empty slot: './pantry gateway calibrate {slot}'.");
        (int[]? loaded, string? refusal) = await WeighAsync(slot, stop);
        if (loaded is null || !Calibration.TryFit(run.Empty, loaded, reference, out Calibration? fitted, out refusal))
            return (null, refusal);
        CalibrationFit fit = new(fitted! with { Container = household.FindSlot(slot)!.Tare }, reference);
        _runs[slot] = run with { Fit = fit };
        return (fit, null);
    }

    /// <summary>Third weighing, if wished: another known mass, to see how well the line meets it.</summary>
    /// <returns>The fit with its check, or what is wrong and what to do.</returns>
    public async Task<(CalibrationFit? Fit, string? Refusal)> WeighCheckAsync(SlotId slot, Mass known, CancellationToken stop)
    {
        if (RunOf(slot) is not { Fit: { } fit } run)
            return (null, NothingToKeep(slot));
        (int[]? counts, string? refusal) = await WeighAsync(slot, stop);
        if (counts is null)
            return (null, refusal);
        fit = fit with { Check = fit.Line.Verify(counts, known) };
        _runs[slot] = run with { Fit = fit };
        return (fit, null);
    }

    /// <summary>What the weighings of a slot gave so far, or null before the second one.</summary>
    public CalibrationFit? FitOf(SlotId slot) => RunOf(slot)?.Fit;

    /// <summary>True once a slot was weighed empty for a calibration that is under way.</summary>
    public bool IsCalibrating(SlotId slot) => RunOf(slot) is not null;

    /// <summary>Keeps the fitted line and weighs by it from now on. Null, or what is wrong and what to do.</summary>
    public string? KeepFit(SlotId slot) => RunOf(slot) is { Fit: { } fit } ? Keep(slot, fit, fromHome: false) : NothingToKeep(slot);

    /// <summary>Forgets the weighings of a slot; its calibration stays as it is.</summary>
    public void DropFit(SlotId slot) => _runs.TryRemove(slot, out _);

    /// <summary>The same for the home broker, which asks for no login: it may correct the member's calibration a little, not replace it, however often it asks.</summary>
    public string? KeepFitFromHome(SlotId slot) =>
        RunOf(slot) is not { Fit: { } fit } ? NothingToKeep(slot)
        : WeighingRules.WhyNotFromHome(household.FindSlot(slot)!, shelf.CalibrationByMember(household.FindSlot(slot)!), fit.Line) ?? Keep(slot, fit, fromHome: true);

    /// <summary>Returns to the calibration before the newest one, or to the container before the newest tare. Null, or what is wrong and what to do.</summary>
    public string? Undo(SlotId slot, CalibrationAct act)
    {
        if (household.FindSlot(slot) is not { } known)
            return NoSlot(household, slot);
        if (EarlierOf(known, act) is { } earlier && WeighingRules.WhyNoUndo(known, earlier, ShownBy(slot)) is { } wrong)
            return wrong;
        string? refusal = null;
        return Change(slot, () => refusal = calibrations.Undo(slot, act, shelf.ComesCalibrated(slot))) ?? refusal;
    }

    /// <summary>The same for the home broker: it takes back what it asked for itself.</summary>
    public string? UndoFromHome(SlotId slot, CalibrationAct act) =>
        calibrations.HistoryOf(slot).LastOrDefault(kept => kept.Act == act) is { FromHome: false }
            ? $"The newest {(act == CalibrationAct.Tared ? "tare" : "calibration")} of slot {slot} came from a login or a command, so it is taken back there: on the slot's page, or by './pantry gateway {(act == CalibrationAct.Tared ? "tare" : "calibrate")} {slot} --undo'."
            : Undo(slot, act);

    /// <summary>What was kept of a slot, oldest first; the last one counts.</summary>
    public IReadOnlyList<KeptCalibration> HistoryOf(SlotId slot) => calibrations.HistoryOf(slot);

    /// <summary>Gives the sensing thread's conversion, in front of the scale, to whoever waits for it.</summary>
    public void Offer(in SensorSample sample, DateTimeOffset now)
    {
        tap.Offer(sample, now, _startOf ??= StartOf);
        if (_weighings.IsEmpty || !_weighings.TryGetValue(sample.Slot, out Weighing? weighing))
            return;
        shelf.Alert(sample.Slot);
        if (weighing.Add(sample.Counts))
            _weighings.TryRemove(sample.Slot, out _);
    }

    /// <summary>A slot that the sensing thread has to weigh anew, and by what; false when there is none.</summary>
    public bool TryTake(out (SlotId Slot, Calibration Calibration) changed)
    {
        changed = default;
        if (!_changed.TryDequeue(out SlotId slot))
            return false;
        Calibration calibration = shelf.CalibrationOf(household.FindSlot(slot)!)!; // an undo never leaves a slot without one
        changed = (slot, calibration);
        tap.Offer(slot, new ScaleStart(calibration, shelf.SettingsOf(slot), null));
        return true;
    }

    /// <summary>What is said to somebody who names a slot that is not there.</summary>
    internal static string NoSlot(Household household, SlotId slot) => $"There is no slot {slot}. gateway.json has {string.Join(", ", household.Slots.Select(other => other.Slot))}.";

    private ScaleStart StartOf(SlotId slot) => new(shelf.CalibrationOf(household.FindSlot(slot)!), shelf.SettingsOf(slot), shelf.BookedLevelOf(slot));

    /// <summary>What the journal has of a slot's products; nothing right after a calibration, which states the container's mass as stock until the slot is tared.</summary>
    private Mass BookedOn(ShelfSlot slot)
    {
        bool justCalibrated = calibrations.HistoryOf(slot.Slot) is [.., { Act: CalibrationAct.Calibrated, At: { } at }] && time.GetUtcNow() - at < FitLife;
        return justCalibrated || stocks.LevelOf(slot.Slot) is not { } level ? Mass.Zero : level - stocks.RestOf(slot.Slot);
    }

    private string? Keep(SlotId slot, CalibrationFit fit, bool fromHome) =>
        Change(slot, () => calibrations.Keep(slot, new KeptCalibration(fit.Line, CalibrationAct.Calibrated, time.GetUtcNow(), fit.Reference, fromHome)));

    private Calibration? EarlierOf(ShelfSlot slot, CalibrationAct act) => calibrations.Before(slot.Slot, act)?.Line ?? shelf.CalibrationAsMade(slot);

    /// <summary>The counts that a slot's cell shows now, or null while it shows none.</summary>
    private double? ShownBy(SlotId slot) => tap[slot] is { Rate: > 0 } meter && meter.Newest() is { Length: > 0 } newest ? Scatter.Of(newest).Median : null;

    private CalibrationRun? RunOf(SlotId slot) =>
        _runs.TryGetValue(slot, out CalibrationRun? run) && TimeProvider.System.GetElapsedTime(run.StartedAt) < FitLife ? run : null;

    private string? Change(SlotId slot, Action keep)
    {
        try
        {
            keep();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"The calibration could not be kept ({error.Message}). Nothing was changed; make room on the disk and try again.";
        }
        _runs.TryRemove(slot, out _);
        _changed.Enqueue(slot);
        return null;
    }

    private async Task<(int[]? Counts, string? Refusal)> WeighAsync(SlotId slot, CancellationToken stop)
    {
        for (int tries = 0; tries < MostTries; tries++)
        {
            Weighing weighing = _weighings.GetOrAdd(slot, _ => new Weighing());
            try
            {
                int[] counts = await weighing.Done.WaitAsync(Patience, stop);
                if (StillWeighing.IsStill(counts))
                    return (counts, null);
            }
            catch (TimeoutException)
            {
                _weighings.TryRemove(slot, out _);
                return (null, $"Slot {slot}'s cell does not answer. Check its wiring; './pantry gateway doctor' says more.");
            }
        }
        return (null, $"Slot {slot} moved while it was weighed. Take your hand away, wait until nothing swings, and try again.");
    }

    private static string NothingToKeep(SlotId slot) =>
        $"Slot {slot} has no weighings of the last half hour to calibrate by. Weigh it empty, then with a known mass: './pantry gateway calibrate {slot}'.";

    /// <summary>A calibration under way: the bare cell's conversions, and the fit once there is one.</summary>
    private sealed record CalibrationRun(int[] Empty, long StartedAt, CalibrationFit? Fit);

    /// <summary>One run of conversions.</summary>
    private sealed class Weighing
    {
        private readonly List<int> _counts = new(WeighingSamples);
        private readonly TaskCompletionSource<int[]> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<int[]> Done => _done.Task;

        /// <summary>Adds a conversion; true once there are enough.</summary>
        public bool Add(int counts)
        {
            _counts.Add(counts);
            return _counts.Count >= WeighingSamples && _done.TrySetResult([.. _counts]);
        }
    }
}
