using System.Device.Gpio;
using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Sensing;

/// <summary>Opens a converter by its wiring: one way per transport, all over the same <see cref="IHardware"/>.</summary>
internal sealed class ConverterOpener(IHardware hardware, SharedBuses buses)
{
    private const int SpiHertz = 1_000_000; // pulses of 1 µs, as the driver's checks expect

    /// <summary>Bus time in nanoseconds.</summary>
    public long Now() => hardware.BusTime.GetTimestamp();

    /// <summary>Opens the cells of a converter.</summary>
    /// <exception cref="IOException">It cannot be opened now; the text says what to do.</exception>
    public OpenedCells Open(ShelfConverter converter) => converter.Kind switch
    {
        ConverterKind.Hx711 => new OpenedCells(OverLines(converter)),
        ConverterKind.Hx711Spi => new OpenedCells(new Hx711(hardware.OpenSpi(converter.Wiring.Device!, SpiHertz), OptionsOf(converter), hardware.BusTime)),
        ConverterKind.Hx711Iio => new OpenedCells(OverIio(converter)),
        ConverterKind.Nau7802 => OverI2c(converter),
        _ => throw new InvalidOperationException($"{converter.Kind} is opened with its world."),
    };

    private Hx711 OverLines(ShelfConverter converter)
    {
        ConverterOptions wiring = converter.Wiring;
        int clock = wiring.ClockLine!.Value;
        GpioLine[] lines = [new(clock, PinMode.Output), .. converter.DataLines.Select(line => new GpioLine(line, PinMode.InputPullUp))]; // pulled up, a missing converter is never ready
        return new Hx711(hardware.OpenGpio(ChipsOf(wiring), lines), clock, converter.DataLines, OptionsOf(converter), hardware.BusTime);
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
        GpioController? ready = null;
        try
        {
            if (converter.Wiring.ReadyLine is { } line)
                ready = hardware.OpenGpio(ChipsOf(converter.Wiring), [new GpioLine(line, PinMode.Input)]); // no pull: the chip drives it both ways
            Func<bool>? isHigh = ready is null ? null : () => ready.Read(converter.Wiring.ReadyLine!.Value) == PinValue.High;
            Nau7802 chip = new(lease.Bus.CreateDevice(Nau7802.Address), OptionsOfNau7802(converter), hardware.BusTime, isHigh);
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
