namespace PantryChain.DeviceDrivers.Bus;

/// <summary>Lines whose data inputs can be slept on: the kernel wakes the caller when a converter pulls its line low.</summary>
/// <remarks>Two implementations: the kernel's character device and the simulated lines. Not thread safe.</remarks>
public interface IEdgeLines : IGpioLines
{
    /// <summary>Sleeps until all these data inputs are low, with the clock at rest low.</summary>
    /// <param name="lines">Bit i for input i; 0 is low at once.</param>
    /// <param name="patience">At most so long, give or take a millisecond.</param>
    /// <param name="busNanoseconds">Bus time at which the last of them fell, from the kernel's time stamp; bus time now when it was low before the kernel watched it, or did not fall.</param>
    /// <returns>False when at least one is still high.</returns>
    /// <exception cref="IOException">The chip is gone; the text says what to do.</exception>
    bool WaitLow(ulong lines, TimeSpan patience, out long busNanoseconds);
}
