using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>A simulated household's shelf as the gateway meets it: converters on one clock, with the household's packs on their cells.</summary>
/// <remarks>Weights follow household time, conversions, noise and drift live in bus time (protocol, "Two clocks"). Not thread safe.</remarks>
public sealed class SimulatedShelf : IDisposable
{
    private SimulatedShelf(SimulatedHousehold household, SimulatedHx711 chips, double samplesPerSecond) =>
        (Household, Chips, SamplesPerSecond) = (household, chips, samplesPerSecond);

    /// <summary>Opens the shelf of a run folder's world.</summary>
    /// <param name="worldPath">Path of <c>world.json</c>.</param>
    /// <param name="deliveriesPath">Path of <c>deliveries.jsonl</c>, which may not exist yet.</param>
    /// <param name="household">Household time.</param>
    /// <param name="samplesPerSecond">10 or 80, as the chip's RATE pin.</param>
    /// <param name="clock">Bus time; null is the machine's own.</param>
    /// <exception cref="FormatException">A file is broken; the text names it and the next step.</exception>
    public static SimulatedShelf Open(string worldPath, string deliveriesPath, TimeProvider household, double samplesPerSecond = 80, SimulatedBusClock? clock = null)
    {
        SimulatedHousehold people = SimulatedHousehold.Open(worldPath, deliveriesPath);
        HouseholdBridge bridge = new(people, household);
        TimeSpan period = TimeSpan.FromSeconds(1 / samplesPerSecond);
        return new SimulatedShelf(people, new SimulatedHx711(people.Plan.Slots.Count, bridge, period, clock ?? SimulatedBusClock.Real), samplesPerSecond);
    }

    /// <summary>The household behind it; asking it here moves its story on, so audits open their own.</summary>
    public SimulatedHousehold Household { get; }

    /// <summary>The converters, for a driver to read and for tests to break.</summary>
    public SimulatedHx711 Chips { get; }

    /// <summary>Conversions per second.</summary>
    public double SamplesPerSecond { get; }

    /// <summary>The slots in the order of the cells.</summary>
    public IReadOnlyList<SlotId> Slots => [.. Household.Plan.Slots.Select(slot => slot.Slot)];

    /// <summary>What two weighings of a simulated cell would have given; a simulated shelf comes calibrated.</summary>
    public static Calibration CalibrationOf(SlotPlan slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        return new Calibration(slot.Cell.CountsPerGram, slot.Cell.OffsetCounts, Math.Max(slot.Cell.NoiseCounts, Calibration.SmallestNoise));
    }

    /// <summary>A driver for the converters.</summary>
    public Hx711 OpenDriver() => new(Chips, new Hx711Options { SamplesPerSecond = SamplesPerSecond, IsConfirmed = false }); // a busy machine's pauses are no faults of a chip

    /// <inheritdoc />
    public void Dispose() => Chips.Dispose();
}

/// <summary>The load cells under a simulated household's shelf: mass to counts, with noise and a slow wander.</summary>
internal sealed class HouseholdBridge(SimulatedHousehold people, TimeProvider household) : IBridge
{
    private DateTimeOffset _asked = DateTimeOffset.MinValue;

    /// <inheritdoc />
    public long Counts(int cell, long conversion, long busNanoseconds)
    {
        people.Refresh();
        // A wall clock that is set back must not turn the story back.
        DateTimeOffset now = household.GetUtcNow();
        _asked = now > _asked ? now : _asked;
        SlotPlan slot = people.Plan.Slots[cell];
        Mass mass = people.MassOnCellAt(slot.Slot, _asked);
        double grams = Math.Min(mass.Grams, slot.Cell.Capacity.Grams * 1.5) + slot.Cell.Drift.Grams * Wander(cell, busNanoseconds);
        Chance chance = Chance.Of(people.Plan.Seed ^ (ulong)cell, (ulong)conversion, 0x4E01);
        return (long)Math.Round(slot.Cell.OffsetCounts + grams * slot.Cell.CountsPerGram + slot.Cell.NoiseCounts * chance.NextNormal());
    }

    /// <summary>Slow drift in −1 to 1: a fridge's compressor (about 25 min), the room over a day, in proportions of the kegerator series; every cell has its own phase.</summary>
    private static double Wander(int cell, long busNanoseconds)
    {
        double hours = busNanoseconds / 3.6e12;
        return 0.6 * Math.Sin(2 * Math.PI * (hours / 0.42 + 0.37 * cell)) + 0.4 * Math.Sin(2 * Math.PI * (hours / 24 + 0.61 * cell));
    }
}
