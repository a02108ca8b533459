namespace PantryChain.DeviceDrivers.Bus;

/// <summary>One clock output and up to 63 data inputs, requested together: the wiring of load-cell converters that share their clock.</summary>
/// <remarks>Two implementations: the kernel's character device and the simulated converter. Not thread safe; disposing releases the lines.</remarks>
public interface IGpioLines : IDisposable
{
    /// <summary>Number of data inputs, 1 to 63.</summary>
    int DataLines { get; }

    /// <summary>Drives the clock.</summary>
    /// <exception cref="IOException">The chip is gone; the text says what to do.</exception>
    void SetClock(bool high);

    /// <summary>All data inputs at one moment: bit i is input i, 1 for high.</summary>
    /// <exception cref="IOException">The chip is gone; the text says what to do.</exception>
    ulong ReadData();

    /// <summary>Bus time: CLOCK_MONOTONIC in nanoseconds.</summary>
    long Now();
}
