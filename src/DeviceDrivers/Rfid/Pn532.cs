using System.Device.I2c;
using System.Device.Spi;
using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Rfid;

/// <summary>A PN532 as reader of ISO 14443-A tags, at most two at a time, over I²C or SPI (UM0701-02).</summary>
/// <remarks>
/// A poll is a walk through steps, each one exchange on the bus: <see cref="TryPoll"/> does the next one and answers true when the walk has told what is in
/// the field. Nothing waits, every command is bounded by bus time, and whatever fails ends in waking and setting up the chip anew, with a pause that grows to
/// 400 ms. Between polls the field is off: tags start afresh, and readers side by side disturb each other less. Not thread safe; owns its device.
/// </remarks>
public sealed class Pn532 : ITagReader
{
    /// <summary>7-bit address (PN532/C1 data sheet rev. 3.2, §8.3.3: 0x48 with the direction bit).</summary>
    public const int Address = 0x24;

    private const int MostTags = 2; // UM0701-02 §7.3.5, InListPassiveTarget, MaxTg
    private const long Period = 50_000_000; // from one look to the next
    private const long ShortestRest = 5_000_000, LongestRest = 400_000_000;
    private const long Patience = 60_000_000; // for a command that only sets something
    private const long FieldPatience = 150_000_000; // for one that talks to tags
    private const byte InDataExchange = 0x40, InListPassiveTarget = 0x4A;
    private const byte StatusOk = 0x00, StatusTimeOut = 0x01, StatusMask = 0x3F; // §7.1, table 16

    private readonly IPn532Port _port;
    private readonly Pn532Link _link;
    private readonly TagCounters _counters = new();
    private readonly KnownTags _known;
    private readonly MemoryReading _memory = new();
    private readonly List<FoundTag> _found = [];
    private readonly KnownTags.Entry?[] _targets = new KnownTags.Entry?[MostTags];
    private readonly byte[] _exchange = [InDataExchange, 0, Iso14443A.ReadPages, 0];
    private Walk _walk;
    private int _target;
    private int _failures;
    private long _began;
    private bool _answered;

    /// <summary>A chip on an I²C bus, at its fixed <see cref="Address"/>.</summary>
    /// <param name="chip">The device.</param>
    /// <param name="time">Bus time.</param>
    public Pn532(I2cDevice chip, TimeProvider time)
        : this(new Pn532I2cPort(NotNull(chip), NotNull(time)))
    {
    }

    /// <summary>A chip on an SPI bus, mode 0, at most 5 MHz.</summary>
    public Pn532(SpiDevice chip, TimeProvider time)
        : this(new Pn532SpiPort(NotNull(chip), NotNull(time)))
    {
    }

    private Pn532(IPn532Port port)
    {
        (_port, _link) = (port, new Pn532Link(port, _counters));
        _known = new KnownTags(_counters);
    }

    private enum Walk
    {
        Wake,
        Awaken,
        Parameters,
        Retries,
        List,
        Read,
        FieldOff,
    }

    /// <inheritdoc />
    public TimeSpan Pause => TimeSpan.FromMicroseconds(Math.Max(0, (_link.WaitUntil - _port.Now() + 999) / 1_000));

    /// <inheritdoc />
    public SlotHealth Health => !_answered ? SlotHealth.Disconnected : _failures >= 3 ? SlotHealth.Stale : SlotHealth.Ok;

    /// <inheritdoc />
    public IReadOnlyList<Tally> Tallies => _counters.ToTallies();

    /// <inheritdoc />
    public long Now() => _port.Now();

    /// <inheritdoc />
    public bool TryPoll(out IReadOnlyList<FoundTag> tags)
    {
        tags = _found;
        if (_port.Now() < _link.WaitUntil)
            return false;
        if (_walk == Walk.Wake)
            return Wake();
        return _link.Advance() switch
        {
            Pn532Progress.Done => Next(),
            Pn532Progress.Failed => Fail(),
            _ => false,
        };
    }

    /// <inheritdoc />
    public void Dispose() => _port.Dispose();

    private static T NotNull<T>(T value)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(value);
        return value;
    }

    private bool Wake()
    {
        try
        {
            _port.Wake();
        }
        catch (IOException error)
        {
            _counters.Count(error);
            return Fail();
        }
        _link.WaitUntil = _port.Now() + _port.Quiet;
        return Begin(Walk.Awaken, [0x14, 0x01, 0x14, 0x01], 1, Patience); // SAMConfiguration, §7.2.10: normal mode; a chip starts in LowVbat and waits for it
    }

    /// <summary>A command was answered: what comes next, and whether the field is told by it.</summary>
    private bool Next()
    {
        switch (_walk)
        {
            case Walk.Awaken:
                return Begin(Walk.Parameters, [0x12, 0x00], 1, Patience); // SetParameters, §7.2.9: no automatic RATS, whose answer nobody needs
            case Walk.Parameters:
                return Begin(Walk.Retries, [0x32, 0x05, 0xFF, 0x01, 0x02], 1, Patience); // RFConfiguration, §7.3.1, MaxRetries: two more looks, not for ever
            case Walk.Retries:
                _counters.Count(TagCause.Starts);
                return List();
            case Walk.List:
                return Listed(_link.Answer);
            case Walk.Read:
                return Accept(_link.Answer);
            default:
                _link.WaitUntil = Math.Max(_port.Now() + ShortestRest, _began + Period);
                return List();
        }
    }

    private bool List()
    {
        _began = Math.Max(_port.Now(), _link.WaitUntil);
        return Begin(Walk.List, [InListPassiveTarget, MostTags, 0x00], 48, FieldPatience); // §7.3.5: 106 kbit/s type A
    }

    /// <summary>NbTg, then for each target: Tg, ATQA (2), SAK, length of the number, number (§7.3.5).</summary>
    private bool Listed(ReadOnlySpan<byte> answer)
    {
        long now = _port.Now();
        Array.Clear(_targets);
        int targets = answer.Length > 1 ? answer[1] : -1;
        bool whole = targets is >= 0 and <= MostTags;
        ReadOnlySpan<byte> rest = whole ? answer[2..] : [];
        for (int i = 0; whole && i < targets; i++)
        {
            whole = rest.Length >= 5 && rest[0] == i + 1 && rest[4] is 4 or 7 or 10 && rest.Length >= 5 + rest[4];
            if (!whole)
                break;
            _targets[i] = _known.See(rest.Slice(5, rest[4]), rest[3], now);
            rest = rest[(5 + rest[4])..];
        }
        if (!whole)
        {
            _counters.Count(TagCause.Garbled);
            return Fail();
        }
        _known.Forget(now);
        (_answered, _failures, _target) = (true, 0, -1);
        if (targets == MostTags)
            _counters.Count(TagCause.Collisions);
        return NextTarget();
    }

    /// <summary>Reads the memory of the next target that is not known yet, or tells the field when there is none.</summary>
    private bool NextTarget()
    {
        while (++_target < MostTags)
        {
            if (_targets[_target] is not { } tag || _port.Now() < tag.ReadFrom)
                continue;
            _memory.Restart();
            return ReadOn();
        }
        _found.Clear();
        bool any = false;
        foreach (KnownTags.Entry? target in _targets)
        {
            any |= target is not null;
            if (target is { Settled: true })
                _found.Add(target.ToFound());
        }
        _counters.Count(TagCause.Polls);
        if (!any)
            _counters.Count(TagCause.EmptyPolls);
        Begin(Walk.FieldOff, [0x32, 0x01, 0x00], 1, Patience); // RFConfiguration, §7.3.1, RF field off
        return true;
    }

    private bool ReadOn()
    {
        (_exchange[1], _exchange[3]) = ((byte)(_target + 1), _memory.NextPage);
        return Begin(Walk.Read, _exchange, 2 + Iso14443A.BytesOfRead, FieldPatience); // InDataExchange, §7.3.8
    }

    private bool Accept(ReadOnlySpan<byte> answer)
    {
        KnownTags.Entry tag = _targets[_target]!;
        int status = answer.Length > 1 ? answer[1] & StatusMask : StatusTimeOut;
        if (status == StatusOk && answer.Length == 2 + Iso14443A.BytesOfRead)
        {
            TagWord word = _memory.Accept(answer[2..], out string uri);
            if (word == TagWord.MoreToRead)
                return ReadOn();
            _known.Settle(tag, word, uri);
        }
        else
        {
            _known.Fail(tag, _port.Now());
        }
        return NextTarget();
    }

    private bool Begin(Walk walk, ReadOnlySpan<byte> command, int answerBytes, long patience)
    {
        _walk = walk;
        _link.Begin(command, answerBytes, patience);
        return false;
    }

    /// <summary>Whatever went wrong, the way back is the same: wake the chip and set it up, each time a little later.</summary>
    private bool Fail()
    {
        _failures = Math.Min(_failures + 1, 16);
        _walk = Walk.Wake;
        _link.WaitUntil = _port.Now() + Math.Min(LongestRest, 25_000_000L << Math.Min(_failures, 5));
        return false;
    }
}
