using System.Device.Gpio;
using System.Device.Spi;
using System.Numerics;
using PantryChain.DeviceDrivers.Bus;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.LoadCells;

/// <summary>HX711 converters, a group on one clock line or a single one on an SPI bus: nothing doubtful is handed on.</summary>
/// <remarks>
/// Checks (HX711 datasheet p. 4-5 unless named otherwise): every data line low before the first pulse; every pulse's high time bounded by bus time
/// (T3 ≤ 50 µs, power-down above 60 µs) or made by hardware; every tail bit high per cell; on SPI both samples of a bit alike; the ends of the range; a bounded wait
/// for cells that never become ready, after which the others go on without them. A value is held until its chip is ready again in time: one that counted another
/// number of pulses than it was given, or lost its power in the frame, stays silent for four conversions (p. 3), and its value is dropped. Whenever chip and
/// driver may count differently (at a start, after a pulse too long, when a cell answers late, or returns after failing) the chips are powered down and up,
/// which is their only way back to a known bit; a cell that fails again and again may ask for that only now and then. Not thread safe; owns its lines.
/// </remarks>
public sealed class Hx711 : ILoadCells
{
    /// <summary>HX711 datasheet p. 5: the clock high for more than 60 µs powers the chip down; on waking it starts over at input A, gain 128.</summary>
    internal const long PowerDown = 60_000;

    /// <summary>How long the clock is held high to power the chips down for sure.</summary>
    internal const long HoldDown = 100_000;

    /// <summary>HX711 datasheet p. 5, T3: the clock is high for at most 50 µs.</summary>
    private const long LongestPulse = 50_000;

    /// <summary>On average so many conversions lie between two power cycles for single cells, because each costs all cells five.</summary>
    private const int HealEvery = 32;

    /// <summary>Added to bounds that count conversions, for the machine's own delays.</summary>
    private const long Slack = 1_000_000;

    private readonly IHx711Link _link;
    private readonly Hx711Options _options;
    private readonly ulong _chips;
    private readonly int[] _heldCounts;
    private bool _inStep;
    private Hx711Gain _converting;
    private long _usableFrom;
    private long _waitingSince = -1;
    private long _healAt;
    private ulong _heard;
    private ulong _stale;
    private ulong _suspect;
    private ulong _held;
    private ulong _confirmed;
    private long _heldAt;
    private ulong _saturated;
    private ulong _desynchronised;

    /// <summary>Takes over a controller on which every data line is one chip; opens the pins that are not open yet.</summary>
    /// <param name="pins">Over <see cref="KernelGpioDriver"/> all data lines are read at one moment; any other driver will do, at its own pace.</param>
    /// <param name="clock">Line of the clock.</param>
    /// <param name="data">Lines of the data inputs, 1 to 63, none twice.</param>
    /// <param name="options">Wiring and rate.</param>
    /// <param name="time">Bus time.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public Hx711(GpioController pins, int clock, IReadOnlyList<int> data, Hx711Options options, TimeProvider time)
        : this(new Hx711Pins(pins, clock, data, time ?? throw new ArgumentNullException(nameof(time))), options)
    {
    }

    /// <summary>Takes over an SPI device whose MOSI is the clock and whose MISO is the data line of one chip: 1 MHz, mode 0, 8 bits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public Hx711(SpiDevice device, Hx711Options options, TimeProvider time)
        : this(new Hx711OverSpi(device ?? throw new ArgumentNullException(nameof(device)), time ?? throw new ArgumentNullException(nameof(time))), options)
    {
    }

    private Hx711(IHx711Link link, Hx711Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!Enum.IsDefined(options.Gain) || options.SamplesPerSecond is not (> 0 and <= 1e9) || options.StaleAfter < 5
            || (options.SecondInput && (options.Gain == Hx711Gain.B32 || link.Chips > 31)))
            throw new ArgumentOutOfRangeException(nameof(options), options, "A known gain, a rate above 0 and a stale time-out of at least 5 conversions are expected; a second input needs a gain of input A and at most 31 chips.");
        (_link, _options, _chips, _heldCounts) = (link, options, (1UL << link.Chips) - 1, new int[link.Chips]);
    }

    /// <summary>Number of cells: one per chip, or two with <see cref="Hx711Options.SecondInput"/>, first all inputs A, then all inputs B.</summary>
    public int Cells => _options.SecondInput ? 2 * _link.Chips : _link.Chips;

    /// <summary>One conversion at the planned rate, the chip's own oscillator may be off by some percent; with a second input a whole turn over both.</summary>
    public TimeSpan Period => TimeSpan.FromMicroseconds((_options.SecondInput ? 2 * (_options.PeriodNanoseconds + _options.SettlingNanoseconds) : _options.PeriodNanoseconds) / 1_000.0);

    /// <summary>What happened so far.</summary>
    public Hx711Counters Counters { get; } = new();

    /// <inheritdoc />
    public IReadOnlyList<Tally> Tallies => Counters.ToTallies();

    /// <summary>Bus time now, in nanoseconds of CLOCK_MONOTONIC.</summary>
    public long Now() => _link.Now();

    /// <summary>What the last frames say about one cell's converter.</summary>
    public SlotHealth HealthOf(int cell)
    {
        ulong chip = 1UL << cell % _link.Chips;
        return (_stale & ~_heard & chip) != 0 ? SlotHealth.Disconnected
            : (_stale & chip) != 0 ? SlotHealth.Stale
            : (_desynchronised & chip) != 0 ? SlotHealth.Desynchronised
            : (_saturated & 1UL << cell) != 0 ? SlotHealth.Saturated
            : SlotHealth.Ok;
    }

    /// <summary>Reads one conversion of every chip if all are ready; never waits.</summary>
    /// <param name="counts">Takes one signed 24-bit value per cell; meaningless where <paramref name="valid"/> has no bit.</param>
    /// <param name="valid">The cells whose value passed every check; never 0 when the answer is true.</param>
    /// <param name="busNanoseconds">Bus time at which the frame was complete.</param>
    /// <returns>False when a conversion is not ready yet, or when nothing in the frame can be trusted; <see cref="Counters"/> says why.</returns>
    /// <exception cref="IOException">The lines are gone.</exception>
    public bool TryRead(Span<int> counts, out ulong valid, out long busNanoseconds)
    {
        valid = 0;
        if (!_inStep)
            PowerCycle();
        busNanoseconds = _link.Now();
        ulong ready = _chips & ~_link.ReadData();
        if (_held != 0)
            return TryConfirm(ready, counts, out valid, ref busNanoseconds);
        if (!IsReady(ready, busNanoseconds))
            return false;
        bool settled = busNanoseconds >= _usableFrom && IsWanted(_converting);
        Hx711Gain read = _converting, next = settled && _options.SecondInput ? Other(read) : IsWanted(read) ? read : _options.Gain;
        Span<ulong> planes = stackalloc ulong[(int)Hx711Gain.A64];
        ClockedFrame frame = _link.Clock((int)next, planes, busNanoseconds);
        busNanoseconds = frame.Time;
        if (!ArePulsesGood(frame))
            return false;
        if (next != read)
            (_converting, _usableFrom) = (next, frame.Time + _options.SettlingNanoseconds);
        if (!settled)
        {
            Counters.Unsettled++;
            return false;
        }
        ulong good = Check(planes[..frame.Pulses], ready, frame, out ulong railed);
        int first = read == Hx711Gain.B32 && _options.SecondInput ? _link.Chips : 0;
        _saturated = (_saturated & ~(_chips << first)) | railed << first;
        if (_options.IsConfirmed && !_options.SecondInput)
            return Hold(planes, good, frame.Time);
        BitPlanes.ToWords(planes, counts.Slice(first, _link.Chips));
        valid = good << first;
        Counters.Samples += BitOperations.PopCount(valid);
        return valid != 0;
    }

    /// <inheritdoc />
    public void Dispose() => _link.Dispose();

    private bool IsWanted(Hx711Gain gain) => gain == _options.Gain || (_options.SecondInput && gain == Hx711Gain.B32);

    private Hx711Gain Other(Hx711Gain gain) => gain == Hx711Gain.B32 ? _options.Gain : Hx711Gain.B32;

    /// <summary>Powers all chips down and up: they start over at input A, gain 128, and have to settle (datasheet p. 5).</summary>
    private void PowerCycle()
    {
        _link.PowerCycle();
        Counters.PowerCycles++;
        (_inStep, _converting, _waitingSince, _heard, _suspect, _held) = (true, Hx711Gain.A128, -1, 0, 0, 0);
        _usableFrom = _link.Now() + _options.SettlingNanoseconds;
    }

    /// <summary>Keeps a frame's values until their chips are ready again.</summary>
    private bool Hold(ReadOnlySpan<ulong> planes, ulong good, long time)
    {
        BitPlanes.ToWords(planes, _heldCounts);
        (_held, _confirmed, _heldAt) = (good, 0, time);
        return false;
    }

    /// <summary>Hands on the held values whose chips are ready again; who is not within two conversions, or was not looked at within three, is dropped.</summary>
    private bool TryConfirm(ulong ready, Span<int> counts, out ulong valid, ref long time)
    {
        long age = time - _heldAt;
        valid = 0;
        if (age <= 3 * _options.PeriodNanoseconds + Slack)
            _confirmed |= ready;
        ulong missing = _held & ~_confirmed;
        if (missing != 0 && age <= 2 * _options.PeriodNanoseconds + Slack)
            return false;
        if (missing != 0)
        {
            Counters.Unconfirmed += BitOperations.PopCount(missing);
            // Whoever is silent still is late; whoever became ready unseen has its next frame held to the same test.
            _suspect |= missing & ~ready;
            if ((missing & ~ready) != 0)
                _waitingSince = _heldAt;
        }
        (valid, time, _held) = (_held & _confirmed, _heldAt, 0);
        _heldCounts.CopyTo(counts);
        Counters.Samples += BitOperations.PopCount(valid);
        return valid != 0;
    }

    /// <summary>All cells that are not given up must be ready; who keeps the others waiting for too long is given up until the line is low again.</summary>
    private bool IsReady(ulong ready, long now)
    {
        _heard |= ready;
        _suspect |= _stale & ready; // it may have been without power, or have counted pulses meant for others
        _stale &= ~ready;
        ulong waiting = _chips & ~ready & ~_stale;
        if (waiting == 0)
        {
            _waitingSince = -1;
            return ready != 0;
        }
        if (_waitingSince < 0)
            _waitingSince = now;
        if (now - Math.Max(_waitingSince, _usableFrom) > 2 * _options.PeriodNanoseconds && TryHeal(now))
        {
            // A settled chip is ready within one conversion; silent for longer, it has counted a pulse too many and settles to another gain.
            Counters.Late++;
        }
        else if (now - _waitingSince > _options.StaleAfter * _options.PeriodNanoseconds)
        {
            _stale |= waiting;
            Counters.Stale += BitOperations.PopCount(waiting);
            _waitingSince = -1;
        }
        return false;
    }

    /// <summary>Asks for a power cycle, unless there were two for single cells just now (one when a cell fails, one when it returns): it costs all cells their settling time.</summary>
    private bool TryHeal(long now)
    {
        long every = HealEvery * _options.PeriodNanoseconds;
        if (_healAt - now > every)
            return false;
        _healAt = Math.Max(_healAt, now) + every;
        _inStep = false;
        return true;
    }

    private bool ArePulsesGood(in ClockedFrame frame)
    {
        Counters.Frames++;
        Counters.Pulses += frame.Pulses;
        if (frame.Longest <= LongestPulse)
            return true;
        // The frame's last pulse chose the gain all the same, unless it was broken off or pulses may not have counted: with several gains only a reset is sure.
        _inStep = frame.Longest <= PowerDown && !_options.SecondInput && _converting == _options.Gain;
        if (frame.Longest <= PowerDown)
            Counters.LongPulses++;
        else
            Counters.Resets++;
        return false;
    }

    private ulong Check(ReadOnlySpan<ulong> planes, ulong ready, in ClockedFrame frame, out ulong railed)
    {
        ulong anyLow = 0, allHigh = ulong.MaxValue, tail = ulong.MaxValue;
        foreach (ulong plane in planes[1..BitPlanes.Bits])
            (anyLow, allHigh) = (anyLow | plane, allHigh & plane);
        foreach (ulong plane in planes[BitPlanes.Bits..])
            tail &= plane;
        ulong sign = planes[0];
        // −1 is what a line gives that stayed high all along: no chip behind it.
        _desynchronised = ready & (~tail | (sign & allHigh));
        ulong good = ready & ~_desynchronised;
        railed = good & ((~sign & allHigh) | (sign & ~anyLow)); // 0x7FFFFF, 0x800000: the ends of the range (datasheet p. 4)
        ulong doubtful = _desynchronised | frame.Torn | _suspect | railed;
        return doubtful == 0 ? good : Sort(good, railed, frame);
    }

    /// <summary>Counts what is thrown away, by its first cause.</summary>
    private ulong Sort(ulong good, ulong railed, in ClockedFrame frame)
    {
        Counters.Desynchronised += BitOperations.PopCount(_desynchronised);
        Counters.TornBits += BitOperations.PopCount(frame.Torn & good);
        good &= ~frame.Torn;
        // A cell that failed looks well again, but perhaps only by chance: nobody knows which pulses it has counted.
        Counters.Unsettled += BitOperations.PopCount(_suspect & good);
        if ((_suspect & good) != 0)
            TryHeal(frame.Time);
        good &= ~_suspect;
        _suspect |= _desynchronised;
        Counters.Saturated += BitOperations.PopCount(railed & good);
        return good & ~railed;
    }
}
