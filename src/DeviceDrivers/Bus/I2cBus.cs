namespace PantryChain.DeviceDrivers.Bus;

/// <summary>An I²C bus; member names as in System.Device.I2c.</summary>
/// <remarks>Implementations: the kernel's <c>/dev/i2c-*</c>, one channel of a multiplexer, the simulated bus. Thread safe: one exchange at a time, a multiplexer's channel selected with it.</remarks>
public abstract class I2cBus : IDisposable
{
    /// <summary>First 7-bit address that a chip may have; lower ones are reserved (I²C specification UM10204, table 4).</summary>
    public const int FirstAddress = 0x08;

    /// <summary>Last 7-bit address that a chip may have; higher ones are reserved (UM10204, table 4).</summary>
    public const int LastAddress = 0x77;

    private readonly Dictionary<int, int> _claims = [];
    private readonly List<Tca9548a> _multiplexers = [];

    /// <summary>The bus as people name it in messages, for example <c>/dev/i2c-1</c> or <c>/dev/i2c-1 channel 3</c>.</summary>
    public abstract string Name { get; }

    /// <summary>A chip at an address; the chip is not asked whether it is there.</summary>
    /// <param name="address">7-bit address, <see cref="FirstAddress"/> to <see cref="LastAddress"/>.</param>
    /// <exception cref="IOException">The address is also used on the other side of a multiplexer, where both chips would answer; the text says what to change.</exception>
    public I2cDevice CreateDevice(int address)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(address, FirstAddress);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(address, LastAddress);
        lock (Gate)
        {
            RefuseClash(address);
            _claims[address] = _claims.GetValueOrDefault(address) + 1;
        }
        return new Device(this, address);
    }

    /// <summary>Bus time: CLOCK_MONOTONIC in nanoseconds.</summary>
    public abstract long Now();

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Held during an exchange; the channels of a multiplexer share the one of the bus before it.</summary>
    internal virtual Lock Gate { get; } = new();

    /// <summary>The multiplexers whose control register is on this bus.</summary>
    internal IReadOnlyList<Tca9548a> Multiplexers => _multiplexers;

    internal void Join(Tca9548a multiplexer)
    {
        lock (Gate)
            _multiplexers.Add(multiplexer);
    }

    internal void Leave(Tca9548a multiplexer)
    {
        lock (Gate)
            _multiplexers.Remove(multiplexer);
    }

    /// <summary>Whether a chip of this bus itself, not behind a multiplexer, is in use at the address.</summary>
    internal bool Claims(int address) => _claims.ContainsKey(address);

    /// <summary>Both chips of one address would answer at once.</summary>
    internal virtual void RefuseClash(int address)
    {
        foreach (Tca9548a multiplexer in _multiplexers)
        {
            if (multiplexer.Claims(address))
                throw BusErrors.Clash(Name, address, multiplexer.Address);
        }
    }

    /// <summary>One transaction: writes when there is something to write, then reads when there is something to read; with neither it only addresses the chip.</summary>
    /// <remarks>The caller holds the gate.</remarks>
    /// <exception cref="BusException">The exchange failed.</exception>
    protected internal abstract void Exchange(int address, ReadOnlySpan<byte> write, Span<byte> read);

    /// <summary>Lets go of the bus.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    private void Locked(int address, ReadOnlySpan<byte> write, Span<byte> read)
    {
        lock (Gate)
            Exchange(address, write, read);
    }

    private void Release(int address)
    {
        lock (Gate)
        {
            if (--_claims[address] == 0)
                _claims.Remove(address);
        }
    }

    private sealed class Device(I2cBus bus, int address) : I2cDevice
    {
        private bool _released;

        public override int Address => address;

        public override void Read(Span<byte> buffer)
        {
            if (buffer.IsEmpty)
                throw new ArgumentException("A read takes at least one byte.", nameof(buffer));
            bus.Locked(address, [], buffer);
        }

        public override void Write(ReadOnlySpan<byte> buffer) => bus.Locked(address, buffer, []);

        public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
        {
            if (writeBuffer.IsEmpty || readBuffer.IsEmpty)
                throw new ArgumentException("Write and then read takes at least one byte each.", nameof(writeBuffer));
            bus.Locked(address, writeBuffer, readBuffer);
        }

        protected override void Dispose(bool disposing)
        {
            if (!_released)
                bus.Release(address);
            _released = true;
            base.Dispose(disposing);
        }
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

    /// <summary>Writes all bytes in one transaction; none at all only addresses the chip, which some adapters cannot do.</summary>
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
