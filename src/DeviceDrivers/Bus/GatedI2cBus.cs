using System.Device.I2c;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>An I²C bus that carries one exchange at a time, a multiplexer's channel selected with it.</summary>
/// <remarks>
/// Implementations: the kernel's <c>/dev/i2c-*</c>, one channel of a multiplexer, another library's bus (<see cref="Adopt"/>), the simulated bus. Its devices are plain
/// <see cref="I2cDevice"/>: an exchange either succeeds whole or throws <see cref="BusException"/>, and never waits longer than the adapter's own time-out. Thread safe.
/// </remarks>
public abstract class GatedI2cBus : I2cBus
{
    /// <summary>First 7-bit address that a chip may have; lower ones are reserved (I²C specification UM10204, table 4).</summary>
    public const int FirstAddress = 0x08;

    /// <summary>Last 7-bit address that a chip may have; higher ones are reserved (UM10204, table 4).</summary>
    public const int LastAddress = 0x77;

    private readonly Dictionary<int, int> _claims = [];
    private readonly List<Tca9548a> _multiplexers = [];

    /// <summary>The bus as people name it in messages, for example <c>/dev/i2c-1</c> or <c>/dev/i2c-1 channel 3</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What messages call the bus of a chip, whoever made the device.</summary>
    public static string NameOf(I2cDevice chip)
    {
        ArgumentNullException.ThrowIfNull(chip);
        return chip is Device ours ? ours.BusName : $"I²C bus {chip.ConnectionSettings.BusId}";
    }

    /// <summary>A bus that another library opened, with our locking, multiplexers and error texts.</summary>
    /// <param name="bus">The bus; disposed with this one.</param>
    /// <param name="name">What messages call it.</param>
    public static GatedI2cBus Adopt(I2cBus bus, string name)
    {
        ArgumentNullException.ThrowIfNull(bus);
        return new AdoptedI2cBus(bus, name);
    }

    /// <summary>A chip at an address; the chip is not asked whether it is there.</summary>
    /// <param name="deviceAddress">7-bit address, <see cref="FirstAddress"/> to <see cref="LastAddress"/>.</param>
    /// <exception cref="IOException">The address is also used on the other side of a multiplexer, where both chips would answer; the text says what to change.</exception>
    public override I2cDevice CreateDevice(int deviceAddress)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(deviceAddress, FirstAddress);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(deviceAddress, LastAddress);
        lock (Gate)
        {
            RefuseClash(deviceAddress);
            _claims[deviceAddress] = _claims.GetValueOrDefault(deviceAddress) + 1;
        }
        return new Device(this, deviceAddress);
    }

    /// <summary>Gives the address of one device free, as disposing the device does.</summary>
    public override void RemoveDevice(int deviceAddress)
    {
        lock (Gate)
        {
            int left = _claims.GetValueOrDefault(deviceAddress) - 1;
            if (left > 0)
                _claims[deviceAddress] = left;
            else
                _claims.Remove(deviceAddress);
        }
    }

    /// <summary>Held during an exchange; the channels of a multiplexer share the one of the bus before it.</summary>
    internal virtual Lock Gate { get; } = new();

    /// <summary>The kernel's number of the bus, which connection settings ask for; 0 where it has none.</summary>
    internal virtual int Number => 0;

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

    private void Locked(int address, ReadOnlySpan<byte> write, Span<byte> read)
    {
        lock (Gate)
            Exchange(address, write, read);
    }

    private sealed class Device(GatedI2cBus bus, int address) : I2cDevice
    {
        private bool _released;

        public string BusName => bus.Name;

        public override I2cConnectionSettings ConnectionSettings { get; } = new(bus.Number, address);

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
                bus.RemoveDevice(address);
            _released = true;
            base.Dispose(disposing);
        }
    }
}
