using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.LoadCells;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>HX711 converters on a shared clock, simulated at the level of clock edges (HX711 datasheet p. 3-5).</summary>
/// <remarks>
/// Each chip has its own oscillator and becomes ready on its own; 25, 26 or 27 pulses choose the next gain, a change is followed by four conversions of silence;
/// a clock that stays high for more than 60 µs of bus time powers all chips down, and they wake with gain 128. Not thread safe.
/// </remarks>
public sealed class SimulatedHx711 : IGpioLines
{
    private const long PowerDownNanoseconds = 60_000; // datasheet p. 5
    private const int SettlingConversions = 4; // datasheet p. 3, output settling time
    private const int MostPulses = 27; // datasheet p. 4, input A with gain 64
    private const int Largest = 0x7F_FFFF; // 24 bits, two's complement

    private readonly SimulatedBusClock _clock;
    private readonly IBridge _bridge;
    private readonly ulong _all;
    private readonly ulong[] _planes = new ulong[MostPulses];
    private readonly int[] _words;
    private readonly Converter[] _converters;
    private bool _anyFault;
    private bool _high;
    private bool _pulsed;
    private int _pulse;
    private long _risenAt;
    private long _allReadyAt;

    /// <summary>Chips with a bridge each, converting from now on.</summary>
    /// <param name="cells">How many, 1 to 63.</param>
    /// <param name="bridge">What they measure.</param>
    /// <param name="period">One conversion; zero converts as fast as it is read.</param>
    /// <param name="clock">The bus time they live in.</param>
    public SimulatedHx711(int cells, IBridge bridge, TimeSpan period, SimulatedBusClock clock)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cells, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cells, 63);
        ArgumentNullException.ThrowIfNull(clock);
        (_clock, _bridge, _all) = (clock, bridge, (1UL << cells) - 1);
        _words = new int[cells];
        _converters = new Converter[cells];
        long nominal = period.Ticks * TimeSpan.NanosecondsPerTick;
        for (int cell = 0; cell < cells; cell++)
            _converters[cell].Period = nominal + nominal * (cell * 7 % 21 - 10) / 1000; // RC oscillators differ: here by up to 1 %
        Silence(clock.Read());
    }

    /// <inheritdoc />
    public int DataLines => _words.Length;

    /// <summary>Frames that chips have begun to shift out.</summary>
    public long Frames { get; private set; }

    /// <summary>Makes one converter fail from its next frame on, until told otherwise.</summary>
    /// <param name="cell">Which converter, from 0.</param>
    /// <param name="fault">What goes wrong.</param>
    /// <param name="pulse">For missed and extra pulses: which one of the frame, 1 to 25.</param>
    public void Inject(int cell, Hx711Fault fault, int pulse = 1)
    {
        (_converters[cell].Fault, _converters[cell].FaultPulse) = (fault, pulse);
        _anyFault = Array.Exists(_converters, converter => converter.Fault != Hx711Fault.None);
    }

    /// <inheritdoc />
    public void SetClock(bool high)
    {
        long now = _clock.Edge();
        if (high == _high)
            return;
        _high = high;
        if (high)
            Rise(now);
        else if (now - _risenAt > PowerDownNanoseconds)
            Wake(now);
    }

    /// <inheritdoc />
    public ulong ReadData()
    {
        long now = _clock.Edge();
        if (_high && now - _risenAt > PowerDownNanoseconds)
            return _all;
        // Right behind a pulse the line shows that pulse's bit, behind the 25th and later ones a high tail.
        if (_pulsed)
        {
            _pulsed = _pulse < (int)Hx711Gain.A128;
            return _planes[_pulse - 1];
        }
        return now >= _allReadyAt && !_anyFault ? 0 : Unready(now);
    }

    /// <inheritdoc />
    public long Now() => _clock.Read();

    /// <inheritdoc />
    public void Dispose()
    {
    }

    private void Rise(long now)
    {
        _risenAt = now;
        if (_pulse is 0 or MostPulses || (_pulse >= (int)Hx711Gain.A128 && now >= _allReadyAt))
            Begin(now);
        _pulse++;
        _pulsed = true;
        if (_pulse >= (int)Hx711Gain.A128)
            Finish(now);
    }

    /// <summary>Latches every ready chip's newest conversion into the planes that the data lines will show; a chip that is not ready stays high.</summary>
    private void Begin(long now)
    {
        Frames++;
        _pulse = 0;
        ulong silent = 0;
        for (int cell = 0; cell < _words.Length; cell++)
        {
            ref Converter converter = ref _converters[cell];
            converter.Converted = converter.Gain;
            if (now >= converter.ReadyAt)
                _words[cell] = Convert(cell, converter, now);
            else
                silent |= 1UL << cell;
        }
        BitPlanes.FromWords(_words, _planes);
        _planes.AsSpan(BitPlanes.Bits).Fill(_all);
        if (silent == 0 && !_anyFault)
            return;
        for (int i = 0; i < _planes.Length; i++)
            _planes[i] |= silent;
        Spoil();
    }

    private int Convert(int cell, in Converter converter, long now)
    {
        if (converter.Fault == Hx711Fault.Saturated)
            return Largest;
        if (converter.Gain == Hx711Gain.B32)
            return 0; // nothing is wired to input B
        long counts = _bridge.Counts(cell, converter.Period > 0 ? now / converter.Period : Frames, now);
        return (int)Math.Clamp(converter.Gain == Hx711Gain.A64 ? counts / 2 : counts, -Largest - 1, Largest);
    }

    /// <summary>From the 25th pulse on each one may be the frame's last: it chooses the next gain, and another gain costs four conversions.</summary>
    private void Finish(long now)
    {
        _allReadyAt = 0;
        for (int cell = 0; cell < _converters.Length; cell++)
        {
            ref Converter converter = ref _converters[cell];
            int counted = converter.Fault == Hx711Fault.ExtraPulse ? _pulse + 1 : _pulse;
            converter.Gain = (Hx711Gain)Math.Min(counted, MostPulses);
            converter.ReadyAt = converter.Period == 0 ? now
                : converter.Gain == converter.Converted ? (now / converter.Period + 1) * converter.Period
                : now + SettlingConversions * converter.Period;
            _allReadyAt = Math.Max(_allReadyAt, converter.ReadyAt);
        }
    }

    private void Wake(long now)
    {
        (_pulse, _pulsed) = (0, false);
        Silence(now);
    }

    private void Silence(long now)
    {
        _allReadyAt = now;
        foreach (ref Converter converter in _converters.AsSpan())
        {
            converter.Gain = Hx711Gain.A128;
            converter.ReadyAt = now + SettlingConversions * converter.Period;
            _allReadyAt = Math.Max(_allReadyAt, converter.ReadyAt);
        }
    }

    private ulong Unready(long now)
    {
        ulong high = 0;
        for (int cell = 0; cell < _converters.Length; cell++)
        {
            Hx711Fault fault = _converters[cell].Fault;
            if (fault != Hx711Fault.StuckLow && (fault == Hx711Fault.StuckHigh || now < _converters[cell].ReadyAt))
                high |= 1UL << cell;
        }
        return high;
    }

    /// <summary>Rewrites what the lines of failing chips will show.</summary>
    private void Spoil()
    {
        Span<ulong> told = stackalloc ulong[MostPulses];
        _planes.CopyTo(told);
        for (int cell = 0; cell < _converters.Length; cell++)
        {
            Hx711Fault fault = _converters[cell].Fault;
            int from = _converters[cell].FaultPulse - 1;
            ulong bit = 1UL << cell;
            for (int i = 0; i < told.Length; i++)
            {
                ulong shown = fault switch
                {
                    Hx711Fault.StuckLow => 0,
                    Hx711Fault.StuckHigh => bit,
                    Hx711Fault.MissedPulse when i >= from => i == 0 ? 0 : told[i - 1] & bit,
                    Hx711Fault.ExtraPulse when i >= from => i + 1 < told.Length ? told[i + 1] & bit : bit,
                    _ => told[i] & bit,
                };
                _planes[i] = (_planes[i] & ~bit) | shown;
            }
        }
    }

    private struct Converter
    {
        /// <summary>One conversion in nanoseconds.</summary>
        public long Period;

        /// <summary>Bus time from which the data line is low.</summary>
        public long ReadyAt;

        /// <summary>Gain of the conversion under way.</summary>
        public Hx711Gain Gain;

        /// <summary>Gain of the conversion that is being shifted out.</summary>
        public Hx711Gain Converted;

        public Hx711Fault Fault;

        public int FaultPulse;
    }
}
