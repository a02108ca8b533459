using PantryChain.DeviceDrivers.Simulation;

namespace PantryChain.Bench.Living;

/// <summary>Real time as a driver gives it: what passes on the simulated bus, and what the driver lets pass between two looks.</summary>
internal sealed class DrivenTime(SteppedBusClock clock, DateTimeOffset start) : TimeProvider
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => start + TimeSpan.FromTicks(clock.Read() / TimeSpan.NanosecondsPerTick);

    /// <inheritdoc />
    public override long GetTimestamp() => clock.Read();

    /// <inheritdoc />
    public override long TimestampFrequency => NanosecondsPerSecond;
}
