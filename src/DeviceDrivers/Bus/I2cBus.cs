namespace PantryChain.DeviceDrivers.Bus;

/// <summary>An I²C bus; member names as in System.Device.I2c.</summary>
/// <remarks>Implementations: the kernel's <c>/dev/i2c-*</c>, one channel of a multiplexer, the simulated bus. Thread safe: one exchange at a time, a multiplexer's channel selected with it.</remarks>
public abstract class I2cBus : IDisposable
{
    /// <summary>The bus as people name it in messages, for example <c>/dev/i2c-1</c> or <c>/dev/i2c-1 channel 3</c>.</summary>
    public abstract string Name { get; }

    /// <summary>A chip at an address; the chip is not asked whether it is there.</summary>
    /// <param name="address">7-bit address, 0x08 to 0x77.</param>
    public abstract I2cDevice CreateDevice(int address);

    /// <summary>Bus time: CLOCK_MONOTONIC in nanoseconds.</summary>
    public abstract long Now();

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of the bus.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>One chip on an I²C bus; member names as in System.Device.I2c.I2cDevice.</summary>
/// <remarks>An exchange either succeeds whole or throws <see cref="BusException"/>; it never waits longer than the adapter's own time-out.</remarks>
public abstract class I2cDevice : IDisposable
{
    /// <summary>7-bit address.</summary>
    public abstract int Address { get; }

    /// <summary>Reads as many bytes as the buffer holds, in one transaction.</summary>
    /// <exception cref="BusException">The exchange failed.</exception>
    public abstract void Read(Span<byte> buffer);

    /// <summary>Writes all bytes in one transaction; none at all only addresses the chip.</summary>
    /// <exception cref="BusException">The exchange failed.</exception>
    public abstract void Write(ReadOnlySpan<byte> buffer);

    /// <summary>Writes, then reads after a repeated start, as one transaction.</summary>
    /// <exception cref="BusException">The exchange failed.</exception>
    public abstract void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer);

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
