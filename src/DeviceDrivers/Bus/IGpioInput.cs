namespace PantryChain.DeviceDrivers.Bus;

/// <summary>One input line, such as a converter's data-ready pin.</summary>
/// <remarks>Two implementations: the kernel's character device and the simulated board. Thread safe. Disposing releases the line.</remarks>
public interface IGpioInput : IDisposable
{
    /// <summary>Whether the line is high now.</summary>
    /// <exception cref="IOException">The chip is gone; the text says what to do.</exception>
    bool IsHigh();
}
