using System.Buffers.Binary;
using PantryChain.DeviceDrivers.LoadCells;
using static PantryChain.DeviceDrivers.LoadCells.Nau7802Registers;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>A NAU7802 simulated at the level of its registers (datasheet rev. 1.7, chapters 8, 9 and 11).</summary>
/// <remarks>
/// Everything takes its real time on the bus: power-up 200 µs, supply 200 ms, calibration 344 ms, conversions by CRS; the first six behind a change of input
/// still hold some of the old one. The chip has an offset of its own until it is calibrated. Not thread safe; the bus it is attached to is.
/// </remarks>
/// <param name="bridge">What it measures; its counts are those at gain 128.</param>
/// <param name="cell">The bridge's number of channel 1; channel 2 is the next one.</param>
public sealed class SimulatedNau7802(IBridge bridge, int cell = 0) : ISimulatedI2cChip
{
    private const long PowerUpTime = 200_000;
    private const long SupplyTime = 200_000_000;
    private const long CalibrationTime = 344_000_000;
    private const int SettlingConversions = 6;
    private const int Largest = 0x7F_FFFF;
    private const uint Unity = 0x80_0000; // 1.0 with 23 bits behind the point
    private const byte Known = 0x0F;

    private readonly byte[] _registers = new byte[Count];
    private Nau7802Fault _fault;
    private int _pointer;
    private bool _fresh = true;
    private long _upSince = -1;
    private long _suppliedSince = -1;
    private long _calibratingSince = -1;
    private long _cycleStart = -1;
    private long _done;
    private long _total;
    private double _before;
    private int _offset = 1_500;

    /// <summary>The chip's only address.</summary>
    public int Address => Nau7802.Address;

    /// <summary>Conversions that ended since the chip was made.</summary>
    public long Conversions => _total;

    /// <summary>Makes the chip fail from now on; <see cref="Nau7802Fault.None"/> heals it.</summary>
    public void Inject(Nau7802Fault fault) => _fault = fault;

    /// <summary>Its supply dips: all registers are as after power-on. The offset of its own changes a little, as with warmth.</summary>
    public void BrownOut() => (_fresh, _offset) = (true, _offset + 40);

    /// <inheritdoc />
    public bool TryWrite(ReadOnlySpan<byte> bytes, long busNanoseconds)
    {
        if (_fault == Nau7802Fault.Vanished)
            return false;
        Live(busNanoseconds);
        if (bytes.IsEmpty)
            return true;
        _pointer = bytes[0] % Count;
        foreach (byte value in bytes[1..])
        {
            Write(_pointer, value, busNanoseconds);
            _pointer = (_pointer + 1) % Count;
        }
        return true;
    }

    /// <inheritdoc />
    public bool TryRead(Span<byte> bytes, long busNanoseconds)
    {
        if (_fault == Nau7802Fault.Vanished)
            return false;
        Live(busNanoseconds);
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = _pointer == Revision && _fault == Nau7802Fault.OtherChip ? (byte)0x92 : _registers[_pointer];
            if (_pointer == Output + 2)
                _registers[PowerControl] &= unchecked((byte)~CycleReady);
            _pointer = (_pointer + 1) % Count;
        }
        return true;
    }

    private void Write(int register, byte value, long now)
    {
        switch (register)
        {
            case PowerControl:
                Control(value, now);
                break;
            case Control2:
                ChooseInput(value, now);
                break;
            case Revision or Output or Output + 1 or Output + 2:
                break;
            default:
                _registers[register] = value;
                if (register == Control1)
                    Restart(now);
                break;
        }
    }

    private void Control(byte value, long now)
    {
        if ((value & Nau7802Registers.Reset) != 0)
        {
            PowerOn();
            _registers[PowerControl] = Nau7802Registers.Reset;
            return;
        }
        byte old = _registers[PowerControl];
        if ((value & DigitalUp) == 0)
            _upSince = -1;
        else if (_upSince < 0)
            _upSince = now;
        bool supplied = (value & InternalSupply) != 0 && (value & AnalogUp) != 0;
        if (!supplied)
            _suppliedSince = -1;
        else if (_suppliedSince < 0)
            _suppliedSince = now;
        _registers[PowerControl] = (byte)((value & ~(UpReady | CycleReady)) | (old & (UpReady | CycleReady)));
        if ((value & CycleStart) != 0 && (old & CycleStart) == 0)
            Restart(now);
    }

    private void ChooseInput(byte value, long now)
    {
        byte old = _registers[Control2];
        _registers[Control2] = (byte)(value & ~CalibrationError);
        if (((old ^ value) & unchecked((byte)~(CalibrationStart | CalibrationError))) != 0)
            Restart(now);
        if ((value & CalibrationStart) != 0 && (old & CalibrationStart) == 0)
            _calibratingSince = now;
    }

    /// <summary>Conversions start over, and the filter still holds what it saw last.</summary>
    private void Restart(long now) => (_cycleStart, _done) = (now, 0);

    /// <summary>Lets everything happen that is due by now.</summary>
    private void Live(long now)
    {
        if (_fresh)
            PowerOn();
        if (_upSince >= 0 && now - _upSince >= PowerUpTime && _fault != Nau7802Fault.NeverReady)
            _registers[PowerControl] |= UpReady;
        if (_calibratingSince >= 0)
            EndCalibration(now);
        if (_fault == Nau7802Fault.Frozen && IsRunning)
            _registers[PowerControl] |= CycleReady;
        if (_calibratingSince >= 0 || !IsRunning || _fault is Nau7802Fault.Stopped or Nau7802Fault.Frozen)
            return;
        long period = 1_000_000_000 / Rate, done = (now - _cycleStart) / period;
        if (done == _done)
            return;
        _total += done - _done;
        _done = done;
        Put(Output, Converted(_cycleStart + done * period));
        _registers[PowerControl] |= CycleReady;
    }

    private bool IsRunning => (_registers[PowerControl] & (UpReady | AnalogUp | CycleStart)) == (UpReady | AnalogUp | CycleStart);

    private int Rate => (_registers[Control2] >> RateShift & 7) switch { 7 => 320, var exponent => 10 << Math.Min(exponent, 3) };

    private int Channel => (_registers[Control2] & SecondChannelChosen) == 0 ? 0 : 1;

    private void EndCalibration(long now)
    {
        if (now - _calibratingSince < CalibrationTime || _fault == Nau7802Fault.CalibrationHangs)
            return;
        _calibratingSince = -1;
        _registers[Control2] &= unchecked((byte)~CalibrationStart);
        Restart(now);
        if (_fault == Nau7802Fault.CalibrationError || Supply(now) < 0.99)
        {
            _registers[Control2] |= CalibrationError;
            return;
        }
        Put(Offset1 + Channel * SecondChannel, _offset);
    }

    /// <summary>Value = gain × (converter − offset), both from the calibration registers (datasheet rev. 1.7, 9.2).</summary>
    private int Converted(long at)
    {
        if (_fault == Nau7802Fault.Saturated)
            return Largest;
        double input = bridge.Counts(cell + Channel, _total, at) * (double)(1 << (_registers[Control1] & GainMask)) / 128 * Supply(at);
        // Each of the first six conversions has forgotten half of what the filter still held of the old input.
        double seen = _done > SettlingConversions ? input : input + (_before - input) / (1 << (int)_done);
        if (_done > SettlingConversions)
            _before = input;
        int offset = Offset1 + Channel * SecondChannel, gain = Gain1 + Channel * SecondChannel;
        int own = (_registers[offset] << 24 | _registers[offset + 1] << 16 | _registers[offset + 2] << 8) >> 8;
        double factor = BinaryPrimitives.ReadUInt32BigEndian(_registers.AsSpan(gain)) / (double)Unity;
        return (int)Math.Clamp(Math.Round(factor * (seen + _offset - own)), -Largest - 1, Largest);
    }

    /// <summary>How far the bridge's supply has risen, 0 to 1; a supply from outside is always there.</summary>
    private double Supply(long now) => (_registers[PowerControl] & InternalSupply) == 0 ? 1
        : _suppliedSince < 0 ? 0 : Math.Min(1, (now - _suppliedSince) / (double)SupplyTime);

    /// <summary>Three bytes, most significant first.</summary>
    private void Put(int register, int value)
    {
        for (int i = 0; i < 3; i++)
            _registers[register + i] = (byte)(value >> (16 - 8 * i) & 0xFF);
    }

    private void PowerOn()
    {
        Array.Clear(_registers);
        _fresh = false;
        (_upSince, _suppliedSince, _calibratingSince, _cycleStart, _done, _before) = (-1, -1, -1, 0, 0, 0);
        BinaryPrimitives.WriteUInt32BigEndian(_registers.AsSpan(Gain1), Unity);
        BinaryPrimitives.WriteUInt32BigEndian(_registers.AsSpan(Gain1 + SecondChannel), Unity);
        _registers[Revision] = Known;
    }
}
