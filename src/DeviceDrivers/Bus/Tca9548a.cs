using System.Device.I2c;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>TCA9548A multiplexer: eight I²C buses behind one address, for chips whose address is fixed.</summary>
/// <remarks>
/// A channel is selected in the same hold of the bus as the exchange that needs it, and stays connected until another one is needed. After any failed exchange the
/// selection counts as unknown and is written again, because a brown-out or a reset disconnects all channels (TI datasheet SCPS207, §8.3.2 and §8.6.2). Several multiplexers on one bus are kept
/// apart: before one connects a channel the others let go of theirs. Thread safe. Does not own its bus.
/// </remarks>
public sealed class Tca9548a : IDisposable
{
    /// <summary>Address with A2, A1 and A0 low (SCPS207, table 8-1).</summary>
    public const int FirstAddress = 0x70;

    /// <summary>Address with A2, A1 and A0 high.</summary>
    public const int LastAddress = 0x77;

    /// <summary>Channels of one multiplexer.</summary>
    public const int Channels = 8;

    private const int Unknown = -1;

    private readonly GatedI2cBus _bus;
    private readonly I2cDevice _control;
    private readonly Branch[] _branches = new Branch[Channels];
    private int _connected = Unknown;

    /// <summary>A multiplexer; it is not talked to yet.</summary>
    /// <param name="bus">The bus it is on; may be another multiplexer's channel.</param>
    /// <param name="address">7-bit address, <see cref="FirstAddress"/> to <see cref="LastAddress"/>.</param>
    public Tca9548a(GatedI2cBus bus, int address = FirstAddress)
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentOutOfRangeException.ThrowIfLessThan(address, FirstAddress);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(address, LastAddress);
        _bus = bus;
        _control = bus.CreateDevice(address);
        for (int channel = 0; channel < Channels; channel++)
            _branches[channel] = new Branch(this, channel);
        bus.Join(this);
    }

    /// <summary>7-bit address of the control register.</summary>
    public int Address => _control.ConnectionSettings.DeviceAddress;

    /// <summary>The bus behind a channel; disposing it does nothing.</summary>
    /// <param name="channel">0 to 7.</param>
    public GatedI2cBus Channel(int channel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(channel);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(channel, Channels);
        return _branches[channel];
    }

    /// <summary>Lets go of the multiplexer; the channel that is connected stays so.</summary>
    public void Dispose()
    {
        _bus.Leave(this);
        _control.Dispose();
    }

    internal bool Claims(int address) => Array.Exists(_branches, branch => branch.Claims(address) || Array.Exists([.. branch.Multiplexers], inner => inner.Claims(address)));

    /// <summary>Selects the channel unless it is known to be, then exchanges; the caller holds the bus.</summary>
    private void Exchange(int channel, int address, ReadOnlySpan<byte> write, Span<byte> read)
    {
        try
        {
            foreach (Tca9548a other in _bus.Multiplexers)
            {
                if (other != this)
                    other.Disconnect();
            }
            Connect(1 << channel);
            _bus.Exchange(address, write, read);
        }
        catch (BusException)
        {
            _connected = Unknown;
            throw;
        }
    }

    /// <summary>Lets go of the channel; a multiplexer that does not answer is off and connects nothing, and is told again next time.</summary>
    private void Disconnect()
    {
        try
        {
            Connect(0);
        }
        catch (BusException missing) when (missing.Failure == BusFailure.NotAcknowledged)
        {
            _connected = Unknown;
        }
    }

    /// <summary>Writes the control register: bit n connects channel n (SCPS207, table 8-2).</summary>
    private void Connect(int channels)
    {
        if (_connected == channels)
            return;
        ReadOnlySpan<byte> register = [(byte)channels];
        _connected = Unknown;
        _bus.Exchange(Address, register, []);
        _connected = channels;
    }

    private sealed class Branch(Tca9548a multiplexer, int channel) : GatedI2cBus
    {
        public override string Name { get; } = multiplexer.Address == FirstAddress
            ? $"{multiplexer._bus.Name} channel {channel}"
            : $"{multiplexer._bus.Name} multiplexer 0x{multiplexer.Address:X2} channel {channel}";

        internal override Lock Gate => multiplexer._bus.Gate;

        internal override int Number => multiplexer._bus.Number;

        internal override void RefuseClash(int address)
        {
            base.RefuseClash(address);
            for (GatedI2cBus? bus = multiplexer._bus; bus is not null; bus = (bus as Branch)?.Before)
            {
                if (bus.Claims(address))
                    throw BusErrors.Clash(bus.Name, address, multiplexer.Address);
            }
        }

        protected internal override void Exchange(int address, ReadOnlySpan<byte> write, Span<byte> read) => multiplexer.Exchange(channel, address, write, read);

        private GatedI2cBus Before => multiplexer._bus;
    }
}
