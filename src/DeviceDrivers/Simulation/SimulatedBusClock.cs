using System.Diagnostics;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>The bus time that a simulated converter lives in.</summary>
/// <remarks>To drivers it is a <see cref="TimeProvider"/> whose timestamps are nanoseconds; its calendar is the machine's, and no driver asks for it.</remarks>
public abstract class SimulatedBusClock : TimeProvider
{
    /// <inheritdoc />
    public sealed override long TimestampFrequency => 1_000_000_000;

    /// <inheritdoc />
    public sealed override long GetTimestamp() => Read();

    /// <summary>Bus time as the driver reads it, in nanoseconds.</summary>
    public abstract long Read();

    /// <summary>Bus time at which a line changes or is looked at, in nanoseconds; never before an earlier one.</summary>
    public abstract long Edge();

    /// <summary>Bus time after an exchange that keeps the bus for so long; a clock that moves by itself is only read.</summary>
    /// <param name="nanoseconds">Duration on the bus.</param>
    public virtual long Spend(long nanoseconds) => Read();

    /// <summary>The machine's CLOCK_MONOTONIC: a pause of the process is a pause on the bus, with all its consequences.</summary>
    public static SimulatedBusClock Real { get; } = new Monotonic();

    private sealed class Monotonic : SimulatedBusClock
    {
        public override long Read() => Stopwatch.GetTimestamp(); // nanoseconds on Linux: Stopwatch.Frequency is 10^9

        public override long Edge() => Read();
    }
}

/// <summary>A bus time that moves only by what happens on the bus, so that every run is the same.</summary>
public sealed class SteppedBusClock : SimulatedBusClock
{
    private long _now;
    private long _pause;
    private int _edgesToPause = -1;

    /// <summary>What one line access takes, in nanoseconds; about one system call on a Raspberry Pi.</summary>
    public long StepNanoseconds { get; set; } = 700;

    /// <summary>Lets time pass with the lines at rest.</summary>
    public void Advance(TimeSpan time) => _now += time.Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>Stops the driver once, in front of a line access, as a busy scheduler would.</summary>
    /// <param name="afterEdges">Line accesses before the pause, zero or more.</param>
    /// <param name="pause">How long nothing happens.</param>
    public void PauseOnce(int afterEdges, TimeSpan pause) => (_edgesToPause, _pause) = (afterEdges, pause.Ticks * TimeSpan.NanosecondsPerTick);

    /// <inheritdoc />
    public override long Read() => _now;

    /// <inheritdoc />
    public override long Spend(long nanoseconds) => _now += nanoseconds;

    /// <inheritdoc />
    public override long Edge()
    {
        if (_edgesToPause >= 0 && _edgesToPause-- == 0)
            _now += _pause;
        return _now += StepNanoseconds;
    }
}
