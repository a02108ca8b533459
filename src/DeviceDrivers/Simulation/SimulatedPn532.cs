using System.Device.Spi;
using PantryChain.DeviceDrivers.Rfid;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>A PN532 at the level of its frames, on I²C at 0x24 or on SPI (PN532 user manual UM0701-02, §6.2).</summary>
/// <remarks>
/// It starts asleep in LowVbat: the exchange that wakes it goes unanswered, and until SAMConfiguration it knows no other command. Acknowledgement and answer
/// become ready at bus times of their own; a read before that says so. Called by one thread at a time.
/// </remarks>
public sealed partial class SimulatedPn532 : ISimulatedI2cChip
{
    private const long WakeNanoseconds = 2_000_000; // PN532/C1 data sheet rev. 3.2, §8.4: start of the oscillator
    private const long AckNanoseconds = 300_000;
    private const long HurryNanoseconds = 4_900_000; // what hosts are advised to keep, less a rounding

    private readonly SimulatedBusClock _clock;
    private readonly SimulatedTagField _field;
    private readonly byte[] _answer = new byte[Pn532Frame.Longest];
    private readonly byte[] _reply = new byte[Pn532Frame.LongestData];
    private Chance _chance;
    private int _answerBytes;
    private bool _ackWaits;
    private bool _answerWaits;
    private long _ackAt;
    private long _answerAt;
    private bool _asleep = true;
    private bool _hung;
    private long _awakeFrom = long.MinValue;
    private long _goneUntil = long.MinValue;
    private long _lastExchange = long.MinValue / 2;

    /// <summary>A chip with an antenna, just powered.</summary>
    /// <param name="clock">Bus time.</param>
    /// <param name="field">What lies over the antenna.</param>
    /// <param name="seed">Fixes which frames are spoiled.</param>
    public SimulatedPn532(SimulatedBusClock clock, SimulatedTagField field, ulong seed = 1) => (_clock, _field, _chance) = (clock, field, new Chance(seed));

    /// <inheritdoc />
    public int Address => Pn532.Address;

    /// <summary>Share of frames that come with a wrong bit, 0 to 1.</summary>
    public double GarbledFrames { get; set; }

    /// <summary>Exchanges over I²C that came sooner than 5 ms after the one before; a real chip may miss them.</summary>
    public long Hurried { get; private set; }

    /// <summary>Commands that were carried out.</summary>
    public long Commands { get; private set; }

    /// <summary>Frames from the host that lacked the zero in front or behind (§6.2.1.1); the chip looks for the start code and takes them.</summary>
    public long BareFrames { get; private set; }

    /// <summary>Leaves out the zero in front and behind of its own frames, as the chip can be told to (§7.2.9) and some boards do on their own.</summary>
    public bool HasBareAnswers { get; set; }

    /// <summary>Makes the chip's firmware stop: it acknowledges its address and never answers, until SAMConfiguration reaches it after a pause of 20 ms.</summary>
    public void Hang() => (_hung, _ackWaits, _answerWaits) = (true, false, false);

    /// <summary>Takes its power away for a time; it comes back asleep, with nothing set.</summary>
    public void LosePower(TimeSpan time)
    {
        _goneUntil = _clock.Read() + time.Ticks * TimeSpan.NanosecondsPerTick;
        Reset();
    }

    /// <summary>The same chip wired to an SPI bus.</summary>
    public SpiDevice ToSpi() => new Spi(this);

    /// <inheritdoc />
    public bool TryWrite(ReadOnlySpan<byte> bytes, long busNanoseconds)
    {
        if (!Rouse(busNanoseconds))
            return false;
        Note(busNanoseconds);
        Take(bytes, busNanoseconds);
        return true;
    }

    /// <inheritdoc />
    public bool TryRead(Span<byte> bytes, long busNanoseconds)
    {
        if (!Rouse(busNanoseconds))
            return false;
        Note(busNanoseconds);
        bytes.Clear();
        if (!IsReady(busNanoseconds))
            return true;
        bytes[0] = 1;
        if (bytes.Length > 1)
            Give(bytes[1..]);
        return true;
    }

    /// <summary>False while the chip does not hear: no power, or just waking.</summary>
    private bool Rouse(long now)
    {
        if (now < _goneUntil)
            return false;
        if (_asleep)
        {
            (_asleep, _awakeFrom) = (false, now + WakeNanoseconds);
            return false;
        }
        return now >= _awakeFrom;
    }

    private void Note(long now)
    {
        if (now - _lastExchange < HurryNanoseconds)
            Hurried++;
        _lastExchange = now;
    }

    private bool IsReady(long now) => !_hung && ((_ackWaits && now >= _ackAt) || (!_ackWaits && _answerWaits && now >= _answerAt));

    private void Give(Span<byte> bytes)
    {
        ReadOnlySpan<byte> frame = _ackWaits ? Pn532Frame.Ack : _answer.AsSpan(0, _answerBytes);
        if (HasBareAnswers)
            frame = frame[1..^1];
        frame[..Math.Min(frame.Length, bytes.Length)].CopyTo(bytes);
        if (_ackWaits)
            _ackWaits = false;
        else
            _answerWaits = false;
        if (_chance.NextUnit() < GarbledFrames)
            bytes[(int)(_chance.NextBits() % (ulong)Math.Min(frame.Length, bytes.Length))] ^= (byte)(1 << (int)(_chance.NextBits() % 8));
    }

    /// <summary>A frame from the host: a command, a request for the last answer, or the end of a command.</summary>
    private void Take(ReadOnlySpan<byte> frame, long now)
    {
        Pn532FrameKind kind = Pn532Frame.Read(Pn532Frame.ToChip, frame, out ReadOnlySpan<byte> command);
        if (_hung && !(kind == Pn532FrameKind.Data && command[0] == SamConfiguration))
            return;
        _hung = false;
        if (kind == Pn532FrameKind.Data && (!frame.StartsWith((ReadOnlySpan<byte>)[0x00, 0x00, 0xFF]) || frame[^1] != 0x00))
            BareFrames++;
        switch (kind)
        {
            case Pn532FrameKind.Data:
                (_ackWaits, _ackAt) = (true, now + AckNanoseconds);
                Carry(command, now);
                break;
            case Pn532FrameKind.Nack when _answerBytes > 0:
                (_answerWaits, _answerAt) = (true, now + AckNanoseconds);
                break;
            case Pn532FrameKind.Ack:
                (_ackWaits, _answerWaits, _answerBytes) = (false, false, 0);
                break;
            default:
                break; // a frame with a wrong check sum is not acknowledged
        }
    }

    private void Answer(ReadOnlySpan<byte> data, long at)
    {
        _answerBytes = Pn532Frame.Write(Pn532Frame.ToHost, data, _answer);
        (_answerWaits, _answerAt) = (true, at);
    }

    private void Reset()
    {
        (_asleep, _hung, _ackWaits, _answerWaits, _answerBytes) = (true, false, false, false, 0);
        (_normal, _retries, _fieldOn, _current) = (false, Forever, false, null);
        _selected.Clear();
    }

    private sealed class Spi(SimulatedPn532 chip) : SimulatedReaderSpi(chip._clock)
    {
        protected override void Answer(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer, long now)
        {
            if (writeBuffer.Length < 2 || !chip.Rouse(now))
                return;
            byte[] written = [.. writeBuffer];
            Array.ConvertAll(written, Pn532SpiPort.Reverse).CopyTo(written, 0);
            Span<byte> read = readBuffer[1..];
            switch (written[0])
            {
                case Pn532SpiPort.DataWrite:
                    chip.Take(written.AsSpan(1), now);
                    break;
                case Pn532SpiPort.StatusRead:
                    read.Fill(chip.IsReady(now) ? (byte)1 : (byte)0);
                    break;
                case Pn532SpiPort.DataRead when chip.IsReady(now):
                    read.Clear();
                    chip.Give(read);
                    break;
                default:
                    break;
            }
            for (int i = 0; i < read.Length; i++)
                read[i] = Pn532SpiPort.Reverse(read[i]);
        }
    }
}
