using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>A battery-backed clock without hardware: it goes on by a machine's clock, may be off, and loses its time with its battery.</summary>
/// <remarks>Thread safe.</remarks>
public sealed class SimulatedBatteryClock(TimeProvider machine)
{
    private long _offsetSeconds;
    private volatile bool _lost;

    /// <summary>How far it is ahead, whole seconds.</summary>
    public TimeSpan Offset
    {
        get => TimeSpan.FromSeconds(Interlocked.Read(ref _offsetSeconds));
        set => Interlocked.Exchange(ref _offsetSeconds, (long)value.TotalSeconds);
    }

    /// <summary>True while it does not know the time, as after a flat battery.</summary>
    public bool HasLostTime
    {
        get => _lost;
        set => _lost = value;
    }

    /// <summary>What the kernel would say of it.</summary>
    public BatteryClockReading Read() =>
        new("rtc-ds1307 1-0068", HasLostTime ? null : DateTimeOffset.FromUnixTimeSeconds(machine.GetUtcNow().ToUnixTimeSeconds()) + Offset);
}
