using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>An I²C bus with simulated chips on it, in bus time, with faults to inject.</summary>
/// <remarks>Chips that share an address all answer: a write reaches each, a read gives the AND of their bytes, as open-drain lines do. Thread safe, injection included.</remarks>
public sealed class SimulatedI2cBus(SimulatedBusClock clock, string name = "the simulated bus") : GatedI2cBus
{
    private const int BitsOfByte = 9; // eight and the acknowledgement (UM10204 §3.1.5)
    private const int BitsOfFrame = 2; // about one bit time each for start and stop

    private readonly List<ISimulatedI2cChip> _chips = [];
    private readonly List<ISimulatedI2cChip> _answering = [];
    private byte[] _others = [];
    private int _refusals;
    private int _refusedAddress = -1;
    private long _refusedUntil = long.MinValue;
    private long _heldUntil = long.MinValue;

    /// <inheritdoc />
    public override string Name => name;

    /// <summary>One bit on the bus, in nanoseconds.</summary>
    /// <value>Default 10 000: 100 kHz, a byte with its acknowledgement takes 90 µs.</value>
    public long BitNanoseconds { get; init; } = 10_000;

    /// <summary>When the adapter gives a held line up.</summary>
    /// <value>Default 100 ms, as the kernel's bus is set to.</value>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Exchanges so far, failed ones included.</summary>
    public long Exchanges { get; private set; }

    /// <summary>Puts a chip on the bus.</summary>
    public void Attach(ISimulatedI2cChip chip)
    {
        ArgumentNullException.ThrowIfNull(chip);
        lock (Gate)
            _chips.Add(chip);
    }

    /// <summary>Takes the chips of an address off the bus, as a broken wire does; false when there is none.</summary>
    public bool Detach(int address)
    {
        lock (Gate)
            return _chips.RemoveAll(chip => chip.Address == address) > 0;
    }

    /// <summary>Refuses the next exchanges: nobody acknowledges.</summary>
    /// <param name="exchanges">How many; zero ends the storm.</param>
    /// <param name="address">Only those with this address; all when null.</param>
    public void Refuse(int exchanges, int? address = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(exchanges);
        lock (Gate)
            (_refusals, _refusedAddress) = (exchanges, address ?? -1);
    }

    /// <summary>Refuses every exchange for a time from now on; zero ends the storm.</summary>
    public void RefuseFor(TimeSpan time)
    {
        lock (Gate)
            _refusedUntil = clock.Read() + Nanoseconds(time);
    }

    /// <summary>Holds a line low for a time from now on: every exchange runs into the adapter's time-out; zero lets go.</summary>
    public void HoldFor(TimeSpan time)
    {
        lock (Gate)
            _heldUntil = clock.Read() + Nanoseconds(time);
    }

    /// <inheritdoc />
    protected internal override void Exchange(int address, ReadOnlySpan<byte> write, Span<byte> read)
    {
        Exchanges++;
        if (clock.Read() < _heldUntil)
        {
            clock.Spend(Nanoseconds(Patience));
            throw BusErrors.Exchange(Name, address, BusFailure.TimedOut);
        }
        Find(address);
        long now = clock.Spend((BitsOfFrame + BitsOfByte) * BitNanoseconds);
        if (IsRefused(address, now) || _answering.Count == 0)
            throw BusErrors.Exchange(Name, address, BusFailure.NotAcknowledged);
        if (!write.IsEmpty || read.IsEmpty)
            Write(address, write);
        if (!read.IsEmpty)
            Read(address, read, repeatedStart: !write.IsEmpty);
    }

    private void Write(int address, ReadOnlySpan<byte> bytes)
    {
        long now = clock.Spend(bytes.Length * BitsOfByte * BitNanoseconds);
        bool acknowledged = false;
        foreach (ISimulatedI2cChip chip in _answering)
            acknowledged |= chip.TryWrite(bytes, now);
        if (!acknowledged)
            throw BusErrors.Exchange(Name, address, BusFailure.NotAcknowledged);
    }

    private void Read(int address, Span<byte> bytes, bool repeatedStart)
    {
        long now = clock.Spend(repeatedStart ? (1 + BitsOfByte) * BitNanoseconds : 0);
        bytes.Fill(byte.MaxValue);
        if (_others.Length < bytes.Length)
            _others = new byte[bytes.Length];
        bool acknowledged = false;
        foreach (ISimulatedI2cChip chip in _answering)
        {
            Span<byte> told = _others.AsSpan(0, bytes.Length);
            if (!chip.TryRead(told, now))
                continue;
            acknowledged = true;
            for (int i = 0; i < bytes.Length; i++)
                bytes[i] &= told[i];
        }
        clock.Spend(bytes.Length * BitsOfByte * BitNanoseconds);
        if (!acknowledged)
            throw BusErrors.Exchange(Name, address, BusFailure.NotAcknowledged);
    }

    private bool IsRefused(int address, long now)
    {
        bool counted = _refusals > 0 && (_refusedAddress < 0 || _refusedAddress == address);
        if (counted)
            _refusals--;
        return counted || now < _refusedUntil;
    }

    private void Find(int address)
    {
        _answering.Clear();
        foreach (ISimulatedI2cChip chip in _chips)
        {
            if (chip.Address == address)
                _answering.Add(chip);
            if (chip is SimulatedTca9548a multiplexer)
                multiplexer.Find(address, _answering);
        }
    }

    private static long Nanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;
}
