using System.Numerics;
using PantryChain.DeviceDrivers.Bus;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.LoadCells;

/// <summary>A group of HX711 converters that share one clock line: all cells are read in one frame, and nothing doubtful is handed on.</summary>
/// <remarks>
/// Checks (HX711 datasheet p. 4-5 unless named otherwise): every data line low before the first pulse; every pulse's high time bounded by bus time
/// (T3 ≤ 50 µs, power-down above 60 µs); every tail bit high per cell; the ends of the range; a bounded wait for cells that never become ready, after which
/// the others go on without them. Whenever chip and driver may count differently (at a start, after a pulse too long, when a cell answers late) the chips are
/// powered down and up, which is their only way back to a known bit. Not thread safe; owns its lines.
/// </remarks>
public sealed class Hx711 : ILoadCells
{
    /// <summary>HX711 datasheet p. 5, T3: the clock is high for at most 50 µs.</summary>
    private const long LongestPulse = 50_000;

    /// <summary>HX711 datasheet p. 5: the clock high for more than 60 µs powers the chip down; on waking it starts over at input A, gain 128.</summary>
    private const long PowerDown = 60_000;

    /// <summary>How long the clock is held high to power the chips down for sure.</summary>
    private const long HoldDown = 100_000;

    private readonly IGpioLines _lines;
    private readonly Hx711Options _options;
    private readonly ulong _cells;
    private readonly int _pulses;
    private bool _inStep;
    private bool _gainTold;
    private long _usableFrom;
    private long _waitingSince = -1;
    private ulong _stale;
    private ulong _saturated;
    private ulong _desynchronised;

    /// <summary>Takes over the lines; every data line is one cell.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public Hx711(IGpioLines lines, Hx711Options options)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(options);
        if (!Enum.IsDefined(options.Gain) || options.SamplesPerSecond is not (> 0 and <= 1e9) || options.StaleAfter < 5)
            throw new ArgumentOutOfRangeException(nameof(options), options, "A known gain, a rate above 0 and a stale time-out of at least 5 conversions are expected.");
        (_lines, _options) = (lines, options);
        _cells = (1UL << lines.DataLines) - 1;
        _pulses = (int)options.Gain;
        _lines.SetClock(false);
    }

    /// <summary>Number of cells.</summary>
    public int Cells => _lines.DataLines;

    /// <summary>One conversion at the planned rate; the chip's own oscillator may be off by some percent.</summary>
    public TimeSpan Period => TimeSpan.FromMicroseconds(_options.PeriodNanoseconds / 1_000.0);

    /// <summary>What happened so far.</summary>
    public Hx711Counters Counters { get; } = new();

    /// <inheritdoc />
    public IReadOnlyList<Tally> Tallies => Counters.ToTallies();

    /// <summary>Bus time now, in nanoseconds of CLOCK_MONOTONIC.</summary>
    public long Now() => _lines.Now();

    /// <summary>What the last frames say about one cell's converter.</summary>
    public SlotHealth HealthOf(int cell)
    {
        ulong bit = 1UL << cell;
        return (_stale & bit) != 0 ? SlotHealth.Stale
            : (_desynchronised & bit) != 0 ? SlotHealth.Desynchronised
            : (_saturated & bit) != 0 ? SlotHealth.Saturated
            : SlotHealth.Ok;
    }

    /// <summary>Reads one conversion of every cell if all are ready; never waits.</summary>
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
        busNanoseconds = _lines.Now();
        ulong ready = _cells & ~_lines.ReadData();
        if (!IsReady(ready, busNanoseconds))
            return false;
        Span<ulong> planes = stackalloc ulong[(int)Hx711Gain.A64];
        if (!TryClock(planes, ref busNanoseconds) || !HasSettled(busNanoseconds))
            return false;
        valid = Check(planes, ready);
        BitPlanes.ToWords(planes, counts[..Cells]);
        Counters.Samples += BitOperations.PopCount(valid);
        return valid != 0;
    }

    /// <inheritdoc />
    public void Dispose() => _lines.Dispose();

    /// <summary>Powers all chips down and up: they start over at input A, gain 128, and have to settle (datasheet p. 5).</summary>
    private void PowerCycle()
    {
        _lines.SetClock(true);
        long down = _lines.Now();
        while (_lines.Now() - down < HoldDown)
            _lines.ReadData();
        _lines.SetClock(false);
        Counters.PowerCycles++;
        (_inStep, _gainTold, _waitingSince) = (true, false, -1);
        _usableFrom = _lines.Now() + _options.SettlingNanoseconds;
    }

    /// <summary>All cells that are not given up must be ready; who keeps the others waiting for too long is given up until the line is low again.</summary>
    private bool IsReady(ulong ready, long now)
    {
        _stale &= ~ready;
        ulong waiting = _cells & ~ready & ~_stale;
        if (waiting == 0)
        {
            _waitingSince = -1;
            return ready != 0;
        }
        if (_waitingSince < 0)
            _waitingSince = now;
        if (now - _waitingSince > _options.StaleAfter * _options.PeriodNanoseconds)
        {
            _stale |= waiting;
            Counters.Stale += BitOperations.PopCount(waiting);
            _waitingSince = -1;
        }
        else if (IsLate(now))
        {
            Counters.Late++;
            _inStep = false;
        }
        return false;
    }

    /// <summary>A settled chip is ready within one conversion; silent for longer, it has counted a pulse too many and settles to another gain.</summary>
    private bool IsLate(long now) => _gainTold && _waitingSince >= _usableFrom && now - _waitingSince > 2 * _options.PeriodNanoseconds;

    /// <summary>Gives the pulses of one frame and keeps the data lines as they stood after each.</summary>
    /// <remarks>
    /// Bus time is read once per pulse, right after the fall. From one fall to the next is the pulse's high time and the low time before it, so a pulse that passes
    /// was certainly short enough; a pause while the clock is low, which the chip does not mind, at worst costs a good frame.
    /// </remarks>
    private bool TryClock(Span<ulong> planes, ref long time)
    {
        long longest = 0;
        int pulse = 0;
        while (pulse < _pulses && longest <= PowerDown)
        {
            _lines.SetClock(true);
            _lines.SetClock(false);
            long fallen = _lines.Now();
            planes[pulse++] = _lines.ReadData();
            longest = Math.Max(longest, fallen - time);
            time = fallen;
        }
        Counters.Frames++;
        Counters.Pulses += pulse;
        if (longest <= LongestPulse)
            return true;
        _inStep = longest <= PowerDown;
        if (_inStep)
            Counters.LongPulses++;
        else
            Counters.Resets++;
        return false;
    }

    /// <summary>The first frame after a reset was converted with the chip's own gain and only tells it ours; another gain needs the settling time again.</summary>
    private bool HasSettled(long now)
    {
        bool told = _gainTold || _options.Gain == Hx711Gain.A128;
        if (!told)
            _usableFrom = now + _options.SettlingNanoseconds;
        _gainTold = true;
        bool settled = told && now >= _usableFrom;
        if (!settled)
            Counters.Unsettled++;
        return settled;
    }

    private ulong Check(ReadOnlySpan<ulong> planes, ulong ready)
    {
        ulong anyLow = 0, allHigh = ulong.MaxValue, tail = ulong.MaxValue;
        foreach (ulong plane in planes[1..BitPlanes.Bits])
            (anyLow, allHigh) = (anyLow | plane, allHigh & plane);
        foreach (ulong plane in planes[BitPlanes.Bits.._pulses])
            tail &= plane;
        ulong sign = planes[0];
        // −1 is what a line gives that stayed high all along: no chip behind it.
        _desynchronised = ready & (~tail | (sign & allHigh));
        _saturated = ready & ~_desynchronised & ((~sign & allHigh) | (sign & ~anyLow)); // 0x7FFFFF, 0x800000
        Counters.Desynchronised += BitOperations.PopCount(_desynchronised);
        Counters.Saturated += BitOperations.PopCount(_saturated);
        return ready & ~_desynchronised & ~_saturated;
    }
}
