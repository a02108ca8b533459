using PantryChain.DeviceDrivers.Rfid;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>One tag in a powered field, at the level of bits: idle, ready, active, halted (ISO/IEC 14443-3 §6.3).</summary>
internal sealed class SimulatedTransponder(SimulatedTag tag, long poweredFrom)
{
    private const long PowerUp = 4_900_000; // §5.2: up to 5 ms
    private const int BitsOfLevel = 40; // four bytes of the number and their check byte

    private State _state = State.Idle;
    private bool _wasHalted;
    private int _level;

    private enum State
    {
        Idle,
        Ready,
        Active,
        Halted,
    }

    public SimulatedTag Tag => tag;

    /// <summary>Takes a frame; the number of bits of the answer, 0 for none.</summary>
    public int Hear(ReadOnlySpan<byte> frame, int bits, Span<byte> answer, SimulatedTagField field, long now)
    {
        if (now - poweredFrom < PowerUp)
            return 0;
        if (bits == 7)
            return Call(frame[0], answer, field.Hears(tag, now));
        if (_state == State.Ready && frame.Length >= 2 && frame[0] == Iso14443A.Select[_level])
            return frame[1] == 0x70 ? Confirm(frame, bits, answer) : Anticollision(frame, bits, answer);
        if (_state == State.Active && bits == 32 && Iso14443A.IsSealed(frame) && frame[0] == Iso14443A.ReadPages)
            return Read(frame[1], answer, field.MayRead(tag, now));
        if (_state == State.Active && bits == 24 && Iso14443A.IsSealed(frame) && frame[0] == Iso14443A.GetVersion)
            return TellVersion(answer, field.MayRead(tag, now));
        bool halted = _state == State.Active && bits == 32 && Iso14443A.IsSealed(frame) && frame[0] == Iso14443A.Halt;
        if (_state is State.Ready or State.Active)
            Rest(halted);
        return 0;
    }

    private int Call(byte command, Span<byte> answer, bool hears)
    {
        bool meant = command == Iso14443A.WakeAll ? _state is State.Idle or State.Halted : command == Iso14443A.RequestIdle && _state == State.Idle;
        if (!meant || !hears)
        {
            if (_state is State.Ready or State.Active)
                Rest(halted: false);
            return 0;
        }
        (_wasHalted, _state, _level) = (_state == State.Halted, State.Ready, 0);
        (answer[0], answer[1]) = (tag.UidBytes.Length switch { 4 => (byte)0x04, 7 => (byte)0x44, _ => (byte)0x84 }, 0x00); // ATQA, §6.4.2.1
        return 16;
    }

    /// <summary>Answers with the rest of the level's bits when the known ones are its own.</summary>
    private int Anticollision(ReadOnlySpan<byte> frame, int bits, Span<byte> answer)
    {
        Span<byte> own = stackalloc byte[5];
        Number(own);
        int known = bits - 16;
        for (int bit = 0; bit < known; bit++)
        {
            if (Bit(frame[2..], bit) != Bit(own, bit))
            {
                Rest(halted: false);
                return 0;
            }
        }
        answer[..5].Clear();
        for (int bit = known; bit < BitsOfLevel; bit++)
            answer[(bit - known) / 8] |= (byte)(Bit(own, bit) << ((bit - known) % 8));
        return BitsOfLevel - known;
    }

    private int Confirm(ReadOnlySpan<byte> frame, int bits, Span<byte> answer)
    {
        Span<byte> own = stackalloc byte[5];
        Number(own);
        if (bits != 72 || !Iso14443A.IsSealed(frame) || !frame.Slice(2, 5).SequenceEqual(own))
        {
            Rest(halted: false);
            return 0;
        }
        bool more = own[0] == Iso14443A.CascadeTag && _level < LastLevel;
        (_level, _state) = more ? (_level + 1, State.Ready) : (_level, State.Active);
        answer[0] = more ? Iso14443A.CascadeBit : tag.Sak;
        Iso14443A.Seal(answer[..3]);
        return 24;
    }

    private int Read(byte page, Span<byte> answer, bool inTime)
    {
        if (!inTime)
            return 0;
        if (!tag.TryRead(page, answer[..Iso14443A.BytesOfRead]))
            return Refuse(answer);
        Iso14443A.Seal(answer[..(Iso14443A.BytesOfRead + 2)]);
        return 8 * (Iso14443A.BytesOfRead + 2);
    }

    private int TellVersion(Span<byte> answer, bool inTime)
    {
        ReadOnlySpan<byte> version = tag.Version;
        if (!inTime)
            return 0;
        if (version.IsEmpty)
            return Refuse(answer);
        version.CopyTo(answer);
        Iso14443A.Seal(answer[..(version.Length + 2)]);
        return 8 * (version.Length + 2);
    }

    private int Refuse(Span<byte> answer)
    {
        Rest(halted: false);
        answer[0] = 0x00; // NAK
        return 4;
    }

    private int LastLevel => tag.UidBytes.Length switch { 4 => 0, 7 => 1, _ => 2 };

    /// <summary>The cascade tag and three bytes while the number goes on, its last four bytes at the end, and their check byte (§6.4.4).</summary>
    private void Number(Span<byte> level)
    {
        if (_level < LastLevel)
        {
            level[0] = Iso14443A.CascadeTag;
            tag.UidBytes.Slice(3 * _level, 3).CopyTo(level[1..]);
        }
        else
        {
            tag.UidBytes.Slice(3 * _level, 4).CopyTo(level);
        }
        level[4] = Iso14443A.CheckByte(level);
    }

    private void Rest(bool halted) => _state = halted || _wasHalted ? State.Halted : State.Idle;

    private static int Bit(ReadOnlySpan<byte> bytes, int bit) => bytes[bit / 8] >> (bit % 8) & 1;
}
