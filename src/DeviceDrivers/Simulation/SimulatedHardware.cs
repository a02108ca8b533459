using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>A board without hardware: simulated chips are wired to the names that a configuration gives its pins and buses.</summary>
/// <remarks>What is opened is what was wired, so chips keep their state while drivers come and go; a name can be unplugged and plugged in again. Thread safe.</remarks>
public sealed class SimulatedHardware(SimulatedBusClock clock) : IHardware
{
    private readonly Lock _lock = new();
    private readonly List<WiredLines> _lines = [];
    private readonly Dictionary<(string Chip, int Line), Func<bool>> _inputs = [];
    private readonly Dictionary<string, I2cBus> _buses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SpiDevice> _spi = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _iio = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unplugged = new(StringComparer.Ordinal);

    /// <summary>Wires converters to lines of a GPIO chip.</summary>
    /// <param name="chip">The chip's label.</param>
    /// <param name="clockLine">Line of their clock.</param>
    /// <param name="dataLines">Lines of their data pins, in the order of <paramref name="converters"/>.</param>
    /// <param name="converters">The chips.</param>
    public SimulatedHardware WireLines(string chip, int clockLine, IReadOnlyList<int> dataLines, IGpioLines converters)
    {
        ArgumentNullException.ThrowIfNull(dataLines);
        ArgumentNullException.ThrowIfNull(converters);
        if (dataLines.Count != converters.DataLines)
            throw new ArgumentException($"{converters.DataLines} converters need as many data lines, not {dataLines.Count}.", nameof(dataLines));
        lock (_lock)
            _lines.Add(new WiredLines(chip, clockLine, [.. dataLines], converters));
        return this;
    }

    /// <summary>Wires something that drives one line, such as a chip's data-ready pin; it gives the level, true for high.</summary>
    public SimulatedHardware WireInput(string chip, int line, Func<bool> level) => Wire(() => _inputs.Add((chip, line), level));

    /// <summary>Wires an I²C bus with the chips on it.</summary>
    public SimulatedHardware WireI2c(string name, I2cBus bus) => Wire(() => _buses.Add(name, bus));

    /// <summary>Wires a chip on SPI.</summary>
    public SimulatedHardware WireSpi(string device, SpiDevice chip) => Wire(() => _spi.Add(device, chip));

    /// <summary>Wires a kernel IIO device: a folder that looks like sysfs.</summary>
    public SimulatedHardware WireIio(string device, string folder) => Wire(() => _iio.Add(device, folder));

    /// <summary>Takes away whatever has this name (a GPIO chip's label, a bus, a device): opening it fails, and lines that are open stop answering.</summary>
    public void Unplug(string name) => Wire(() => _unplugged.Add(name));

    /// <summary>Puts it back.</summary>
    public void Plug(string name) => Wire(() => _unplugged.Remove(name));

    /// <inheritdoc />
    public long Now() => clock.Read();

    /// <inheritdoc />
    public IGpioLines OpenLines(IReadOnlyList<string> chips, int clock, IReadOnlyList<int> data)
    {
        ArgumentNullException.ThrowIfNull(chips);
        lock (_lock)
        {
            WiredLines? wired = _lines.Find(lines => chips.Contains(lines.Chip) && lines.Clock == clock && lines.Data.AsSpan().SequenceEqual([.. data]));
            if (wired is null || _unplugged.Contains(wired.Chip))
                throw Missing($"converters at clock line {clock} and data lines {string.Join(", ", data)} of {string.Join(" or ", chips)}",
                    _lines.Select(lines => $"clock {lines.Clock} with {string.Join(", ", lines.Data)} of {lines.Chip}"));
            return new PluggedLines(this, wired);
        }
    }

    /// <inheritdoc />
    public IGpioInput OpenInput(IReadOnlyList<string> chips, int line)
    {
        ArgumentNullException.ThrowIfNull(chips);
        lock (_lock)
        {
            foreach (string chip in chips.Where(chip => !_unplugged.Contains(chip)))
            {
                if (_inputs.TryGetValue((chip, line), out Func<bool>? level))
                    return new PluggedInput(this, chip, level);
            }
            throw Missing($"input line {line} of {string.Join(" or ", chips)}", _inputs.Keys.Select(input => $"line {input.Line} of {input.Chip}"));
        }
    }

    /// <inheritdoc />
    public I2cBus OpenI2c(string bus) => Find(_buses, bus, "I2C bus");

    /// <inheritdoc />
    public SpiDevice OpenSpi(string device, int clockHertz) => Find(_spi, device, "SPI device");

    /// <inheritdoc />
    public string FindIio(string device) => Find(_iio, device, "IIO device");

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

    private bool IsPlugged(string name)
    {
        lock (_lock)
            return !_unplugged.Contains(name);
    }

    private static IOException Missing(string what, IEnumerable<string> there) =>
        new($"The simulated board has no {what}; it has {string.Join("; ", there.DefaultIfEmpty("nothing of that kind"))}. Correct the wiring in gateway.json.");

    private sealed record WiredLines(string Chip, int Clock, int[] Data, IGpioLines Converters);

    private sealed class PluggedInput(SimulatedHardware board, string chip, Func<bool> level) : IGpioInput
    {
        public bool IsHigh() => board.IsPlugged(chip) ? level() : throw new IOException($"The lines of {chip} stopped answering. Plug it in again.");

        public void Dispose()
        {
            // the wire stays where it is
        }
    }

    /// <summary>Lines that stop answering while their chip is unplugged; disposing them leaves the converters wired.</summary>
    private sealed class PluggedLines(SimulatedHardware board, WiredLines wired) : IGpioLines
    {
        public int DataLines => wired.Converters.DataLines;

        public void SetClock(bool high)
        {
            Check();
            wired.Converters.SetClock(high);
        }

        public ulong ReadData()
        {
            Check();
            return wired.Converters.ReadData();
        }

        public long Now() => wired.Converters.Now();

        public void Dispose()
        {
            // the chips stay where they are
        }

        private void Check()
        {
            if (!board.IsPlugged(wired.Chip))
                throw new IOException($"The lines of {wired.Chip} stopped answering. Plug it in again.");
        }
    }
}
