namespace PantryChain.DeviceDrivers.Bus;

/// <summary>One chip on an SPI bus; member names as in System.Device.Spi.SpiDevice.</summary>
/// <remarks>Implementations: the kernel's <c>/dev/spidev*</c> and the simulated chips. Not thread safe.</remarks>
public abstract class SpiDevice : IDisposable
{
    /// <summary>The device as people name it in messages, for example <c>/dev/spidev0.0</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Clocks all bytes out and as many in at the same time, in one transfer.</summary>
    /// <exception cref="ArgumentException">The buffers differ in length.</exception>
    /// <exception cref="BusException">The exchange failed.</exception>
    public abstract void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer);

    /// <summary>Bus time: CLOCK_MONOTONIC in nanoseconds.</summary>
    public abstract long Now();

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of the chip.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
