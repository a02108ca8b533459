using PantryChain.DeviceDrivers.Rfid;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>The chip's exchange with the tags over its antenna.</summary>
public sealed partial class SimulatedMfrc522
{
    private const long BitNanoseconds = 9_440; // ISO/IEC 14443-2 §8.1: 128 / 13.56 MHz
    private const long AnswerDelay = 91_000; // ISO/IEC 14443-3 §6.1.2: 1236 / 13.56 MHz
    private const long ReadDelay = 1_000_000; // of a memory
    private const int MostBits = 8 * Mfrc522Chip.FifoBytes;

    private readonly List<SimulatedTag> _over = [];
    private readonly List<SimulatedTransponder> _air = [];
    private readonly byte[] _heard = new byte[Mfrc522Chip.FifoBytes];
    private readonly byte[] _merged = new byte[Mfrc522Chip.FifoBytes];
    private bool _fieldOn;
    private long _fieldSince;
    private bool _pending;
    private long _doneAt;
    private int _bits;
    private int _collision;
    private bool _spoiled;

    private void Power(bool on, long now)
    {
        if (!on)
            _air.Clear();
        if (on && !_fieldOn)
            _fieldSince = Math.Max(now, _readyAt); // set before the oscillator runs, the antenna comes on with it
        _fieldOn = on;
    }

    /// <summary>Sends what is in the buffer and lets every tag in the field answer at once.</summary>
    private void Send(long now)
    {
        int lastBits = _registers[Mfrc522Chip.BitFraming] & 7;
        int sent = lastBits == 0 ? 8 * _level : 8 * (_level - 1) + lastBits;
        if (_hung || sent <= 0)
            return;
        long heard = now + sent * BitNanoseconds;
        Arrive(heard);
        (_bits, _collision, _spoiled) = (0, -1, false);
        _merged.AsSpan().Clear();
        bool reading = _buffer[0] == Iso14443A.ReadPages;
        foreach (SimulatedTransponder tag in _air)
        {
            int bits = tag.Hear(_buffer.AsSpan(0, _level), sent, _heard, _field, heard);
            if (bits > 0)
                Merge(bits, heard);
        }
        long answered = heard + AnswerDelay + (reading ? ReadDelay : 0);
        bool timer = (_registers[Mfrc522Chip.TMode] & 0x80) != 0; // §9.3.3.10, TAuto
        (_pending, _doneAt) = (_bits > 0 || timer, _bits > 0 ? answered + _bits * BitNanoseconds : heard + TimerNanoseconds());
        _level = 0;
    }

    /// <summary>§8.5: one step is (2 · prescaler + 1) / 13.56 MHz.</summary>
    private long TimerNanoseconds()
    {
        long prescaler = (_registers[Mfrc522Chip.TMode] & 0x0F) << 8 | _registers[Mfrc522Chip.TPrescaler];
        long steps = (_registers[Mfrc522Chip.TReloadHigh] << 8 | _registers[Mfrc522Chip.TReloadLow]) + 1;
        return steps * (2 * prescaler + 1) * 100_000 / 1_356;
    }

    /// <summary>Tags that came are powered from now on, tags that left are gone.</summary>
    private void Arrive(long now)
    {
        if (!_fieldOn)
            return;
        _field.Find(now, _over);
        _air.RemoveAll(known => !_over.Contains(known.Tag));
        foreach (SimulatedTag tag in _over.Where(tag => !_air.Exists(known => known.Tag == tag)))
            _air.Add(new SimulatedTransponder(tag, _fieldSince));
    }

    /// <summary>Answers lie over each other; the first bit in which they differ is the collision.</summary>
    private void Merge(int bits, long now)
    {
        ushort before = Iso14443A.Crc(_heard.AsSpan(0, (bits + 7) / 8));
        _field.Send(_heard.AsSpan(0, (bits + 7) / 8), now);
        _spoiled |= before != Iso14443A.Crc(_heard.AsSpan(0, (bits + 7) / 8)) && _chance.NextUnit() < 0.5; // the other half keeps its parity
        for (int bit = 0; bit < bits; bit++)
        {
            int told = _heard[bit / 8] >> (bit % 8) & 1;
            bool differs = bit < _bits && told != (_merged[bit / 8] >> (bit % 8) & 1);
            if (differs && (_collision < 0 || bit < _collision))
                _collision = bit;
            _merged[bit / 8] |= (byte)(told << (bit % 8));
        }
        _bits = Math.Max(_bits, bits);
    }

    /// <summary>What has happened by now becomes visible in the registers.</summary>
    private void Settle(long now)
    {
        if (!_pending || now < _doneAt)
            return;
        _pending = false;
        if (_bits == 0)
        {
            _registers[Mfrc522Chip.ComIrq] |= Mfrc522Chip.TimerIrq;
            return;
        }
        int align = _registers[Mfrc522Chip.BitFraming] >> 4 & 7;
        Array.Clear(_buffer);
        bool clear = _collision >= 0 && (_registers[Mfrc522Chip.Coll] & 0x80) == 0;
        for (int bit = 0; bit < _bits && bit + align < MostBits; bit++)
        {
            if (!clear || bit < _collision)
                _buffer[(bit + align) / 8] |= (byte)((_merged[bit / 8] >> (bit % 8) & 1) << ((bit + align) % 8));
        }
        _level = Math.Min((_bits + align + 7) / 8, _buffer.Length);
        _registers[Mfrc522Chip.Control] = (byte)((_registers[Mfrc522Chip.Control] & ~7) | (_bits + align) % 8);
        int position = _collision + align + 1;
        bool valid = _collision >= 0 && position <= 32;
        _registers[Mfrc522Chip.Coll] = (byte)((_registers[Mfrc522Chip.Coll] & 0x80) | (valid ? position % 32 : Mfrc522Chip.PositionNotValid));
        _registers[Mfrc522Chip.Error] = (byte)((_collision >= 0 ? Mfrc522Chip.CollisionError : 0) | (_spoiled ? Mfrc522Chip.ParityError : 0));
        _registers[Mfrc522Chip.ComIrq] |= (byte)(Mfrc522Chip.RxIrq | (_registers[Mfrc522Chip.Error] != 0 ? Mfrc522Chip.ErrIrq : 0));
    }
}
