using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Inbox;

namespace PantryChain.Gateway.Sensing;

/// <summary>Stations 1 and 2 of one gateway: its load cells, and a scale for each slot that goes on from what the journal and the inbox say lies there.</summary>
/// <remarks>Belongs to the sensing thread alone. Owns the cells.</remarks>
internal sealed class ShelfStation : IDisposable
{
    private readonly LoadCellSensors _cells;
    private readonly IDisposable? _owned;
    private readonly Dictionary<SlotId, Scale> _scales = [];
    private readonly CalibrationBook _calibrations;
    private readonly IReadOnlyList<SlotPlan> _plans;
    private readonly TagQueue _tags;
    private ScaleSettings _settings = new();

    private ShelfStation(LoadCellSensors cells, IDisposable? owned, CalibrationBook calibrations, IReadOnlyList<SlotPlan> plans, TagQueue tags) =>
        (_cells, _owned, _calibrations, _plans, _tags) = (cells, owned, calibrations, plans, tags);

    /// <summary>How long the thread may sleep when there was no sample.</summary>
    public TimeSpan Pause => _cells.Pause;

    /// <summary>Opens the cells that the configuration names and a scale for each slot.</summary>
    /// <exception cref="UserError">Pins, world file or calibration cannot be used; the text says what to do.</exception>
    public static ShelfStation Open(Household household, DataFolder folder, CalibrationBook calibrations, StockBook stocks, TimeProvider time, TagQueue tags)
    {
        CellOptions cells = household.Options.Cells;
        return cells.Transport == CellTransport.Simulated
            ? OpenSimulated(household, folder.Inside(cells.World), folder.Inside(cells.Deliveries), calibrations, stocks, time, tags)
            : OpenGpio(household, calibrations, stocks, tags);
    }

    /// <summary>Station 1: the next verified conversion; false when none is there now.</summary>
    /// <exception cref="IOException">The pins are gone.</exception>
    public bool TrySample(out SensorSample sample) => _cells.TrySample(out sample);

    /// <summary>Station 1 for tags: one that came or left, debounced; false when there is none. Take all of them at every step of the walk.</summary>
    public bool TryTakeTagChange(out TagChange change) => _tags.TryTake(out change);

    /// <summary>Station 2: what lies on the slot, and a step once it is certain; false while no level can be told.</summary>
    public bool TryWeigh(in SensorSample sample, DateTimeOffset now, out StockReading reading, out StockStep? step)
    {
        bool known = _scales[sample.Slot].TryWeigh(sample, now, out reading, out step);
        if (known && !reading.Stable)
            _cells.Alert(sample.Slot);
        return known;
    }

    /// <summary>The calibration that a slot has now, or null; from any thread.</summary>
    public Calibration? CalibrationOf(ShelfSlot slot) => _calibrations.Of(slot, _plans.FirstOrDefault(plan => plan.Slot == slot.Slot));

    /// <summary>Weighs a slot anew by another calibration; its level is unknown until the shelf has settled.</summary>
    public void Recalibrate(ShelfSlot slot, Calibration calibration) => AddScale(slot, calibration, _settings, last: null);

    /// <summary>The level that all bookings of a slot lead to, the only one that may be journaled; null while it is not known.</summary>
    public Mass? BookedLevelOf(SlotId slot) => _scales[slot].BookedLevel;

    /// <summary>How a slot's scale tells stock from hands, noise and drift; from any thread.</summary>
    public ScaleSettings SettingsOf(SlotId slot) => _scales.ContainsKey(slot) ? _settings : new ScaleSettings();

    /// <summary>True for a slot of a simulated shelf, which has a calibration without the book; from any thread.</summary>
    public bool ComesCalibrated(SlotId slot) => _plans.Any(plan => plan.Slot == slot);

    /// <summary>Has a slot's cell read at full rate for a while.</summary>
    public void Alert(SlotId slot) => _cells.Alert(slot);

    /// <summary>What the converter of a slot says about itself.</summary>
    public SlotHealth HealthOf(SlotId slot) => _cells.HealthOf(slot);

    /// <inheritdoc />
    public void Dispose()
    {
        _cells.Dispose();
        _owned?.Dispose();
    }

    private static ShelfStation OpenSimulated(
        Household household, string world, string deliveries, CalibrationBook calibrations, StockBook stocks, TimeProvider time, TagQueue tags)
    {
        if (!File.Exists(world))
            throw new UserError($"{world} does not exist. './pantry up' writes it; cells on real pins need \"transport\": \"gpiochip\" in gateway.json.");
        SimulatedShelf shelf;
        try
        {
            shelf = SimulatedShelf.Open(world, deliveries, time);
        }
        catch (FormatException error)
        {
            throw new UserError(error.Message, error);
        }
        ShelfStation station = new(new LoadCellSensors(new SamplingDuty()).Add(shelf.OpenDriver(), shelf.Slots), shelf, calibrations, shelf.Household.Plan.Slots, tags);
        foreach (SlotPlan plan in shelf.Household.Plan.Slots)
        {
            ShelfSlot slot = household.FindSlot(plan.Slot) ?? throw new UserError($"{world} has slot {plan.Slot}, gateway.json has not. Add the slot there.");
            station.AddScale(slot, calibrations.Of(slot, plan), ScaleSettings.Rehearsal, stocks.LevelOf(slot.Slot));
        }
        return station;
    }

    private static ShelfStation OpenGpio(Household household, CalibrationBook calibrations, StockBook stocks, TagQueue tags)
    {
        CellOptions cells = household.Options.Cells;
        Hx711Options chips = new();
        GpioChip? chip = null;
        try
        {
            chip = GpioChip.Open(cells.Chip);
            Hx711 group = new(chip.Request(cells.ClockLine, [.. household.Slots.Select(slot => slot.DataLine)]), chips);
            ShelfStation station = new(new LoadCellSensors(new SamplingDuty()).Add(group, [.. household.Slots.Select(slot => slot.Slot)]), chip, calibrations, [], tags);
            foreach (ShelfSlot slot in household.Slots)
                station.AddScale(slot, calibrations.Of(slot, null), ScaleSettings.ForRate(chips.SamplesPerSecond), stocks.LevelOf(slot.Slot));
            return station;
        }
        catch (Exception error) when (error is IOException or ArgumentException)
        {
            chip?.Dispose();
            throw new UserError(error.Message, error);
        }
    }

    private void AddScale(ShelfSlot slot, Calibration? calibration, ScaleSettings settings, Mass? last)
    {
        Scale scale = new(slot.Slot, calibration, settings);
        if (calibration is not null && last is { } level)
            scale.Restore(level);
        (_scales[slot.Slot], _settings) = (scale, settings);
    }
}
