using System.Device.I2c;
using System.Device.Spi;
using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Rfid;

/// <summary>An MFRC522 as reader of ISO 14443-A tags, up to four at a time, over I²C or SPI (MFRC522 data sheet rev. 3.9).</summary>
/// <remarks>
/// A poll is a walk through steps: the field goes on, 5 ms later the tags are found one by one, the memories of new ones are read, and the field goes off again,
/// so that tags start afresh and readers side by side disturb each other less. <see cref="TryPoll"/> does the next step, some tens of milliseconds at most, and
/// answers true when the walk has told what is in the field. Whatever fails ends in a reset and a new set-up, with a pause that grows to 400 ms. Not thread
/// safe; owns its device.
/// </remarks>
public sealed class Mfrc522 : ITagReader
{
    /// <summary>First address that the chip's pins can choose (data sheet §8.1.4.5, EA low).</summary>
    public const int FirstAddress = 0x28;

    /// <summary>Last address that the chip's pins can choose.</summary>
    public const int LastAddress = 0x2F;

    private const int MostTags = 4;
    private const long Period = 50_000_000; // from one look to the next
    private const long ShortestRest = 5_000_000, LongestRest = 400_000_000;
    private const long ResetTime = 5_000_000; // data sheet §8.8.2: start of the oscillator, some milliseconds
    private const long FieldTime = 5_200_000; // ISO/IEC 14443-3 §5.2: a tag is ready within 5 ms
    private const int ReadsOfPoll = 4; // about 30 ms on the bus at 100 kHz
    private const byte Prescaler = 0xA9; // data sheet §8.5: 13.56 MHz / (2 · 169 + 1) = 40 kHz, 25 µs
    private const byte ShortTimer = 40; // 1 ms; tags answer commands of ISO 14443-3 after 91 µs
    private const byte LongTimer = 240; // 6 ms; a reading of a memory may take 5 (NTAG213/215/216 data sheet rev. 3.2, table 13)

    // Data sheet §9.3: timer starts behind each frame; 40 kHz; 100 % modulation; CRC preset 0x6363; bits behind a collision are cleared; most gain.
    private static ReadOnlySpan<byte> Settings =>
    [
        Mfrc522Chip.TxMode, 0x00, Mfrc522Chip.RxMode, 0x00, Mfrc522Chip.ModWidth, 0x26, Mfrc522Chip.TMode, 0x80, Mfrc522Chip.TPrescaler, Prescaler, Mfrc522Chip.TReloadHigh, 0x00,
        Mfrc522Chip.TReloadLow, ShortTimer, Mfrc522Chip.TxAsk, 0x40, Mfrc522Chip.Mode, 0x3D, Mfrc522Chip.Coll, 0x00, Mfrc522Chip.RfCfg, 0x70,
    ];

    private readonly Mfrc522Chip _chip;
    private readonly TagCounters _counters = new();
    private readonly Mfrc522Selection _selection;
    private readonly KnownTags _known;
    private readonly MemoryReading _memory = new();
    private readonly List<FoundTag> _found = [];
    private readonly byte[] _frame = new byte[4];
    private readonly byte[] _answer = new byte[Iso14443A.BytesOfRead + 2];
    private Walk _walk;
    private long _waitUntil;
    private long _began;
    private int _failures;
    private KnownTags.Entry? _tag;
    private int _looks;
    private int _seen;
    private bool _answering;
    private bool _answered;

    /// <summary>A chip on an I²C bus.</summary>
    /// <param name="chip">The device, at <see cref="FirstAddress"/> to <see cref="LastAddress"/>, as the chip's pins are wired.</param>
    /// <param name="time">Bus time.</param>
    public Mfrc522(I2cDevice chip, TimeProvider time)
        : this(Open(chip, time))
    {
    }

    /// <summary>A chip on an SPI bus, mode 0, at most 10 MHz, as the common blue boards are wired.</summary>
    public Mfrc522(SpiDevice chip, TimeProvider time)
        : this(Open(chip, time))
    {
    }

    private Mfrc522(IMfrc522Port port)
    {
        _chip = new Mfrc522Chip(port);
        _selection = new Mfrc522Selection(_chip, _counters);
        _known = new KnownTags(_counters);
    }

    private enum Walk
    {
        Reset,
        SetUp,
        FieldOn,
        Look,
        Read,
    }

    /// <inheritdoc />
    public TimeSpan Pause => TimeSpan.FromMicroseconds(Math.Max(0, (_waitUntil - _chip.Now() + 999) / 1_000));

    /// <inheritdoc />
    public SlotHealth Health => !_answered ? SlotHealth.Disconnected : _failures >= 3 ? SlotHealth.Stale : SlotHealth.Ok;

    /// <inheritdoc />
    public IReadOnlyList<Tally> Tallies => _counters.ToTallies();

    /// <inheritdoc />
    public long Now() => _chip.Now();

    /// <inheritdoc />
    public bool TryPoll(out IReadOnlyList<FoundTag> tags)
    {
        tags = _found;
        if (_chip.Now() < _waitUntil)
            return false;
        try
        {
            return _walk switch
            {
                Walk.Reset => Reset(),
                Walk.SetUp => SetUp(),
                Walk.FieldOn => FieldOn(),
                Walk.Look => Look(),
                _ => Read(),
            };
        }
        catch (IOException error)
        {
            _counters.Count(error);
            return Fail();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _chip.Dispose();

    private static Mfrc522I2cPort Open(I2cDevice chip, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(chip);
        ArgumentNullException.ThrowIfNull(time);
        return new Mfrc522I2cPort(chip, time);
    }

    private static Mfrc522SpiPort Open(SpiDevice chip, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(chip);
        ArgumentNullException.ThrowIfNull(time);
        return new Mfrc522SpiPort(chip, time);
    }

    private bool Reset()
    {
        _chip.Set(Mfrc522Chip.Command, Mfrc522Chip.SoftReset);
        return Go(Walk.SetUp, _chip.Now() + ResetTime);
    }

    private bool SetUp()
    {
        byte version = _chip.Get(Mfrc522Chip.Version);
        if (version is 0x00 or 0xFF || (_chip.Get(Mfrc522Chip.Command) & Mfrc522Chip.PowerDown) != 0)
            return Unanswered();
        for (int i = 0; i < Settings.Length; i += 2)
            _chip.Set(Settings[i], Settings[i + 1]);
        if (!IsSetUp())
            return Unanswered();
        _counters.Count(TagCause.Starts);
        if (version is not (0x91 or 0x92)) // data sheet §9.3.4.8; others work the same as far as is known
            _counters.Count(TagCause.Clones);
        return Go(Walk.FieldOn, _chip.Now());
    }

    private bool FieldOn()
    {
        _began = _chip.Now();
        _found.Clear();
        (_looks, _seen, _answering) = (0, 0, false);
        // A chip that lost its power for a moment has forgotten its settings and would see an empty field for ever.
        if (!IsSetUp())
            return Unanswered();
        _chip.Set(Mfrc522Chip.TxControl, (byte)(_chip.Get(Mfrc522Chip.TxControl) | Mfrc522Chip.AntennaOn));
        return Go(Walk.Look, _chip.Now() + FieldTime);
    }

    private bool IsSetUp() => _chip.Get(Mfrc522Chip.TPrescaler) == Prescaler && _chip.Get(Mfrc522Chip.Mode) == 0x3D;

    /// <summary>Finds the next tag: each that was found is halted and leaves the rest to answer.</summary>
    private bool Look()
    {
        AirResult result = _looks++ < MostTags + 2 ? Call(_looks == 1 ? Iso14443A.WakeAll : Iso14443A.RequestIdle) : AirResult.Silence;
        if (result == AirResult.Silence)
            return Finish();
        _answering = true;
        if (result == AirResult.Dead || (!_selection.TrySelect() && _selection.IsDead))
            return Unanswered();
        if (_selection.Uid.IsEmpty)
            return Go(Walk.Look, _chip.Now()); // somebody answered, but not in a way that tells who
        _tag = _known.See(_selection.Uid, _selection.Sak, _chip.Now());
        if (_chip.Now() < _tag.ReadFrom)
            return Part(_tag);
        _memory.Restart();
        _chip.Set(Mfrc522Chip.TReloadLow, LongTimer);
        return Go(Walk.Read, _chip.Now());
    }

    private AirResult Call(byte command)
    {
        _frame[0] = command;
        return _chip.Exchange(_frame.AsSpan(0, 1), 7, 0, _answer.AsSpan(0, 2), out _); // ISO/IEC 14443-3 §6.1.5.1: a short frame of seven bits
    }

    /// <summary>Reads on in the selected tag's memory.</summary>
    private bool Read()
    {
        KnownTags.Entry tag = _tag!;
        bool over = false;
        for (int i = 0; i < ReadsOfPoll && !over; i++)
        {
            (_frame[0], _frame[1]) = (Iso14443A.ReadPages, _memory.NextPage);
            Iso14443A.Seal(_frame);
            AirResult result = _chip.Exchange(_frame, 0, 0, _answer, out int bits);
            if (result == AirResult.Dead)
                return Unanswered();
            over = Accept(tag, result, bits);
        }
        if (!over)
            return Go(Walk.Read, _chip.Now());
        _chip.Set(Mfrc522Chip.TReloadLow, ShortTimer);
        return Part(tag);
    }

    /// <summary>Takes what a reading brought; true when there is no more to read.</summary>
    private bool Accept(KnownTags.Entry tag, AirResult result, int bits)
    {
        if (result == AirResult.Answer && bits == 4) // NTAG213/215/216 data sheet rev. 3.2, §9.3, NAK
        {
            _known.Settle(tag, TagWord.Locked, "");
            return true;
        }
        if (result != AirResult.Answer || bits != 8 * _answer.Length || !Iso14443A.IsSealed(_answer))
        {
            _known.Fail(tag, _chip.Now());
            return true;
        }
        TagWord word = _memory.Accept(_answer.AsSpan(0, Iso14443A.BytesOfRead), out string uri);
        if (word != TagWord.MoreToRead)
            _known.Settle(tag, word, uri);
        return word != TagWord.MoreToRead;
    }

    /// <summary>Halts the selected tag, so that the next one can be found.</summary>
    private bool Part(KnownTags.Entry tag)
    {
        _seen++;
        if (tag.Settled)
            _found.Add(tag.ToFound());
        (_frame[0], _frame[1]) = (Iso14443A.Halt, 0);
        Iso14443A.Seal(_frame);
        if (_chip.Exchange(_frame, 0, 0, _answer, out _) == AirResult.Dead)
            return Unanswered();
        return _seen < MostTags ? Go(Walk.Look, _chip.Now()) : Finish();
    }

    /// <summary>Switches the field off and tells what was found; false when somebody answered and nobody knows who.</summary>
    private bool Finish()
    {
        _chip.Set(Mfrc522Chip.TxControl, (byte)(_chip.Get(Mfrc522Chip.TxControl) & ~Mfrc522Chip.AntennaOn));
        _known.Forget(_chip.Now());
        (_answered, _failures) = (true, 0);
        Go(Walk.FieldOn, Math.Max(_chip.Now() + ShortestRest, _began + Period));
        if (_answering && _seen == 0)
            return false;
        _counters.Count(TagCause.Polls);
        if (_seen == 0)
            _counters.Count(TagCause.EmptyPolls);
        return true;
    }

    private bool Unanswered()
    {
        _counters.Count(TagCause.Unanswered);
        return Fail();
    }

    private bool Go(Walk next, long at)
    {
        (_walk, _waitUntil) = (next, at);
        return false;
    }

    /// <summary>Whatever went wrong, the way back is the same: reset and set up, each time a little later.</summary>
    private bool Fail()
    {
        _failures = Math.Min(_failures + 1, 16);
        _found.Clear();
        return Go(Walk.Reset, _chip.Now() + Math.Min(LongestRest, 25_000_000L << Math.Min(_failures, 5)));
    }
}
