using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.DeviceDrivers.Rfid;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Inbox;
using PantryChain.Gateway.Sensing;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Tests.Sensing;

/// <summary>The rehearsal's mixed shelf in stepped bus time: slots 1 and 3 are HX711 on one clock, 2 a NAU7802 behind a multiplexer, 3 has a PN532 and tagged packs.</summary>
internal sealed class ScriptedShelf : IDisposable
{
    private readonly TempDataFolder _temp = new();
    private readonly SqliteFile _file;
    private readonly SharedBuses _buses;
    private readonly SteppedBusClock _clock = new();
    private readonly RetriedReader _reader;
    private readonly TagPresence _presence = new();
    private readonly List<TagChange> _changes = [];

    /// <param name="script">The fault script's text.</param>
    /// <param name="packsPerDay">What the household uses of each product until <paramref name="untilDay"/>.</param>
    /// <param name="untilDay">The day from which nobody touches the shelf any more.</param>
    /// <param name="seed">Where chance comes from.</param>
    /// <param name="speed">Household seconds per second of bus time.</param>
    public ScriptedShelf(string script, double packsPerDay = 0, int untilDay = 0, ulong seed = 7, double speed = 28_800)
    {
        Time = new HouseholdTime(Samples.Morning, DateTimeOffset.UnixEpoch, speed, new BusTime(_clock));
        RateSegment[] rates = untilDay == 0 ? [new RateSegment(0, packsPerDay)] : [new RateSegment(0, packsPerDay), new RateSegment(untilDay, 0)];
        Plan = new WorldPlan(seed, Samples.Morning, Samples.Household.Zone, [.. Enumerable.Range(1, 3).Select(slot => new SlotPlan(
            new SlotId((ushort)slot), Samples.Milk, Mass.FromGrams(1063), Mass.FromGrams(33), 3, 2, rates, CellPlan.FiveKilograms, Tagged: slot == 3))]);
        Plan.Write(_temp.Inside("world.json"));
        File.WriteAllText(_temp.Inside("faults.json"), script);
        Household household = GatewayFile.Check(Options, "gateway.json");
        SimulatedShelf world = ShelfWorld.Open(household, _temp.Folder, Time, _clock)!;
        _file = SqliteFile.Open(_temp.Folder.Database);
        _buses = new SharedBuses(world.Board);
        Station = new ShelfStation(
            household, new ConverterOpener(world.Board, _buses), world, new CalibrationBook(_temp.Folder), new StockBook(_file, new Journal(_file), household),
            new ThermalBook(_temp.Folder, NullLogger<ThermalBook>.Instance), new TagQueue(),
            NullLogger<ShelfStation>.Instance);
        ReaderOpener opener = new(world.Board, _buses);
        _reader = new RetriedReader(household.Readers[0], () => opener.Open(household.Readers[0]), () => _clock.Read(), NullLogger.Instance);
    }

    public static GatewayOptions Options => Samples.Options with
    {
        Cells = new CellOptions { Transport = CellTransport.Simulated, World = "world.json", Deliveries = "deliveries.jsonl", Faults = "faults.json" },
        Converters = [new ConverterOptions { Name = "two", Kind = "nau7802", Bus = MixedShelf.Bus, Multiplexer = "0x70", Channel = 1, SamplesPerSecond = 80 }],
        Readers = [new ReaderOptions { Slot = 3, Kind = "pn532", Bus = MixedShelf.Bus }],
        Slots = [Slot(1, null), Slot(2, "two"), Slot(3, null)],
    };

    public HouseholdTime Time { get; }

    public WorldPlan Plan { get; }

    public ShelfStation Station { get; }

    public List<StockStep> Steps { get; } = [];

    /// <summary>Every state that a slot's cell had since <see cref="Forget"/>, with "Moving" for a level that does not settle.</summary>
    public Dictionary<int, HashSet<string>> States { get; } = Enumerable.Range(1, 3).ToDictionary(slot => slot, _ => new HashSet<string>());

    /// <summary>Every state of the reader since <see cref="Forget"/>.</summary>
    public HashSet<SlotHealth> ReaderStates { get; } = [];

    /// <summary>Tags that came and went.</summary>
    public List<TagChange> Tags { get; } = [];

    /// <summary>The first settled reading of each slot: what was used before it is nobody's booking.</summary>
    public Dictionary<int, StockReading> First { get; } = [];

    /// <summary>The newest reading of each slot.</summary>
    public Dictionary<int, StockReading> Last { get; } = [];

    public SimulatedHousehold Truth() => SimulatedHousehold.Open(_temp.Inside("world.json"), _temp.Inside("deliveries.jsonl"));

    public void Deliver(double day, ushort slot, int packs) =>
        new DeliveryLog(_temp.Inside("deliveries.jsonl")).Append(new Delivery(Samples.Morning.AddDays(day), new SlotId(slot), packs, "outside"));

    public void Forget()
    {
        foreach (HashSet<string> states in States.Values)
            states.Clear();
        ReaderStates.Clear();
    }

    /// <summary>The gateway's loops for some seconds of bus time.</summary>
    public ScriptedShelf Live(double seconds)
    {
        for (long end = _clock.Read() + (long)(seconds * 1e9); _clock.Read() < end;)
        {
            if (_reader.Pause <= TimeSpan.Zero && _reader.TryPoll(out IReadOnlyList<FoundTag> tags))
            {
                _changes.Clear();
                _presence.Observe(new SlotId(3), tags, _clock.Read(), _changes);
                Tags.AddRange(_changes);
            }
            ReaderStates.Add(_reader.Report([]).Health);
            if (!Station.TrySample(out SensorSample sample))
            {
                foreach (int slot in States.Keys)
                    States[slot].Add(Station.HealthOf(new SlotId((ushort)slot)).ToString());
                _clock.Advance(TimeSpan.FromMilliseconds(3));
                continue;
            }
            bool known = Station.TryWeigh(sample, Time.GetUtcNow(), out StockReading reading, out StockStep? step);
            if (step is { } booked)
                Steps.Add(booked);
            if (known && !reading.Stable)
                States[sample.Slot.Value].Add("Moving");
            if (known && reading.Stable)
                First.TryAdd(sample.Slot.Value, reading);
            Last[sample.Slot.Value] = reading;
        }
        return this;
    }

    public void Dispose()
    {
        _reader.Dispose();
        Station.Dispose();
        _buses.Dispose();
        _file.Dispose();
        _temp.Dispose();
    }

    private static SlotOptions Slot(int number, string? converter) => new() { Slot = number, Gtin = Samples.Milk.ToString(), NameKo = "칸", NameEn = "Slot", Converter = converter };

    /// <summary>Real time that is bus time.</summary>
    private sealed class BusTime(SimulatedBusClock clock) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(clock.Read() / TimeSpan.NanosecondsPerTick);

        public override long GetTimestamp() => clock.Read();

        public override long TimestampFrequency => 1_000_000_000;
    }
}
