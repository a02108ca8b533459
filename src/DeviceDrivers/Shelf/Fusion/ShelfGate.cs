using System.Collections.Concurrent;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Shelf.Fusion;

/// <summary>The gates of all slots of a shelf, and what only all of them together show: a table that was bumped, a supply that dipped.</summary>
/// <remarks>Two hands move two packs; nobody moves all of a shelf within a second. Not thread safe.</remarks>
public sealed class ShelfGate
{
    /// <summary>Steps of all slots within this time of each other have one cause that is nobody's taking; two slots are within reach of two hands, so they must be closer.</summary>
    private static readonly TimeSpan TogetherOfMany = TimeSpan.FromSeconds(1), TogetherOfTwo = TimeSpan.FromSeconds(0.3);

    /// <summary>Scales book what happened together at most so far apart; a slot without a sample for a minute is not there.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5), Absent = TimeSpan.FromMinutes(1);

    /// <summary>After a start all slots tell what happened while nobody looked, all dated now.</summary>
    private static readonly TimeSpan Starting = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<SlotId, Watched> _slots = new(); // what a slot holds may be looked at from any thread

    /// <summary>Changes of all cells at once so far.</summary>
    public long Together { get; private set; }

    /// <summary>A slot's scale begins, or begins anew: nothing is held.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="settings">Its scale's.</param>
    /// <param name="calibration">Its scale's; null for a slot that weighs nothing yet.</param>
    public void Begin(SlotId slot, ScaleSettings settings, Calibration? calibration)
    {
        if (calibration is null)
            _slots.TryRemove(slot, out _);
        else
            _slots[slot] = new Watched(new StepGate(slot, settings, calibration), settings.UndoneWithin > TimeSpan.Zero);
        foreach (Watched watched in _slots.Values)
            watched.Gate.Patience = _slots.Count > 1 && watched.Waits ? Patience : TimeSpan.Zero;
    }

    /// <summary>A slot's gate, or null while it weighs nothing.</summary>
    public StepGate? this[SlotId slot] => _slots.GetValueOrDefault(slot)?.Gate;

    /// <summary>Takes a settled step in.</summary>
    /// <param name="step">What the scale booked.</param>
    /// <param name="tags">What tags did around it.</param>
    /// <param name="now">Household time.</param>
    public void Take(in StockStep step, TagEvidence tags, DateTimeOffset now)
    {
        Watched own = _slots[step.Slot];
        own.Gate.Take(step, tags, now);
        own.LastStep = step.At < own.First + Starting || (own.Gate.Expects && step.Delta > Mass.Zero) ? null : step.At;
        if (own.Waits)
            LookTogether(step.At, now);
    }

    /// <summary>The next step of a slot that is due; ask at every sample of the slot, until false.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="now">Household time.</param>
    /// <param name="scaleBooked">The level that the scale's own bookings lead to.</param>
    /// <param name="due">The step.</param>
    public bool TryRelease(SlotId slot, DateTimeOffset now, Mass scaleBooked, out GatedStep due)
    {
        due = default;
        if (!_slots.TryGetValue(slot, out Watched? own))
            return false;
        if (own.First == default)
            own.First = now;
        own.Seen = now;
        return own.Gate.TryRelease(now, scaleBooked, out due);
    }

    private void LookTogether(DateTimeOffset at, DateTimeOffset now)
    {
        int there = 0, moved = 0;
        TimeSpan apart = TimeSpan.Zero;
        foreach (Watched watched in _slots.Values)
        {
            if (now - watched.Seen > Absent)
                continue;
            there++;
            if (watched.LastStep is not { } step || (step - at).Duration() > TogetherOfMany)
                continue;
            moved++;
            apart = (step - at).Duration() > apart ? (step - at).Duration() : apart;
        }
        if (there < 2 || moved < there || apart > (there == 2 ? TogetherOfTwo : TogetherOfMany))
            return;
        Together++;
        foreach (Watched watched in _slots.Values)
        {
            if (watched.LastStep is { } step)
                watched.Gate.Doubt(step);
            watched.LastStep = null;
        }
    }

    private sealed class Watched(StepGate gate, bool waits)
    {
        public StepGate Gate { get; } = gate;

        public bool Waits { get; } = waits;

        public DateTimeOffset First { get; set; }

        public DateTimeOffset Seen { get; set; }

        public DateTimeOffset? LastStep { get; set; }
    }
}
