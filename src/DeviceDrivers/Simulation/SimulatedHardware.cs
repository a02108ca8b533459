using System.Device.Gpio;
using System.Device.Spi;
using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>A board without hardware: simulated chips are wired to the names that a configuration gives its pins and buses.</summary>
/// <remarks>What is opened is what was wired, so chips keep their state while drivers come and go; a name can be unplugged and plugged in again. Thread safe.</remarks>
public sealed class SimulatedHardware(SimulatedBusClock clock) : IHardware
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SimulatedGpioDriver> _gpio = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GatedI2cBus> _buses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SpiDevice> _spi = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _iio = new(StringComparer.Ordinal);
    private volatile Func<BatteryClockReading>? _batteryClock;
    private readonly HashSet<string> _unplugged = new(StringComparer.Ordinal);

    /// <summary>Wires converters to lines of a GPIO chip.</summary>
    /// <param name="chip">The chip's label.</param>
    /// <param name="clockLine">Line of their clock.</param>
    /// <param name="dataLines">Lines of their data pins, in the order of <paramref name="converters"/>.</param>
    /// <param name="converters">The chips.</param>
    public SimulatedHardware WireLines(string chip, int clockLine, IReadOnlyList<int> dataLines, SimulatedHx711 converters) =>
        Wire(() => Gpio(chip).Wire(clockLine, dataLines, converters));

    /// <summary>Wires something that drives one line, such as a chip's data-ready pin; it gives the level, true for high.</summary>
    public SimulatedHardware WireInput(string chip, int line, Func<bool> level) => Wire(() => Gpio(chip).WireInput(line, level));

    /// <summary>Wires something that listens to one line, such as a lamp; it is told every level, true for high.</summary>
    public SimulatedHardware WireOutput(string chip, int line, Action<bool> heard) => Wire(() => Gpio(chip).WireOutput(line, heard));

    /// <summary>Wires an I²C bus with the chips on it.</summary>
    public SimulatedHardware WireI2c(string name, GatedI2cBus bus) => Wire(() => _buses.Add(name, bus));

    /// <summary>Wires a chip on SPI.</summary>
    public SimulatedHardware WireSpi(string device, SpiDevice chip) => Wire(() => _spi.Add(device, chip));

    /// <summary>Wires a battery-backed clock; it gives what the kernel would say of it.</summary>
    public SimulatedHardware WireClock(Func<BatteryClockReading> clock) => Wire(() => _batteryClock = clock);

    /// <summary>Wires a kernel IIO device: a folder that looks like sysfs.</summary>
    public SimulatedHardware WireIio(string device, string folder) => Wire(() => _iio.Add(device, folder));

    /// <summary>Takes away whatever has this name (a GPIO chip's label, a bus, a device): opening it fails, and lines that are open stop answering.</summary>
    public void Unplug(string name) => Turn(name, on: false);

    /// <summary>Puts it back.</summary>
    public void Plug(string name) => Turn(name, on: true);

    /// <inheritdoc />
    public TimeProvider BusTime => clock;

    /// <inheritdoc />
    public GpioController OpenGpio(IReadOnlyList<string> chips, IReadOnlyList<GpioLine> lines)
    {
        ArgumentNullException.ThrowIfNull(chips);
        ArgumentNullException.ThrowIfNull(lines);
        lock (_lock)
        {
            SimulatedGpioDriver chosen = chips.Select(chip => _gpio.GetValueOrDefault(chip)).FirstOrDefault(chip => chip?.Has(lines) == true)
                ?? throw Missing($"{string.Join(", ", lines.Select(line => $"{(line.Mode == PinMode.Output ? "output" : "input")} line {line.Number}"))} of {string.Join(" or ", chips)}", _gpio.Values.SelectMany(chip => chip.Wired));
            GpioController controller = new(chosen);
            foreach (GpioLine line in lines)
                controller.OpenPin(line.Number, line.Mode);
            return controller;
        }
    }

    /// <inheritdoc />
    public GatedI2cBus OpenI2c(string bus) => Find(_buses, bus, "I2C bus");

    /// <inheritdoc />
    public SpiDevice OpenSpi(string device, int clockHertz) => Find(_spi, device, "SPI device");

    /// <inheritdoc />
    public string FindIio(string device) => Find(_iio, device, "IIO device");

    /// <inheritdoc />
    public BatteryClockReading ReadBatteryClock()
    {
        Func<BatteryClockReading>? wired = _batteryClock;
        return wired?.Invoke() ?? BatteryClockReading.None;
    }

    private SimulatedHardware Wire(Action wire)
    {
        lock (_lock)
            wire();
        return this;
    }

    private T Find<T>(Dictionary<string, T> wired, string name, string what)
    {
        lock (_lock)
            return wired.TryGetValue(name, out T? found) && !_unplugged.Contains(name) ? found : throw Missing($"{what} {name}", wired.Keys);
    }

    private SimulatedGpioDriver Gpio(string chip)
    {
        if (!_gpio.TryGetValue(chip, out SimulatedGpioDriver? known))
            _gpio.Add(chip, known = new SimulatedGpioDriver(clock, chip) { IsUnplugged = _unplugged.Contains(chip) });
        return known;
    }

    private void Turn(string name, bool on)
    {
        lock (_lock)
        {
            if (on)
                _unplugged.Remove(name);
            else
                _unplugged.Add(name);
            if (_gpio.TryGetValue(name, out SimulatedGpioDriver? chip))
                chip.IsUnplugged = !on;
        }
    }

    private static IOException Missing(string what, IEnumerable<string> there) =>
        new($"The simulated board has no {what}; it has {string.Join("; ", there.DefaultIfEmpty("nothing of that kind"))}. Correct the wiring in gateway.json.");
}
