using System.Device.Gpio;
using PantryChain.DeviceDrivers.LoadCells;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>HX711 converters on a shared clock, simulated at the level of clock edges (HX711 datasheet p. 3-5).</summary>
/// <remarks>
/// Each chip has its own oscillator and becomes ready on its own; 25, 26 or 27 pulses choose the next gain, a change is followed by four conversions of silence;
/// a clock that stays high for more than 60 µs of bus time powers all chips down, and they wake with gain 128. A chip whose frame lacks a pulse goes on counting
/// with the next frame. While all chips are well and in step their bits are kept as planes; else each counts for itself. Not thread safe.
/// </remarks>
public sealed class SimulatedHx711
{
    private const long PowerDownNanoseconds = 60_000; // datasheet p. 5
    private const int FirstEnd = (int)Hx711Gain.A128;
    private const int Largest = 0x7F_FFFF; // 24 bits, two's complement

    private readonly SimulatedBusClock _clock;
    private readonly IBridge _bridge;
    private readonly ulong _all;
    private readonly ulong[] _planes = new ulong[SimulatedHx711Chip.MostPulses];
    private readonly int[] _words;
    private readonly SimulatedHx711Chip[] _chips;
    private bool _apart;
    private bool _high;
    private bool _pulsed;
    private int _pulse;
    private long _risenAt;
    private long _allReadyAt;

    /// <summary>Chips with a bridge each, converting from now on.</summary>
    /// <param name="cells">How many chips, 1 to 63.</param>
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
        _chips = new SimulatedHx711Chip[cells];
        long nominal = period.Ticks * TimeSpan.NanosecondsPerTick;
        for (int cell = 0; cell < cells; cell++)
            _chips[cell] = new SimulatedHx711Chip(nominal + nominal * (cell * 7 % 21 - 10) / 1000); // RC oscillators differ: here by up to 1 %
        Wake(clock.Read());
    }

    /// <summary>Data lines: one for each chip.</summary>
    public int DataLines => _words.Length;

    /// <summary>Whether a bridge is wired to every input B as well: the bridge of chip i's input B is number i + <see cref="DataLines"/>.</summary>
    public bool HasInputB { get; init; }

    /// <summary>Frames that chips have begun to shift out.</summary>
    public long Frames { get; private set; }

    /// <summary>Whether a chip is well: no fault is left to happen. What a fault of the past did to its counting may still last.</summary>
    public bool IsWell(int cell) => _chips[cell].IsWell;

    /// <summary>Makes one converter fail until told otherwise.</summary>
    /// <param name="cell">Which converter, from 0.</param>
    /// <param name="fault">What goes wrong.</param>
    /// <param name="pulse">For missed and extra pulses: which one of the frame, 1 to 25.</param>
    public void Inject(int cell, Hx711Fault fault, int pulse = 1) => Inject(cell, new Hx711Upset(fault) { Pulse = pulse });

    /// <summary>Makes one converter fail, for some frames or for some time; replaces a fault that still lasts.</summary>
    public void Inject(int cell, Hx711Upset upset)
    {
        long now = _clock.Read();
        Part();
        SimulatedHx711Chip chip = _chips[cell];
        if (upset.Fault == Hx711Fault.Glitch)
            Pulse(cell, chip, now);
        else
            chip.Inject(upset, now);
    }

    /// <summary>Drives the clock that all chips share.</summary>
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

    /// <summary>All data lines at one moment: bit i is chip i, 1 for high.</summary>
    public ulong ReadData()
    {
        long now = _clock.Edge();
        if (_high && now - _risenAt > PowerDownNanoseconds)
            return _all;
        if (_apart)
            return Look(now);
        // Right behind a pulse the line shows that pulse's bit, behind the 25th and later ones a high tail.
        if (_pulsed)
        {
            _pulsed = _pulse < FirstEnd;
            return _planes[_pulse - 1];
        }
        return now >= _allReadyAt ? 0 : Unready(now);
    }

    /// <summary>The chips wired to a GPIO chip of their own: their clock is line 0, chip i is line i + 1.</summary>
    /// <param name="before">Called before the data lines are looked at, for faults by script.</param>
    public SimulatedGpioDriver ToPins(Action? before = null)
    {
        SimulatedGpioDriver pins = new(_clock);
        pins.Wire(clockLine: 0, [.. Enumerable.Range(1, DataLines)], this, before);
        return pins;
    }

    /// <summary>A driver for the chips on pins of their own.</summary>
    /// <param name="options">Wiring and rate.</param>
    /// <param name="pins">As <see cref="ToPins"/> gave them; null for fresh ones.</param>
    public Hx711 Open(Hx711Options options, SimulatedGpioDriver? pins = null) =>
        new(new GpioController(pins ?? ToPins()), clock: 0, [.. Enumerable.Range(1, DataLines)], options, _clock);

    private void Rise(long now)
    {
        _risenAt = now;
        if (_apart && !TryJoin(now))
        {
            for (int cell = 0; cell < _chips.Length; cell++)
                Pulse(cell, _chips[cell], now);
            return;
        }
        if (_pulse is 0 or SimulatedHx711Chip.MostPulses || (_pulse >= FirstEnd && now >= _allReadyAt))
        {
            if (now < _allReadyAt)
            {
                Part();
                Rise(now);
                return;
            }
            Begin(now);
        }
        _pulse++;
        _pulsed = true;
        if (_pulse >= FirstEnd)
            Finish(now);
    }

    /// <summary>All chips latch their newest conversion into the planes that the data lines will show.</summary>
    private void Begin(long now)
    {
        Frames++;
        _pulse = 0;
        for (int cell = 0; cell < _words.Length; cell++)
        {
            SimulatedHx711Chip chip = _chips[cell];
            chip.Converted = chip.Gain;
            _words[cell] = Convert(cell, chip, now);
        }
        BitPlanes.FromWords(_words, _planes);
        _planes.AsSpan(BitPlanes.Bits).Fill(_all);
    }

    private int Convert(int cell, SimulatedHx711Chip chip, long now)
    {
        if (chip.IsSaturated)
            return Largest;
        bool second = chip.Gain == Hx711Gain.B32;
        if (second && !HasInputB)
            return 0; // nothing is wired to input B
        long counts = _bridge.Counts(second ? cell + _words.Length : cell, chip.Period > 0 ? now / chip.Period : Frames, now);
        return (int)Math.Clamp(chip.Gain switch { Hx711Gain.A64 => counts / 2, Hx711Gain.B32 => counts / 4, _ => counts }, -Largest - 1, Largest);
    }

    private void Finish(long now)
    {
        _allReadyAt = 0;
        foreach (SimulatedHx711Chip chip in _chips)
        {
            chip.Finish(_pulse, now);
            _allReadyAt = Math.Max(_allReadyAt, chip.ReadyAt);
        }
    }

    private void Wake(long now)
    {
        (_pulse, _pulsed, _allReadyAt) = (0, false, now);
        foreach (SimulatedHx711Chip chip in _chips)
        {
            chip.Wake(now);
            _allReadyAt = Math.Max(_allReadyAt, chip.ReadyAt);
        }
    }

    private ulong Unready(long now)
    {
        ulong high = 0;
        for (int cell = 0; cell < _chips.Length; cell++)
            high |= now < _chips[cell].ReadyAt ? 1UL << cell : 0;
        return high;
    }

    private ulong Look(long now)
    {
        ulong seen = 0;
        for (int cell = 0; cell < _chips.Length; cell++)
            seen |= _chips[cell].Look(now) << cell;
        return seen;
    }

    /// <summary>From now on every chip counts for itself.</summary>
    private void Part()
    {
        if (_apart)
            return;
        _apart = true;
        for (int cell = 0; cell < _chips.Length; cell++)
            (_chips[cell].Pulse, _chips[cell].Word) = (_pulse, _words[cell]);
    }

    /// <summary>Chips that are all well and begin a frame with the same pulse are in step again.</summary>
    private bool TryJoin(long now)
    {
        foreach (SimulatedHx711Chip chip in _chips)
        {
            if (!chip.Begins(now) || !chip.IsWell)
                return false;
        }
        (_apart, _pulse, _allReadyAt) = (false, 0, now);
        return true;
    }

    private void Pulse(int cell, SimulatedHx711Chip chip, long now)
    {
        bool begins = chip.Begins(now);
        chip.Rise(now, begins);
        if (!begins)
            return;
        Frames += cell == 0 ? 1 : 0;
        chip.Word = Convert(cell, chip, now);
    }
}
