using System.Device.Gpio;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>A GPIO driver that also tells <em>when</em> lines fell, which System.Device.Gpio has no word for.</summary>
/// <remarks>Implementations: the kernel's character device and the simulated board. Reading or writing a span is one access and one moment where the lines are held together.</remarks>
public abstract class EdgeGpioDriver : GpioDriver
{
    private readonly Lock _lock = new();
    private readonly List<Watcher> _watchers = [];

    /// <summary>Sleeps until all these inputs are low, with outputs at rest.</summary>
    /// <param name="lines">Inputs that are held together; none is low at once.</param>
    /// <param name="patience">At most so long, give or take a millisecond.</param>
    /// <param name="busNanoseconds">Bus time at which the last of them fell, from the kernel's time stamp; bus time now when it was low before the kernel watched it, or did not fall.</param>
    /// <returns>False when at least one is still high.</returns>
    /// <exception cref="IOException">The chip is gone; the text says what to do.</exception>
    public abstract bool WaitLow(ReadOnlySpan<int> lines, TimeSpan patience, out long busNanoseconds);

    /// <inheritdoc />
    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => Enum.IsDefined(mode);

    /// <inheritdoc />
    /// <remarks>Each callback has a thread of its own that sleeps on the line's edges.</remarks>
    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
    {
        Watcher watcher = new(this, pinNumber, eventTypes, callback);
        lock (_lock)
            _watchers.Add(watcher);
        watcher.Start();
    }

    /// <inheritdoc />
    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback)
    {
        Watcher? watcher;
        lock (_lock)
        {
            watcher = _watchers.Find(known => known.Is(pinNumber, callback));
            if (watcher is not null)
                _watchers.Remove(watcher);
        }
        watcher?.Dispose();
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        List<Watcher> watchers;
        lock (_lock)
        {
            watchers = [.. _watchers];
            _watchers.Clear();
        }
        watchers.ForEach(watcher => watcher.Dispose());
        base.Dispose(disposing);
    }

    /// <summary>Tells one callback of one line's edges.</summary>
    private sealed class Watcher : IDisposable
    {
        private readonly EdgeGpioDriver _driver;
        private readonly int _pin;
        private readonly PinEventTypes _types;
        private readonly PinChangeEventHandler _callback;
        private readonly CancellationTokenSource _stop = new();
        private readonly Thread _thread;

        public Watcher(EdgeGpioDriver driver, int pin, PinEventTypes types, PinChangeEventHandler callback)
        {
            (_driver, _pin, _types, _callback) = (driver, pin, types, callback);
            _thread = new Thread(Run) { IsBackground = true, Name = $"edges of line {pin}" };
        }

        public void Start() => _thread.Start();

        public bool Is(int pin, PinChangeEventHandler callback) => _pin == pin && _callback == callback;

        public void Dispose()
        {
            _stop.Cancel();
            if (Thread.CurrentThread != _thread)
                _thread.Join();
            _stop.Dispose();
        }

        private void Run()
        {
            CancellationToken stop = _stop.Token;
            try
            {
                while (!stop.IsCancellationRequested)
                {
                    WaitForEventResult seen = _driver.WaitForEvent(_pin, _types, stop);
                    if (!seen.TimedOut && !stop.IsCancellationRequested)
                        _callback(_driver, new PinValueChangedEventArgs(seen.EventTypes, _pin));
                }
            }
            catch (IOException)
            {
                // The chip is gone: whoever reads or writes the line next is told so, with the next step.
            }
        }
    }
}
