using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Identity;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>A simulated household's shelf as the gateway meets it: a board with converters and tag readers, with the household's packs on them.</summary>
/// <remarks>
/// Weights and tags follow household time; conversions, noise and drift live in bus time (protocol, "Two clocks"). Chips are wired to the names that a configuration
/// gives them (<see cref="WireNau7802"/>, <see cref="WireReader"/>) and found by drivers on <see cref="Board"/>; a fault script plays on all of them. Wiring is not thread
/// safe; afterwards the board is, and the converters belong to the thread that reads them.
/// </remarks>
public sealed class SimulatedShelf
{
    private readonly TimeProvider _time;
    private readonly SimulatedBusClock _clock;
    private readonly FaultScript _faults;
    private readonly (string World, string Deliveries) _files;
    private readonly ClockFaultPlayer _clockFaults;
    private readonly Dictionary<string, WiredBus> _buses = new(StringComparer.Ordinal);

    private SimulatedShelf(
        SimulatedHousehold household, (string World, string Deliveries) files, TimeProvider time, double samplesPerSecond, SimulatedBusClock clock, IReadOnlyList<SlotId> slots, FaultScript faults)
    {
        (Household, _files, _time, SamplesPerSecond, _clock, Slots, _faults) = (household, files, time, samplesPerSecond, clock, slots, faults);
        Board = new SimulatedHardware(clock);
        // A household whose cells are all wired otherwise has a clock that nobody reads.
        Chips = new SimulatedHx711(Math.Max(1, slots.Count), Bridge(slots), TimeSpan.FromSeconds(1 / samplesPerSecond), clock);
        _clockFaults = new ClockFaultPlayer(Chips, slots, faults, household.Plan.Origin, time);
    }

    /// <summary>Opens the shelf of a run folder's world.</summary>
    /// <param name="worldPath">Path of <c>world.json</c>.</param>
    /// <param name="deliveriesPath">Path of <c>deliveries.jsonl</c>, which may not exist yet.</param>
    /// <param name="household">Household time.</param>
    /// <param name="samplesPerSecond">10 or 80, as the chip's RATE pin.</param>
    /// <param name="clock">Bus time; null is the machine's own.</param>
    /// <param name="onClock">The slots whose HX711 share the clock, in the order of their cells; null for all of the world's.</param>
    /// <param name="faults">What goes wrong; null for nothing.</param>
    /// <exception cref="FormatException">A file is broken; the text names it and the next step.</exception>
    public static SimulatedShelf Open(
        string worldPath, string deliveriesPath, TimeProvider household, double samplesPerSecond = 80, SimulatedBusClock? clock = null, IReadOnlyList<SlotId>? onClock = null,
        FaultScript? faults = null)
    {
        SimulatedHousehold people = SimulatedHousehold.Open(worldPath, deliveriesPath);
        return new SimulatedShelf(
            people, (worldPath, deliveriesPath), household, samplesPerSecond, clock ?? SimulatedBusClock.Real, onClock ?? [.. people.Plan.Slots.Select(slot => slot.Slot)], faults ?? FaultScript.None);
    }

    /// <summary>The household behind it; asking it here moves its story on, so audits open their own.</summary>
    public SimulatedHousehold Household { get; }

    /// <summary>Buses with the chips that were wired to them.</summary>
    public SimulatedHardware Board { get; }

    /// <summary>The converters on the shared clock, for a driver to read and for tests to break.</summary>
    public SimulatedHx711 Chips { get; }

    /// <summary>Conversions per second of the converters on the shared clock.</summary>
    public double SamplesPerSecond { get; }

    /// <summary>The slots of the converters on the shared clock, in the order of their cells.</summary>
    public IReadOnlyList<SlotId> Slots { get; }

    /// <summary>What two weighings of a simulated cell would have given; a simulated shelf comes calibrated.</summary>
    public static Calibration CalibrationOf(SlotPlan slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        return new Calibration(slot.Cell.CountsPerGram, slot.Cell.OffsetCounts, Math.Max(slot.Cell.NoiseCounts, Calibration.SmallestNoise));
    }

    /// <summary>A driver for the converters on the shared clock.</summary>
    public Hx711 OpenDriver() => Chips.Open(
        new Hx711Options { SamplesPerSecond = SamplesPerSecond, IsConfirmed = false }, // a busy machine's pauses are no faults of a chip
        Chips.ToPins(() => _clockFaults.Play(_clock.Read())));

    /// <summary>Puts a slot's cell on a NAU7802.</summary>
    /// <param name="bus">The bus's name in the configuration.</param>
    /// <param name="multiplexer">Address of the TCA9548A in front, or null.</param>
    /// <param name="channel">Its channel.</param>
    /// <param name="slot">A slot of the world.</param>
    /// <exception cref="ArgumentOutOfRangeException">The world has no such slot.</exception>
    public void WireNau7802(string bus, int? multiplexer, int channel, SlotId slot)
    {
        SimulatedNau7802 chip = new(Bridge([slot]));
        WiredBus wired = BusOf(bus);
        wired.Attach(chip, multiplexer, channel);
        wired.Faults.Cells.Add(slot, chip);
    }

    /// <summary>Puts a PN532 under a slot. It sees the tags of the two packs in front, the opened one first: more do not lie over an antenna.</summary>
    /// <param name="bus">The bus's name in the configuration.</param>
    /// <param name="multiplexer">Address of the TCA9548A in front, or null.</param>
    /// <param name="channel">Its channel.</param>
    /// <param name="slot">A slot of the world.</param>
    /// <exception cref="ArgumentOutOfRangeException">The world has no such slot.</exception>
    public void WireReader(string bus, int? multiplexer, int channel, SlotId slot)
    {
        // Asked by the readers' thread, so it has a household of its own.
        PackTags packs = new(SimulatedHousehold.Open(_files.World, _files.Deliveries), Household.Plan[slot], _time);
        SimulatedTagField field = new(_clock, Household.Plan.Seed) { Others = packs.OverAntenna };
        SimulatedPn532 chip = new(_clock, field, Household.Plan.Seed);
        WiredBus wired = BusOf(bus);
        wired.Attach(chip, multiplexer, channel);
        wired.Faults.Readers.Add(new SimulatedReader(chip, field));
    }

    /// <summary>Puts a lamp or an active buzzer at a line.</summary>
    public SimulatedIndicator WireIndicator(string chip, int line)
    {
        SimulatedIndicator indicator = new();
        Board.WireOutput(chip, line, indicator.Hear);
        return indicator;
    }

    /// <summary>Puts an OLED with an SSD1306 on a bus.</summary>
    /// <param name="bus">The bus's name in the configuration.</param>
    /// <param name="multiplexer">Address of the TCA9548A in front, or null.</param>
    /// <param name="channel">Its channel.</param>
    /// <param name="address">Its address.</param>
    public void WireDisplay(string bus, int? multiplexer, int channel, int address) => BusOf(bus).Attach(new SimulatedSsd1306(address), multiplexer, channel);

    /// <summary>Puts a sensor of the air on a bus.</summary>
    /// <param name="bus">The bus's name in the configuration.</param>
    /// <param name="multiplexer">Address of the TCA9548A in front, or null.</param>
    /// <param name="channel">Its channel.</param>
    /// <param name="address">The sensor's address.</param>
    /// <param name="isBme280">A BME280, else an SHT4x.</param>
    /// <param name="kind">The air that it measures.</param>
    public void WireClimate(string bus, int? multiplexer, int channel, int address, bool isBme280, AirKind kind)
    {
        SimulatedAir air = new(kind, Household.Plan.Seed, Household.Plan.Origin, _time, _faults);
        SimulatedClimateChip chip = isBme280 ? new SimulatedBme280(address, air.Now) : new SimulatedSht4x(address, air.Now);
        WiredBus wired = BusOf(bus);
        wired.Attach(chip, multiplexer, channel);
        wired.Faults.Climates.Add(chip);
    }

    private HouseholdBridge Bridge(IReadOnlyList<SlotId> slots) =>
        new(Household, [.. slots.Select(slot => Household.Plan[slot])], new WeightFaults(_faults, Household.Plan.Seed, Household.Plan.Origin, _time), _time);

    private WiredBus BusOf(string name)
    {
        if (_buses.TryGetValue(name, out WiredBus? known))
            return known;
        SimulatedI2cBus bus = new(_clock, name);
        WiredBus wired = new(bus, new BusFaultPlayer(bus, _faults, Household.Plan.Origin, _time));
        Board.WireI2c(name, new ScriptedBus(bus, wired.Faults, _clock));
        _buses.Add(name, wired);
        return wired;
    }

    /// <summary>A bus while it is being wired.</summary>
    private sealed class WiredBus(SimulatedI2cBus bus, BusFaultPlayer faults)
    {
        private readonly Dictionary<int, SimulatedTca9548a> _multiplexers = [];

        public BusFaultPlayer Faults => faults;

        public void Attach(ISimulatedI2cChip chip, int? multiplexer, int channel)
        {
            if (multiplexer is not { } address)
            {
                bus.Attach(chip);
                return;
            }
            if (!_multiplexers.TryGetValue(address, out SimulatedTca9548a? known))
            {
                _multiplexers.Add(address, known = new SimulatedTca9548a(address));
                bus.Attach(known);
            }
            known.Attach(channel, chip);
        }
    }
}
