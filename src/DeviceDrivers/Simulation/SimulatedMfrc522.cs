using System.Device.Spi;
using PantryChain.DeviceDrivers.Rfid;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>An MFRC522 at the level of its registers on I²C or SPI: buffer, interrupt bits, timer, check sums, collisions (MFRC522 data sheet rev. 3.9, §8-10).</summary>
/// <remarks>Called by one thread at a time.</remarks>
public sealed partial class SimulatedMfrc522 : ISimulatedI2cChip
{
    private const long OscillatorNanoseconds = 1_000_000; // §8.8.2

    private readonly SimulatedBusClock _clock;
    private readonly SimulatedTagField _field;
    private readonly byte[] _registers = new byte[64];
    private readonly byte[] _buffer = new byte[Mfrc522Chip.FifoBytes];
    private readonly byte _version;
    private Chance _chance;
    private int _level;
    private byte _chosen;
    private long _readyAt;
    private long _goneUntil = long.MinValue;
    private bool _hung;

    /// <summary>A chip with an antenna, just powered.</summary>
    /// <param name="clock">Bus time.</param>
    /// <param name="field">What lies over the antenna.</param>
    /// <param name="address">7-bit address, 0x28 to 0x2F.</param>
    /// <param name="seed">Fixes which reads are spoiled.</param>
    /// <param name="version">What the version register says: 0x91 or 0x92, or a clone's.</param>
    public SimulatedMfrc522(SimulatedBusClock clock, SimulatedTagField field, int address = 0x28, ulong seed = 1, byte version = 0x92)
    {
        (_clock, _field, Address, _version, _chance) = (clock, field, address, version, new Chance(seed));
        Reset(clock.Read());
    }

    /// <inheritdoc />
    public int Address { get; }

    /// <summary>Share of bytes read over the bus that come with a wrong bit, 0 to 1; I²C has no check sum.</summary>
    public double GarbledReads { get; set; }

    /// <summary>Accesses over I²C whose register byte had one of its two highest bits set, which §8.1.4.6 wants zero; the chip passes over them.</summary>
    public long UncleanRegisters { get; private set; }

    /// <summary>Stops the chip: its registers can be read and written, but no command ends until it is reset.</summary>
    public void Hang() => _hung = true;

    /// <summary>Takes its power away for a time; it comes back with nothing set.</summary>
    public void LosePower(TimeSpan time)
    {
        _goneUntil = _clock.Read() + time.Ticks * TimeSpan.NanosecondsPerTick;
        Reset(_goneUntil);
    }

    /// <summary>The same chip wired to an SPI bus.</summary>
    public SpiDevice ToSpi() => new Spi(this);

    /// <inheritdoc />
    public bool TryWrite(ReadOnlySpan<byte> bytes, long busNanoseconds)
    {
        if (busNanoseconds < _goneUntil)
            return false;
        Settle(busNanoseconds);
        if (bytes.IsEmpty)
            return true;
        UncleanRegisters += (bytes[0] & 0xC0) == 0 ? 0 : 1;
        _chosen = (byte)(bytes[0] & 0x3F);
        foreach (byte value in bytes[1..])
            Set(_chosen, value, busNanoseconds);
        return true;
    }

    /// <inheritdoc />
    public bool TryRead(Span<byte> bytes, long busNanoseconds)
    {
        if (busNanoseconds < _goneUntil)
            return false;
        Settle(busNanoseconds);
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = Tell(_chosen, busNanoseconds);
        return true;
    }

    private byte Tell(byte register, long now)
    {
        byte value = Get(register, now);
        return _chance.NextUnit() < GarbledReads ? (byte)(value ^ 1 << (int)(_chance.NextBits() % 8)) : value;
    }

    private void Set(byte register, byte value, long now)
    {
        switch (register)
        {
            case Mfrc522Chip.Command:
                Order((byte)(value & 0x0F), now);
                break;
            case Mfrc522Chip.ComIrq:
            case Mfrc522Chip.DivIrq:
                _registers[register] = (byte)((value & 0x80) != 0 ? _registers[register] | (value & 0x7F) : _registers[register] & ~value);
                break;
            case Mfrc522Chip.FifoData:
                Push(value);
                break;
            case Mfrc522Chip.FifoLevel:
                _level = (value & Mfrc522Chip.FlushFifo) != 0 ? 0 : _level;
                break;
            case Mfrc522Chip.BitFraming:
                _registers[register] = (byte)(value & 0x77);
                if ((value & Mfrc522Chip.StartSend) != 0 && _registers[Mfrc522Chip.Command] == Mfrc522Chip.Transceive)
                    Send(now);
                break;
            case Mfrc522Chip.Coll:
                _registers[register] = (byte)((_registers[register] & 0x7F) | (value & 0x80));
                break;
            case Mfrc522Chip.TxControl:
                _registers[register] = value;
                Power((value & Mfrc522Chip.AntennaOn) == Mfrc522Chip.AntennaOn, now);
                break;
            case Mfrc522Chip.Error or Mfrc522Chip.Version or Mfrc522Chip.CrcResultHigh or Mfrc522Chip.CrcResultLow:
                break; // read only
            default:
                _registers[register] = value;
                break;
        }
    }

    private byte Get(byte register, long now) => register switch
    {
        Mfrc522Chip.FifoData => Pull(),
        Mfrc522Chip.FifoLevel => (byte)_level,
        Mfrc522Chip.Command => (byte)(_registers[register] | (now < _readyAt ? Mfrc522Chip.PowerDown : 0)),
        _ => _registers[register],
    };

    private void Order(byte command, long now)
    {
        if (command == Mfrc522Chip.SoftReset)
        {
            Reset(now);
            return;
        }
        if (now < _readyAt || _hung)
            return;
        _registers[Mfrc522Chip.Command] = command;
        _pending = false;
        if (command == Mfrc522Chip.CalcCrc)
            CheckSum();
    }

    /// <summary>The coprocessor of §8.6; its start value is chosen in the mode register.</summary>
    private void CheckSum()
    {
        int crc = (_registers[Mfrc522Chip.Mode] & 3) switch { 0 => 0x0000, 1 => 0x6363, 2 => 0xA671, _ => 0xFFFF };
        for (int i = 0; i < _level; i++)
        {
            crc ^= _buffer[i];
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? crc >> 1 ^ 0x8408 : crc >> 1; // x^16+x^12+x^5+1, lowest bit first
        }
        _level = 0;
        (_registers[Mfrc522Chip.CrcResultLow], _registers[Mfrc522Chip.CrcResultHigh]) = ((byte)(crc & 0xFF), (byte)(crc >> 8));
        _registers[Mfrc522Chip.DivIrq] |= 0x04; // §9.3.1.6, CRCIRq
    }

    private void Push(byte value)
    {
        if (_level == _buffer.Length)
            _registers[Mfrc522Chip.Error] |= Mfrc522Chip.BufferOverflow;
        else
            _buffer[_level++] = value;
    }

    private byte Pull()
    {
        if (_level == 0)
            return 0;
        byte first = _buffer[0];
        _buffer.AsSpan(1, --_level).CopyTo(_buffer);
        return first;
    }

    /// <summary>Reset values of §9.2 that matter here.</summary>
    private void Reset(long now)
    {
        Array.Clear(_registers);
        _registers[Mfrc522Chip.ComIrq] = 0x14;
        _registers[Mfrc522Chip.Control] = 0x10;
        _registers[Mfrc522Chip.Coll] = 0x80 | Mfrc522Chip.PositionNotValid;
        _registers[Mfrc522Chip.Mode] = 0x3F;
        _registers[Mfrc522Chip.TxControl] = 0x80;
        _registers[Mfrc522Chip.ModWidth] = 0x26;
        _registers[Mfrc522Chip.RfCfg] = 0x48;
        _registers[Mfrc522Chip.Version] = _version;
        (_level, _hung, _pending, _readyAt) = (0, false, false, now + OscillatorNanoseconds);
        Power(on: false, now);
    }

    /// <summary>§8.1.2: every byte of a reading is answered while the next goes out.</summary>
    private sealed class Spi(SimulatedMfrc522 chip) : SimulatedReaderSpi(chip._clock)
    {
        protected override void Answer(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer, long now)
        {
            if (writeBuffer.IsEmpty || now < chip._goneUntil)
                return;
            chip.Settle(now);
            bool reading = (writeBuffer[0] & Mfrc522SpiPort.Reading) != 0;
            for (int i = 1; i < writeBuffer.Length; i++)
            {
                if (reading)
                    readBuffer[i] = chip.Tell((byte)(writeBuffer[i - 1] >> 1 & 0x3F), now);
                else
                    chip.Set((byte)(writeBuffer[0] >> 1), writeBuffer[i], now);
            }
        }
    }
}
