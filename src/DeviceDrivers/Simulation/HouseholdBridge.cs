namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>Load cells under a simulated household's shelf: mass to counts, with noise, a slow wander and scripted faults.</summary>
/// <param name="people">Who takes what.</param>
/// <param name="slots">The slots of the cells, in their order.</param>
/// <param name="faults">What presses on the cells beside packs.</param>
/// <param name="household">Household time.</param>
internal sealed class HouseholdBridge(SimulatedHousehold people, IReadOnlyList<SlotPlan> slots, WeightFaults faults, TimeProvider household) : IBridge
{
    private DateTimeOffset _asked = DateTimeOffset.MinValue;

    /// <inheritdoc />
    public long Counts(int cell, long conversion, long busNanoseconds)
    {
        people.Refresh();
        // A wall clock that is set back must not turn the story back.
        DateTimeOffset now = household.GetUtcNow();
        _asked = now > _asked ? now : _asked;
        SlotPlan slot = slots[cell];
        double load = people.MassOnCellAt(slot.Slot, _asked).Grams;
        load += faults.GramsOn(slot.Slot, load, _asked, conversion, busNanoseconds);
        double grams = Math.Min(load, slot.Cell.Capacity.Grams * 1.5) + slot.Cell.Drift.Grams * Wander(slot.Slot.Value, busNanoseconds);
        Chance chance = Chance.Of(people.Plan.Seed ^ slot.Slot.Value, (ulong)conversion, 0x4E01);
        return (long)Math.Round(slot.Cell.OffsetCounts + grams * slot.Cell.CountsPerGram + slot.Cell.NoiseCounts * chance.NextNormal());
    }

    /// <summary>Slow drift in −1 to 1: a fridge's compressor (about 25 min), the room over a day, in proportions of the kegerator series; every cell has its own phase.</summary>
    private static double Wander(int slot, long busNanoseconds)
    {
        double hours = busNanoseconds / 3.6e12;
        return 0.6 * Math.Sin(2 * Math.PI * (hours / 0.42 + 0.37 * slot)) + 0.4 * Math.Sin(2 * Math.PI * (hours / 24 + 0.61 * slot));
    }
}
