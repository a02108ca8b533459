using System.Collections.Concurrent;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Sensing;

/// <summary>Weighing on purpose: takes raw conversions of a slot while the walk goes on, and fits or tares its calibration from them.</summary>
/// <remarks>
/// Pages, requests and commands ask from any thread; the sensing thread alone touches cells and scales, between two samples.
/// </remarks>
internal sealed class SlotBench(CalibrationBook calibrations, ShelfStation shelf, Household household)
{
    private const int WeighingSamples = 40; // half a second at 80/s, four seconds at 10/s
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20); // five times the slower of the two

    private readonly ConcurrentDictionary<SlotId, int[]> _empty = new();
    private readonly ConcurrentQueue<(SlotId Slot, Calibration Calibration)> _fitted = new();
    private readonly ConcurrentDictionary<SlotId, Weighing> _running = new();

    /// <summary>Takes what stands on a slot now as its container. Null, or what is wrong and what to do.</summary>
    public async Task<string?> TareAsync(SlotId slot, CancellationToken stop)
    {
        if (household.FindSlot(slot) is not { } known)
            return NoSlot(household, slot);
        if (shelf.CalibrationOf(known) is not { } calibration)
            return $"Slot {slot} is not calibrated. Run './pantry gateway calibrate {slot} --grams G'.";
        if (await WeighAsync(slot, stop) is not { } counts)
            return Silent(slot);
        Keep(slot, calibration.WithContainer(Median(counts)));
        return null;
    }

    /// <summary>First weighing: nothing on the cell. Null, or what is wrong and what to do.</summary>
    public async Task<string?> WeighEmptyAsync(SlotId slot, CancellationToken stop)
    {
        if (household.FindSlot(slot) is null)
            return NoSlot(household, slot);
        if (await WeighAsync(slot, stop) is not { } counts)
            return Silent(slot);
        _empty[slot] = counts;
        return null;
    }

    /// <summary>Second weighing: a known mass on the cell; fits and keeps the line. Null, or what is wrong and what to do.</summary>
    public async Task<string?> WeighLoadedAsync(SlotId slot, Mass reference, CancellationToken stop)
    {
        if (!_empty.TryGetValue(slot, out int[]? empty))
            return $"Slot {slot} was not weighed empty. Start with an empty slot: './pantry gateway calibrate {slot} --grams G'.";
        if (await WeighAsync(slot, stop) is not { } loaded)
            return Silent(slot);
        if (!Calibration.TryFit(empty, loaded, reference, out Calibration? fitted, out string? refusal))
            return refusal;
        _empty.TryRemove(slot, out _);
        Keep(slot, fitted! with { Container = household.FindSlot(slot)!.Tare });
        return null;
    }

    /// <summary>Gives the sensing thread's conversion to a weighing that waits for it.</summary>
    public void Offer(in SensorSample sample)
    {
        if (!_running.IsEmpty && _running.TryGetValue(sample.Slot, out Weighing? weighing) && weighing.Add(sample.Counts))
            _running.TryRemove(sample.Slot, out _);
    }

    /// <summary>A calibration that the sensing thread has to put to work; false when there is none.</summary>
    public bool TryTake(out (SlotId Slot, Calibration Calibration) fitted) => _fitted.TryDequeue(out fitted);

    private async Task<int[]?> WeighAsync(SlotId slot, CancellationToken stop)
    {
        Weighing weighing = _running.GetOrAdd(slot, _ => new Weighing());
        try
        {
            return await weighing.Done.WaitAsync(Patience, stop);
        }
        catch (TimeoutException)
        {
            _running.TryRemove(slot, out _);
            return null;
        }
    }

    private void Keep(SlotId slot, Calibration calibration)
    {
        calibrations.Keep(slot, calibration);
        _fitted.Enqueue((slot, calibration));
    }

    /// <summary>What is said to somebody who names a slot that is not there.</summary>
    internal static string NoSlot(Household household, SlotId slot) => $"There is no slot {slot}. gateway.json has {string.Join(", ", household.Slots.Select(other => other.Slot))}.";

    private static string Silent(SlotId slot) => $"Slot {slot}'s cell does not answer. Check its wiring; './pantry gateway doctor' says more.";

    private static double Median(int[] counts)
    {
        int[] sorted = [.. counts.Order()];
        return (sorted[(sorted.Length - 1) / 2] + (double)sorted[sorted.Length / 2]) / 2;
    }

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
