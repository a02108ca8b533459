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
    public void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        if (writeBuffer.Length != readBuffer.Length)
            throw new ArgumentException($"As many bytes come in as go out: {writeBuffer.Length} are to be written and {readBuffer.Length} read.", nameof(readBuffer));
        Exchange(writeBuffer, readBuffer);
    }

    /// <summary>The transfer itself; both buffers are of one length.</summary>
    protected abstract void Exchange(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer);

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
