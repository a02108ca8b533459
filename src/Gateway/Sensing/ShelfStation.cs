using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.DeviceDrivers.Shelf.Fusion;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Inbox;

namespace PantryChain.Gateway.Sensing;

/// <summary>Stations 1 and 2 of one gateway: its load cells, and a scale for each slot that goes on from what the journal and the inbox say lies there.</summary>
/// <remarks>
/// Belongs to the sensing thread alone, but for <see cref="TryTakeTagChange"/>'s other end and what says otherwise. Owns the cells. A converter that cannot be
/// opened, or is lost, is tried again on the way; its slots are <see cref="SlotHealth.Disconnected"/> meanwhile and the others go on.
/// </remarks>
internal sealed class ShelfStation : IDisposable
{
    private readonly LoadCellSensors _cells = new(new SamplingDuty());
    private readonly List<(RetriedCells Cells, IReadOnlyList<SlotId> Slots)> _converters = [];
    private readonly Dictionary<SlotId, Scale> _scales = [];
    private readonly ShelfGate _gates = new();
    private readonly Dictionary<SlotId, ScaleSettings> _settings = [];
    private readonly CalibrationBook _calibrations;
    private readonly SimulatedShelf? _world;
    private readonly ThermalBook _temperatures;
    private readonly TagQueue _tags;

    /// <summary>Opens the cells that the configuration names and a scale for each slot; what cannot be opened yet is tried again later.</summary>
    /// <param name="household">Slots and converters.</param>
    /// <param name="opener">Opens converters by their wiring.</param>
    /// <param name="world">The world behind simulated cells; needed when the household has such.</param>
    /// <param name="calibrations">What counts mean.</param>
    /// <param name="stocks">Where each slot's level goes on from.</param>
    /// <param name="temperatures">What the scales learned about temperature.</param>
    /// <param name="tags">What the readers see.</param>
    /// <param name="log">Told when a converter goes and comes back.</param>
    /// <exception cref="UserError">World and configuration contradict each other; the text says what to do.</exception>
    public ShelfStation(
        Household household, ConverterOpener opener, SimulatedShelf? world, CalibrationBook calibrations, StockBook stocks, ThermalBook temperatures, TagQueue tags, ILogger<ShelfStation> log)
    {
        (_calibrations, _world, _temperatures, _tags) = (calibrations, world, temperatures, tags);
        foreach (ShelfConverter converter in household.Converters)
        {
            bool simulated = converter.Kind == ConverterKind.Simulated;
            IReadOnlyList<SlotId> slots = [.. converter.Cells.Select(cell => cell.Slot)];
            RetriedCells cells = new(converter, simulated ? () => new OpenedCells(world!.OpenDriver()) : () => opener.Open(converter), opener.Now, log);
            _cells.Add(cells, slots);
            _converters.Add((cells, slots));
            ScaleSettings settings = world is not null ? ScaleSettings.Rehearsal
                : ScaleSettings.ForRate(converter.ReadingsPerSecond) with { UndoneWithin = TimeSpan.FromMinutes(household.Options.Inbox.UndoneMinutes) };
            foreach (SlotId slot in slots)
            {
                ShelfSlot known = household.FindSlot(slot)!;
                AddScale(known, settings with { Capacity = known.Capacity }, stocks.LevelOf(slot));
            }
        }
    }

    /// <summary>How long the thread may sleep when there was no sample.</summary>
    public TimeSpan Pause => _cells.Pause;

    /// <summary>Station 1: the next verified conversion; false when none is there now.</summary>
    public bool TrySample(out SensorSample sample) => _cells.TrySample(out sample);

    /// <summary>Station 1 for tags: one that came or left, debounced; false when there is none. Take all of them at every step of the walk.</summary>
    public bool TryTakeTagChange(out TagChange change) => _tags.TryTake(out change);

    /// <summary>Station 2: what lies on the slot, and a step once it has settled; false while no level can be told. Give the step to <see cref="Hold"/>.</summary>
    public bool TryWeigh(in SensorSample sample, DateTimeOffset now, out StockReading reading, out StockStep? step)
    {
        bool known = _scales[sample.Slot].TryWeigh(sample, now, out reading, out step);
        if (known && !reading.Stable)
            _cells.Alert(sample.Slot);
        if (known && reading.Stable && _gates[sample.Slot]!.IsOverloaded(reading.Level))
            reading = reading with { Health = SlotHealth.Implausible };
        return known;
    }

    /// <summary>Station 2: holds a settled step until it is clear that it is not undone.</summary>
    public void Hold(in StockStep step, TagEvidence tags, DateTimeOffset now) => _gates.Take(step, tags, now);

    /// <summary>Station 2: a step of a slot that is now certain; ask at each of its samples until false.</summary>
    public bool TryRelease(SlotId slot, DateTimeOffset now, out GatedStep due)
    {
        due = default;
        return _scales[slot].BookedLevel is { } booked && _gates.TryRelease(slot, now, booked, out due);
    }

    /// <summary>What is away from a slot and may come back.</summary>
    public Mass AwayOf(SlotId slot) => _gates[slot]?.Away ?? Mass.Zero;

    /// <summary>True while a slot's cell says what no stock explains, for longer than a container is away.</summary>
    public bool IsImpossible(SlotId slot) => _gates[slot]?.IsImpossible ?? false;

    /// <summary>Times that all cells jumped at once.</summary>
    public long Together => _gates.Together;

    /// <summary>Says whether a delivery for a slot is on its way.</summary>
    public void Expect(SlotId slot, bool delivery)
    {
        if (_gates[slot] is { } gate)
            gate.Expects = delivery;
    }

    /// <summary>The calibration that a slot has now, or null; from any thread.</summary>
    public Calibration? CalibrationOf(ShelfSlot slot) => _calibrations.Of(slot, PlanOf(slot));

    /// <summary>The newest line that a login or a command gave, or what the slot came with.</summary>
    public Calibration? CalibrationByMember(ShelfSlot slot) => _calibrations.MembersOf(slot, PlanOf(slot));

    /// <summary>What a slot came with, before anything was kept.</summary>
    public Calibration? CalibrationAsMade(ShelfSlot slot) => CalibrationBook.AsMade(slot, PlanOf(slot));

    /// <summary>Weighs a slot anew by another calibration; its level is unknown until the shelf has settled.</summary>
    public void Recalibrate(ShelfSlot slot, Calibration calibration)
    {
        _scales[slot.Slot] = new Scale(slot.Slot, calibration, _settings[slot.Slot]);
        _gates.Begin(slot.Slot, _settings[slot.Slot], calibration);
    }

    /// <summary>The level that all bookings of a slot lead to, the only one that may be journaled; null while it is not known.</summary>
    public Mass? BookedLevelOf(SlotId slot) => _scales[slot].BookedLevel - (_gates[slot]?.Pending ?? Mass.Zero);

    /// <summary>How a slot's scale tells stock from hands, noise and drift; from any thread.</summary>
    public ScaleSettings SettingsOf(SlotId slot) => _settings.GetValueOrDefault(slot) ?? new ScaleSettings();

    /// <summary>True for a slot of a simulated shelf, which has a calibration without the book; from any thread.</summary>
    public bool ComesCalibrated(SlotId slot) => _world?.Household.Plan.Slots.Any(plan => plan.Slot == slot) ?? false;

    /// <summary>What happened so far to the converters of a slot, by cause; from any thread, where a count may lag behind.</summary>
    public IReadOnlyList<Tally> TalliesOf(SlotId slot) => _cells.TalliesOf(slot);

    /// <summary>Tells a slot's scale the temperature beside its cell, in °C; false when it is not believed.</summary>
    public bool Feel(SlotId slot, double celsius) => _scales[slot].Feel(celsius);

    /// <summary>Keeps what the scales have learned about temperature.</summary>
    public void KeepTemperatures() =>
        _temperatures.Keep(_scales.Where(own => own.Value.Temperature is not null).Select(own => (own.Key, own.Value.Temperature!.Value)));

    /// <summary>Has a slot's cell read at full rate for a while.</summary>
    public void Alert(SlotId slot) => _cells.Alert(slot);

    /// <summary>What the converter of a slot says about itself.</summary>
    public SlotHealth HealthOf(SlotId slot) => _cells.HealthOf(slot);

    /// <summary>How all converters are, for <see cref="SensorBoard"/>.</summary>
    public IReadOnlyList<ConverterReport> Report() =>
        [.. _converters.Select(own => new ConverterReport(own.Cells.Converter.Name, own.Cells.Converter.Word, own.Slots, own.Cells.Failure, own.Cells.Tallies))];

    /// <inheritdoc />
    public void Dispose() => _cells.Dispose();

    private SlotPlan? PlanOf(ShelfSlot slot) => _world?.Household.Plan.Slots.FirstOrDefault(plan => plan.Slot == slot.Slot);

    private void AddScale(ShelfSlot slot, ScaleSettings settings, Mass? last)
    {
        Calibration? calibration = CalibrationOf(slot);
        Scale scale = new(slot.Slot, calibration, settings);
        if (calibration is not null && last is { } level)
            Restore(scale, level);
        (_scales[slot.Slot], _settings[slot.Slot]) = (scale, settings);
        _gates.Begin(slot.Slot, settings, calibration);
    }

    private void Restore(Scale scale, Mass level)
    {
        if (_temperatures.Of(scale.Slot) is { } drift)
            scale.Restore(level, drift);
        else
            scale.Restore(level);
    }
}
