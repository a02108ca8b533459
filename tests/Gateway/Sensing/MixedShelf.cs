using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Inbox;
using PantryChain.Gateway.Sensing;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Tests.Sensing;

/// <summary>A household with two HX711 on one clock, one on SPI, and two NAU7802 behind a multiplexer, all on a simulated board in bus time.</summary>
internal sealed class MixedShelf : IDisposable
{
    public const string Bus = "/dev/i2c-1", Chip = "pinctrl-rp1", Spi = "/dev/spidev0.0", ReadyChip = "gpio-usb";

    private readonly TempDataFolder _temp = new();
    private readonly SqliteFile _file;
    private readonly SharedBuses _buses;

    public MixedShelf(IReadOnlyList<ReaderOptions>? readers = null)
    {
        Board = new SimulatedHardware(Clock);
        I2c = new SimulatedI2cBus(Clock);
        Second = new SimulatedNau7802(new Level());
        Third = new SimulatedNau7802(new Level());
        SimulatedTca9548a multiplexer = new();
        multiplexer.Attach(2, Third);
        multiplexer.Attach(5, Second);
        I2c.Attach(multiplexer);
        Board.WireLines(Chip, 5, [6, 13], new SimulatedHx711(2, new Level(), TimeSpan.FromMilliseconds(100), Clock)).WireI2c(Bus, I2c).WireInput(ReadyChip, 17, () => true)
            .WireSpi(Spi, new SimulatedHx711Spi(new Level(), TimeSpan.FromMilliseconds(100), Clock));
        GatewayOptions options = Options(readers ?? []);
        Household = GatewayFile.Check(options, "gateway.json");
        _file = SqliteFile.Open(_temp.Folder.Database);
        Journal journal = new(_file);
        _buses = new SharedBuses(Board);
        Station = new ShelfStation(
            Household, new ConverterOpener(Board, _buses), null, new CalibrationBook(_temp.Folder), new StockBook(_file, journal, Household),
            new ThermalBook(_temp.Folder, NullLogger<ThermalBook>.Instance), Tags, NullLogger<ShelfStation>.Instance);
    }

    public SteppedBusClock Clock { get; } = new();

    public SimulatedHardware Board { get; }

    public SimulatedI2cBus I2c { get; }

    public SimulatedNau7802 Second { get; }

    public SimulatedNau7802 Third { get; }

    public TagQueue Tags { get; } = new();

    public Household Household { get; }

    public ShelfStation Station { get; }

    /// <summary>Five slots: 1 and 2 on HX711 lines, 3 and 4 on NAU7802 behind a multiplexer, 5 on an HX711 on SPI.</summary>
    public static GatewayOptions Options(IReadOnlyList<ReaderOptions> readers) => Samples.Options with
    {
        Cells = new CellOptions(),
        Converters =
        [
            new ConverterOptions { Name = "upper", Kind = "hx711", ClockLine = 5 },
            new ConverterOptions { Name = "flour", Kind = "nau7802", Bus = Bus, Multiplexer = "0x70", Channel = 5, SamplesPerSecond = 40 },
            new ConverterOptions { Name = "coffee", Kind = "nau7802", Bus = Bus, Multiplexer = "0x70", Channel = 2, SamplesPerSecond = 40, Chip = ReadyChip, ReadyLine = 17 },
            new ConverterOptions { Name = "tea", Kind = "hx711-spi", Device = Spi },
        ],
        Slots = [Slot(1, "upper", 6), Slot(2, "upper", 13), Slot(3, "flour"), Slot(4, "coffee", 1), Slot(5, "tea")],
        Readers = readers,
    };

    /// <summary>Samples per slot over some seconds of bus time.</summary>
    public Dictionary<int, int> Count(double seconds)
    {
        Dictionary<int, int> samples = Household.Slots.ToDictionary(slot => (int)slot.Slot.Value, _ => 0);
        for (long end = Clock.Read() + (long)(seconds * 1e9); Clock.Read() < end;)
        {
            if (Station.TrySample(out SensorSample sample))
                samples[sample.Slot.Value]++;
            else
                Clock.Advance(TimeSpan.FromMilliseconds(2));
        }
        return samples;
    }

    public SlotHealth HealthOf(ushort slot) => Station.HealthOf(new SlotId(slot));

    public ConverterReport Report(string converter) => Station.Report().Single(report => report.Name == converter);

    public void Dispose()
    {
        Station.Dispose();
        _buses.Dispose();
        _file.Dispose();
        _temp.Dispose();
    }

    private static SlotOptions Slot(int number, string converter, int? input = null) => new()
    {
        Slot = number, Gtin = Samples.Milk.ToString(), NameKo = "칸", NameEn = "Slot", Converter = converter, Input = input,
    };

    private sealed class Level : IBridge
    {
        public long Counts(int cell, long conversion, long busNanoseconds) => 100_000 + cell + conversion % 7;
    }
}
