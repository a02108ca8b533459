using System.Device.Gpio;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>A GPIO chip of the kernel's character device as a driver of System.Device.Gpio, for our drivers and any other binding.</summary>
/// <remarks>
/// Lines that were taken together (<see cref="Take"/>) are read and written together: a span of them is one system call and one moment, where the drivers that the
/// package brings ask line by line. A pin that is opened without having been taken gets a request of its own. Reading and writing a span costs no memory. Not
/// thread safe but for waiting on edges; disposing releases the lines.
/// </remarks>
public sealed class KernelGpioDriver : EdgeGpioDriver
{
    private static readonly PinValue[] Levels = [PinValue.Low, PinValue.High]; // a conversion would branch on bits that nobody can foresee

    private readonly GpioChip _chip;
    private readonly Held?[] _held;

    private KernelGpioDriver(GpioChip chip) => (_chip, _held) = (chip, new Held?[chip.Lines]);

    /// <summary>Opens the first chip that has one of the labels.</summary>
    /// <param name="labels">Labels in order of preference; <see cref="GpioChip.RaspberryPiLabels"/> on a Raspberry Pi.</param>
    /// <exception cref="IOException">No such chip, or it may not be opened; the text says what to do.</exception>
    public static KernelGpioDriver Open(params IReadOnlyList<string> labels) => new(GpioChip.Open(labels));

    /// <inheritdoc />
    protected override int PinCount => _chip.Lines;

    /// <summary>Takes lines in one request, outputs low.</summary>
    /// <param name="lines">1 to 64 lines, none twice.</param>
    /// <exception cref="IOException">The kernel refuses; the text says what to do.</exception>
    public void Take(params IReadOnlyList<GpioLine> lines)
    {
        GpioRequest request = _chip.Request(lines);
        for (int bit = 0; bit < lines.Count; bit++)
            _held[lines[bit].Number] = new Held(request, bit);
    }

    /// <inheritdoc />
    public override bool WaitLow(ReadOnlySpan<int> lines, TimeSpan patience, out long busNanoseconds)
    {
        GpioRequest? request = null;
        ulong mask = 0;
        foreach (int line in lines)
        {
            Held held = HeldAt(line);
            if (request is not null && request != held.Request)
                throw new ArgumentException($"Line {line} is not held together with the others: take them in one request.", nameof(lines));
            (request, mask) = (held.Request, mask | 1UL << held.Bit);
        }
        if (request is not null)
            return request.WaitLow(mask, patience, out busNanoseconds);
        busNanoseconds = TimeProvider.System.GetTimestamp();
        return true;
    }

    /// <inheritdoc />
    protected override void OpenPin(int pinNumber)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pinNumber);
        if (pinNumber >= _held.Length || _held[pinNumber] is null)
            Take(new GpioLine(pinNumber, PinMode.Input));
    }

    /// <inheritdoc />
    protected override void ClosePin(int pinNumber)
    {
        Held held = HeldAt(pinNumber);
        _held[pinNumber] = null;
        if (--held.Request.Open == 0)
            held.Request.Dispose();
    }

    /// <inheritdoc />
    protected override PinMode GetPinMode(int pinNumber)
    {
        Held held = HeldAt(pinNumber);
        return held.Request.ModeOf(held.Bit);
    }

    /// <inheritdoc />
    protected override void SetPinMode(int pinNumber, PinMode mode) => SetPinMode(pinNumber, mode, PinValue.Low);

    /// <inheritdoc />
    protected override void SetPinMode(int pinNumber, PinMode mode, PinValue initialValue)
    {
        Held held = HeldAt(pinNumber);
        held.Request.SetMode(held.Bit, mode, initialValue == PinValue.High);
    }

    /// <inheritdoc />
    protected override PinValue Read(int pinNumber)
    {
        Held held = HeldAt(pinNumber);
        return held.Request.Get(1UL << held.Bit) != 0;
    }

    /// <inheritdoc />
    /// <remarks>One system call and one moment for each stretch of lines that are held together.</remarks>
    protected override void Read(Span<PinValuePair> pinValuePairs)
    {
        for (int from = 0, to; from < pinValuePairs.Length; from = to)
        {
            GpioRequest request = HeldAt(pinValuePairs[from].PinNumber).Request;
            ulong mask = 0;
            for (to = from; to < pinValuePairs.Length && HeldAt(pinValuePairs[to].PinNumber) is var held && held.Request == request; to++)
                mask |= 1UL << held.Bit;
            ulong bits = request.Get(mask);
            for (int i = from; i < to; i++)
                pinValuePairs[i] = new PinValuePair(pinValuePairs[i].PinNumber, Levels[(int)(bits >> HeldAt(pinValuePairs[i].PinNumber).Bit & 1)]);
        }
    }

    /// <inheritdoc />
    protected override void Write(int pinNumber, PinValue value)
    {
        Held held = HeldAt(pinNumber);
        held.Request.Set(value == PinValue.High ? 1UL << held.Bit : 0, 1UL << held.Bit);
    }

    /// <inheritdoc />
    /// <remarks>One system call for each stretch of lines that are held together: they change at once.</remarks>
    protected override void Write(ReadOnlySpan<PinValuePair> pinValuePairs)
    {
        for (int from = 0, to; from < pinValuePairs.Length; from = to)
        {
            GpioRequest request = HeldAt(pinValuePairs[from].PinNumber).Request;
            ulong mask = 0, bits = 0;
            for (to = from; to < pinValuePairs.Length && HeldAt(pinValuePairs[to].PinNumber) is var held && held.Request == request; to++)
            {
                mask |= 1UL << held.Bit;
                bits |= pinValuePairs[to].PinValue == PinValue.High ? 1UL << held.Bit : 0;
            }
            request.Set(bits, mask);
        }
    }

    /// <inheritdoc />
    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken)
    {
        Held held = HeldAt(pinNumber);
        PinEventTypes seen = held.Request.WaitChange(held.Bit, eventTypes, cancellationToken);
        return new WaitForEventResult { EventTypes = seen, TimedOut = seen == PinEventTypes.None };
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        foreach (Held? held in _held)
            held?.Request.Dispose();
        Array.Clear(_held);
        _chip.Dispose();
    }

    private Held HeldAt(int line) => line >= 0 && line < _held.Length && _held[line] is { } held ? held
        : throw new InvalidOperationException($"Line {line} is not open. Open it before it is used.");

    private sealed record Held(GpioRequest Request, int Bit);
}
