namespace PantryChain.DeviceDrivers.Rfid;

/// <summary>Finds one tag among those that answer: anticollision and selection over up to three cascade levels (ISO/IEC 14443-3 §6.4).</summary>
internal sealed class Mfrc522Selection(Mfrc522Chip chip, TagCounters counters)
{
    private const int BytesOfLevel = 5; // four of the number and their check byte
    private const int BitsOfNumber = 32;
    private const byte WholeNumber = 0x70; // NVB: seven whole bytes, §6.4.3.2

    private readonly byte[] _frame = new byte[9];
    private readonly byte[] _answer = new byte[BytesOfLevel];
    private readonly byte[] _uid = new byte[Iso14443A.LongestUid];
    private int _uidBytes;

    /// <summary>The tag's number; empty when none was selected.</summary>
    public ReadOnlySpan<byte> Uid => _uid.AsSpan(0, _uidBytes);

    public byte Sak { get; private set; }

    /// <summary>The chip stopped in the middle: it has to be set up anew.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Selects one of the tags that were woken; false when what they answered makes no whole number.</summary>
    public bool TrySelect()
    {
        (_uidBytes, IsDead) = (0, false);
        for (int level = 0; level < Iso14443A.Levels; level++)
        {
            _frame[0] = Iso14443A.Select[level];
            if (!TryNumber() || !TryConfirm())
                return false;
            bool more = (Sak & Iso14443A.CascadeBit) != 0;
            if (more != (_frame[2] == Iso14443A.CascadeTag && level < Iso14443A.Levels - 1))
                return Garbled();
            int from = more ? 3 : 2;
            _frame.AsSpan(from, 6 - from).CopyTo(_uid.AsSpan(_uidBytes));
            _uidBytes += 6 - from;
            if (!more)
                return true;
        }
        return Garbled();
    }

    /// <summary>Learns the four bytes of a level and their check byte; where tags differ, those with a 1 go on.</summary>
    private bool TryNumber()
    {
        Span<byte> number = _frame.AsSpan(2, BytesOfLevel);
        number.Clear();
        int known = 0;
        while (known <= BitsOfNumber)
        {
            AirResult result = Ask(known, out int bits);
            switch (result)
            {
                case AirResult.Answer when bits == 8 * BytesOfLevel - known / 8 * 8:
                    Merge(number, known);
                    return Iso14443A.CheckByte(number) == number[4] || Garbled();
                case AirResult.Collision:
                    int decided = Decide(number, known);
                    if (decided == 0)
                        return Garbled();
                    known = decided;
                    break;
                case AirResult.Dead:
                    IsDead = true;
                    return false;
                default:
                    return Garbled();
            }
        }
        return Garbled();
    }

    /// <summary>SEL, NVB and the bits that are known; tags that share them answer with the rest, which the chip puts behind them in the same byte.</summary>
    private AirResult Ask(int known, out int bits)
    {
        (int bytes, int odd) = (known / 8, known % 8);
        _frame[1] = (byte)(2 + bytes << 4 | odd);
        return chip.Exchange(_frame.AsSpan(0, 2 + bytes + (odd > 0 ? 1 : 0)), odd, odd, _answer.AsSpan(0, BytesOfLevel - bytes), out bits);
    }

    /// <summary>Keeps what was received before the collision and sets the bit in question; the bits known then, or 0 when there is no progress.</summary>
    /// <remarks>MFRC522 data sheet §9.3.1.15: the position counts from 1 within the received frame, that is, behind the whole bytes that were sent.</remarks>
    private int Decide(Span<byte> number, int known)
    {
        int decided = known / 8 * 8 + chip.CollisionPosition();
        if (decided <= known || decided > BitsOfNumber)
            return 0;
        counters.Count(TagCause.Collisions);
        Merge(number, known);
        for (int bit = decided; bit < 8 * BytesOfLevel; bit++)
            number[bit / 8] = (byte)(number[bit / 8] & ~(1 << (bit % 8)));
        number[(decided - 1) / 8] |= (byte)(1 << ((decided - 1) % 8));
        return decided;
    }

    private void Merge(Span<byte> number, int known)
    {
        int bytes = known / 8;
        byte before = (byte)((1 << (known % 8)) - 1);
        number[bytes] = (byte)((number[bytes] & before) | (_answer[0] & ~before));
        _answer.AsSpan(1, BytesOfLevel - bytes - 1).CopyTo(number[(bytes + 1)..]);
    }

    private bool TryConfirm()
    {
        _frame[1] = WholeNumber;
        Iso14443A.Seal(_frame);
        AirResult result = chip.Exchange(_frame, 0, 0, _answer.AsSpan(0, 3), out int bits);
        IsDead = result == AirResult.Dead;
        if (IsDead)
            return false;
        Sak = _answer[0];
        return (result == AirResult.Answer && bits == 24 && Iso14443A.IsSealed(_answer.AsSpan(0, 3))) || Garbled();
    }

    private bool Garbled()
    {
        _uidBytes = 0;
        counters.Count(TagCause.Garbled);
        return false;
    }
}
