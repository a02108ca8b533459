using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Sensing;

/// <summary>Opens a converter by its wiring: one way per transport, all over the same <see cref="IHardware"/>.</summary>
internal sealed class ConverterOpener(IHardware hardware, SharedBuses buses)
{
    private const int SpiHertz = 1_000_000; // pulses of 1 µs, as the driver's checks expect

    /// <summary>Bus time in nanoseconds.</summary>
    public long Now() => hardware.Now();

    /// <summary>Opens the cells of a converter.</summary>
    /// <exception cref="IOException">It cannot be opened now; the text says what to do.</exception>
    public OpenedCells Open(ShelfConverter converter) => converter.Kind switch
    {
        ConverterKind.Hx711 => new OpenedCells(OverLines(converter)),
        ConverterKind.Hx711Spi => new OpenedCells(new Hx711(hardware.OpenSpi(converter.Wiring.Device!, SpiHertz), OptionsOf(converter))),
        ConverterKind.Hx711Iio => new OpenedCells(OverIio(converter)),
        ConverterKind.Nau7802 => OverI2c(converter),
        _ => throw new InvalidOperationException($"{converter.Kind} is opened with its world."),
    };

    private Hx711 OverLines(ShelfConverter converter)
    {
        ConverterOptions wiring = converter.Wiring;
        return new Hx711(hardware.OpenLines(ChipsOf(wiring), wiring.ClockLine!.Value, converter.DataLines), OptionsOf(converter));
    }

    private Hx711Iio OverIio(ShelfConverter converter)
    {
        string folder = hardware.FindIio(converter.Wiring.Device!), devices = Path.GetDirectoryName(folder)!;
        int number = Hx711Iio.Find(devices).ToList().IndexOf(folder);
        return number >= 0 ? Hx711Iio.Open(number, OptionsOf(converter), devices)
            : throw new IOException($"{folder} is no HX711. Give the name of one as 'device' in gateway.json: {string.Join(", ", Hx711Iio.Find(devices).Select(Path.GetFileName).DefaultIfEmpty("there is none"))}.");
    }

    private OpenedCells OverI2c(ShelfConverter converter)
    {
        BusLease lease = buses.Open(converter.Place!);
        IGpioInput? ready = null;
        try
        {
            if (converter.Wiring.ReadyLine is { } line)
                ready = hardware.OpenInput(ChipsOf(converter.Wiring), line);
            Nau7802 chip = new(lease.Bus, OptionsOfNau7802(converter), ready is null ? null : ready.IsHigh);
            return new OpenedCells(chip, lease, ready) { BusFailures = () => chip.Counters.BusBroken };
        }
        catch (IOException)
        {
            ready?.Dispose();
            lease.Dispose();
            throw;
        }
    }

    private static Nau7802Options OptionsOfNau7802(ShelfConverter converter) => new()
    {
        Gain = converter.Wiring.Gain, SecondCell = converter.HasSecondInput,
        Rate = converter.Wiring.SamplesPerSecond switch
        {
            20 => Nau7802Rate.PerSecond20, 40 => Nau7802Rate.PerSecond40, 80 => Nau7802Rate.PerSecond80, 320 => Nau7802Rate.PerSecond320,
            _ => Nau7802Rate.PerSecond10,
        },
    };

    private static IReadOnlyList<string> ChipsOf(ConverterOptions wiring) => wiring.Chip is { } chip ? [chip] : GpioChip.RaspberryPiLabels;

    private static Hx711Options OptionsOf(ShelfConverter converter) => new()
    {
        SamplesPerSecond = converter.Wiring.SamplesPerSecond, SecondInput = converter.HasSecondInput,
        Gain = converter.Wiring.Gain switch { 32 => Hx711Gain.B32, 64 => Hx711Gain.A64, _ => Hx711Gain.A128 },
    };
}
