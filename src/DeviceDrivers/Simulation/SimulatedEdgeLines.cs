using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>Gives simulated lines the kernel's edge events: whoever sleeps on them wakes in bus time when they fall.</summary>
/// <remarks>Owns the lines. Not thread safe.</remarks>
public sealed class SimulatedEdgeLines(IGpioLines inner, SimulatedBusClock clock) : IEdgeLines
{
    private const long Look = 10_000; // nanoseconds between two looks in stepped time: finer than an interrupt's latency

    private readonly ManualResetEventSlim _never = new();

    /// <inheritdoc />
    public int DataLines => inner.DataLines;

    /// <inheritdoc />
    public void SetClock(bool high) => inner.SetClock(high);

    /// <inheritdoc />
    public ulong ReadData() => inner.ReadData();

    /// <inheritdoc />
    public long Now() => inner.Now();

    /// <inheritdoc />
    public bool WaitLow(ulong lines, TimeSpan patience, out long busNanoseconds)
    {
        long until = inner.Now() + patience.Ticks * TimeSpan.NanosecondsPerTick;
        while ((inner.ReadData() & lines) != 0)
        {
            busNanoseconds = inner.Now();
            if (busNanoseconds >= until)
                return false;
            if (clock.Spend(Look) < busNanoseconds + Look)
                _never.Wait(millisecondsTimeout: 1); // this clock moves by itself
        }
        busNanoseconds = inner.Now();
        return true;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _never.Dispose();
        inner.Dispose();
    }
}
