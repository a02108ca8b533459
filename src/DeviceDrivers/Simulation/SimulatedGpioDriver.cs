using System.Device.Gpio;
using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>A GPIO chip without hardware: simulated converters, inputs and outputs on its lines, in bus time, with the kernel's edges.</summary>
/// <remarks>Disposing it, or the controller over it, leaves what is wired where it is. Belongs to the thread that uses its lines, but for unplugging and waiting on edges.</remarks>
public sealed class SimulatedGpioDriver(SimulatedBusClock clock, string label = "the simulated GPIO chip") : EdgeGpioDriver
{
    /// <summary>Lines of the chip, as many as a Raspberry Pi 5's header chip has.</summary>
    public const int Lines = 64;

    private const long Look = 10_000; // nanoseconds between two looks in stepped time: finer than an interrupt's latency

    private static readonly PinValue[] Levels = [PinValue.Low, PinValue.High]; // a conversion would branch on bits that nobody can foresee

    private readonly LineEnd?[] _wires = new LineEnd?[Lines];
    private readonly PinMode[] _modes = new PinMode[Lines];
    private readonly ManualResetEventSlim _never = new();
    private volatile bool _unplugged;

    /// <summary>True while the chip is away: opening, reading and writing fail.</summary>
    public bool IsUnplugged
    {
        get => _unplugged;
        set => _unplugged = value;
    }

    /// <summary>Accesses so far, a span counted once: on the kernel's lines each is a system call.</summary>
    public long Accesses { get; private set; }

    /// <summary>The lines that something is wired to, in words, by number.</summary>
    public IEnumerable<string> Wired => _wires.Select((wire, line) => wire is null ? null : $"{wire.What} {line} of {label}").OfType<string>();

    /// <inheritdoc />
    protected override int PinCount => Lines;

    /// <summary>Wires converters that share a clock.</summary>
    /// <param name="clockLine">Line of their clock.</param>
    /// <param name="dataLines">Lines of their data pins, in the order of the chips.</param>
    /// <param name="chips">The chips.</param>
    /// <param name="before">Called before the data lines are looked at, for faults by script.</param>
    public void Wire(int clockLine, IReadOnlyList<int> dataLines, SimulatedHx711 chips, Action? before = null)
    {
        ArgumentNullException.ThrowIfNull(dataLines);
        ArgumentNullException.ThrowIfNull(chips);
        if (dataLines.Count != chips.DataLines)
            throw new ArgumentException($"{chips.DataLines} converters need as many data lines, not {dataLines.Count}.", nameof(dataLines));
        Converters converters = new(chips, before);
        _wires[clockLine] = new LineEnd("clock") { Drive = chips.SetClock };
        for (int bit = 0; bit < dataLines.Count; bit++)
            _wires[dataLines[bit]] = new LineEnd("data") { Converters = converters, Bit = bit };
    }

    /// <summary>Wires something that drives one line, such as a chip's data-ready pin; it gives the level, true for high.</summary>
    public void WireInput(int line, Func<bool> level) => _wires[line] = new LineEnd("input") { Level = level };

    /// <summary>Wires something that listens to one line, such as a lamp; it is told every level that is written.</summary>
    public void WireOutput(int line, Action<bool> heard) => _wires[line] = new LineEnd("output") { Drive = heard };

    /// <summary>Whether all the lines are wired so that they can be used like this.</summary>
    public bool Has(IReadOnlyList<GpioLine> lines) =>
        !IsUnplugged && lines.All(line => line.Number is >= 0 and < Lines && _wires[line.Number] is { } wire && (line.Mode == PinMode.Output) == (wire.Drive is not null));

    /// <inheritdoc />
    public override bool WaitLow(ReadOnlySpan<int> lines, TimeSpan patience, out long busNanoseconds)
    {
        long until = clock.Read() + patience.Ticks * TimeSpan.NanosecondsPerTick;
        PinValuePair[] pins = new PinValuePair[lines.Length];
        for (int i = 0; i < pins.Length; i++)
            pins[i] = new PinValuePair(lines[i], PinValue.Low);
        for (Read(pins); Array.Exists(pins, pin => pin.PinValue == PinValue.High); Read(pins))
        {
            busNanoseconds = clock.Read();
            if (busNanoseconds >= until)
                return false;
            Pass(busNanoseconds);
        }
        busNanoseconds = clock.Read();
        return true;
    }

    /// <inheritdoc />
    protected override void OpenPin(int pinNumber) => WireAt(pinNumber);

    /// <inheritdoc />
    protected override void ClosePin(int pinNumber)
    {
        // the wire stays where it is
    }

    /// <inheritdoc />
    protected override PinMode GetPinMode(int pinNumber) => WireAt(pinNumber).Drive is null ? _modes[pinNumber] : PinMode.Output;

    /// <inheritdoc />
    protected override void SetPinMode(int pinNumber, PinMode mode)
    {
        WireAt(pinNumber);
        _modes[pinNumber] = mode;
    }

    /// <inheritdoc />
    protected override PinValue Read(int pinNumber)
    {
        Span<PinValuePair> one = [new(pinNumber, PinValue.Low)];
        Read(one);
        return one[0].PinValue;
    }

    /// <inheritdoc />
    protected override void Read(Span<PinValuePair> pinValuePairs)
    {
        Accesses++;
        Converters? seen = null;
        ulong bits = 0;
        foreach (ref PinValuePair pin in pinValuePairs)
        {
            int line = pin.PinNumber;
            LineEnd wire = WireAt(line);
            if (wire.Converters != seen)
            {
                seen = wire.Converters;
                seen?.Before?.Invoke();
                bits = seen?.Chips.ReadData() ?? 0;
            }
            int level = seen is not null ? (int)(bits >> wire.Bit & 1) : (wire.Level?.Invoke() ?? wire.Driven) ? 1 : 0;
            pin = new PinValuePair(line, Levels[level]);
        }
    }

    /// <inheritdoc />
    protected override void Write(int pinNumber, PinValue value) => Write([new PinValuePair(pinNumber, value)]);

    /// <inheritdoc />
    protected override void Write(ReadOnlySpan<PinValuePair> pinValuePairs)
    {
        Accesses++;
        foreach (PinValuePair pin in pinValuePairs)
        {
            LineEnd wire = WireAt(pin.PinNumber);
            bool high = (byte)pin.PinValue != 0;
            wire.Driven = high;
            wire.Drive?.Invoke(high);
        }
    }

    /// <inheritdoc />
    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken)
    {
        for (PinValue before = Read(pinNumber); !cancellationToken.IsCancellationRequested;)
        {
            Pass(clock.Read());
            PinValue now = Read(pinNumber);
            PinEventTypes seen = now == before ? PinEventTypes.None : now == PinValue.High ? PinEventTypes.Rising : PinEventTypes.Falling;
            if ((seen & eventTypes) != PinEventTypes.None)
                return new WaitForEventResult { EventTypes = seen };
            before = now;
        }
        return new WaitForEventResult { TimedOut = true };
    }

    /// <summary>Lets a moment go by.</summary>
    private void Pass(long now)
    {
        if (clock.Spend(Look) < now + Look)
            _never.Wait(millisecondsTimeout: 1); // this clock moves by itself
    }

    private LineEnd WireAt(int line) => !_unplugged && line is >= 0 and < Lines && _wires[line] is { } wire ? wire : throw Missing(line);

    private IOException Missing(int line) => new(_unplugged ? $"The lines of {label} stopped answering. Plug it in again."
        : $"Nothing is wired to line {line} of {label}. Correct the wiring in gateway.json.");

    private sealed record Converters(SimulatedHx711 Chips, Action? Before);

    /// <summary>What is at a line's other end: one of converters, a level, or something that listens.</summary>
    private sealed class LineEnd(string what)
    {
        public string What => what;

        public Converters? Converters { get; init; }

        public int Bit { get; init; }

        public Func<bool>? Level { get; init; }

        public Action<bool>? Drive { get; init; }

        public bool Driven { get; set; }
    }
}
