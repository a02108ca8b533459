using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>What one kind of fault did in a <see cref="FaultCampaign"/>.</summary>
/// <param name="Fault">The kind; <see cref="Hx711Fault.None"/> stands for a pause of the process, which may hold the clock high.</param>
/// <param name="IsDetectable">Whether the frame shows it: then no wrong value may pass.</param>
/// <param name="Injected">How often it happened.</param>
/// <param name="WrongValues">Values other than the chip's own conversion that the driver handed on.</param>
/// <param name="WrongLevels">Levels further from the load than six standard deviations that the filter then told.</param>
/// <param name="LongestLoss">The most conversions that a cell went without in a row.</param>
/// <param name="LostBeyond">Good conversions lost outside its own length.</param>
public sealed record FaultOutcome(Hx711Fault Fault, bool IsDetectable, long Injected, long WrongValues, long WrongLevels, long LongestLoss, long LostBeyond);

/// <summary>How a <see cref="FaultCampaign"/> ended.</summary>
/// <param name="Frames">Frames clocked out.</param>
/// <param name="Samples">Conversions that the driver handed on.</param>
/// <param name="Outcomes">By kind of fault.</param>
/// <param name="Bookings">Changes of stock that the scales booked; nothing was ever taken or added.</param>
public sealed record FaultReport(long Frames, long Samples, IReadOnlyList<FaultOutcome> Outcomes, long Bookings)
{
    /// <summary>Values other than the chip's own conversion that the driver handed on although the frame shows the fault.</summary>
    public long DetectablePassed => Outcomes.Where(outcome => outcome.IsDetectable).Sum(outcome => outcome.WrongValues);

    /// <summary>Good conversions that the driver lost outside every fault's own length.</summary>
    public long LostBeyond => Outcomes.Sum(outcome => outcome.LostBeyond);
}

/// <summary>Four HX711 under resting loads, read and weighed while faults happen to them that know nothing of what the driver can see.</summary>
/// <remarks>
/// Kind, chip, moment and extent of every fault come from the seed alone. A fault's own length is its time or its frames; where chip and driver may count
/// differently also what the datasheet asks for the way back, at its begin and behind its end: noticing (a conversion that does not come within two, a second
/// time within six), a power cycle and settling (p. 3, five conversions with the oscillator's tolerance). Not thread safe.
/// </remarks>
public sealed class FaultCampaign : IDisposable
{
    private const int Cells = 4;
    private const long Period = 12_500_000; // 80 conversions a second
    private const long Step = 2_000_000; // how often the driver asks
    private const int Kinds = (int)Hx711Fault.Glitch + 1;

    private static readonly Calibration Line = new(430, 84_000, 97); // a 5 kg cell of 1 mV/V at 5 V with its noise budget

    private readonly SteppedBusClock _clock = new();
    private readonly RestingLoads _loads = new();
    private readonly SimulatedHx711 _chips;
    private readonly Hx711 _driver;
    private readonly Scale[] _scales;
    private readonly Random _chance;
    private readonly long _interval;
    private readonly long _wayBack; // noticing, a power cycle and settling, for all chips on the clock
    private readonly long[,] _tally = new long[Kinds, 5];
    private readonly long[] _lastAt = new long[Cells];
    private Hx711Fault _now;
    private int _failing;
    private long _from;
    private long _to;
    private bool _upsetsAll = true; // the start
    private long _nextAt = 2_000_000_000; // the scales settle first
    private long _bookings;

    /// <summary>Chips, driver and scales at rest.</summary>
    /// <param name="seed">Chooses everything.</param>
    /// <param name="interval">Time between two frames; zero reads every conversion, 100 ms is what a gateway does between touches.</param>
    public FaultCampaign(int seed, TimeSpan interval)
    {
        _chance = new Random(seed);
        _interval = interval.Ticks * TimeSpan.NanosecondsPerTick;
        _wayBack = 14 * Period + 2 * _interval;
        _chips = new SimulatedHx711(Cells, _loads, TimeSpan.FromMilliseconds(12.5), _clock);
        _driver = _chips.Open(new Hx711Options { SamplesPerSecond = 80 });
        ScaleSettings settings = ScaleSettings.ForRate(_interval == 0 ? 80 : 1e9 / _interval);
        _scales = [.. Enumerable.Range(1, Cells).Select(slot => new Scale(new SlotId((ushort)slot), Line, settings))];
    }

    /// <summary>Reads and weighs until so many frames were clocked out.</summary>
    public FaultReport Run(long frames)
    {
        Span<int> counts = stackalloc int[Cells];
        for (long due = 0; _driver.Counters.Frames < frames;)
        {
            if (_clock.Read() >= _nextAt)
                Strike();
            if (_clock.Read() < due || !_driver.TryRead(counts, out ulong valid, out long time))
            {
                _clock.Advance(TimeSpan.FromTicks(Step / TimeSpan.NanosecondsPerTick));
                continue;
            }
            due = _interval == 0 ? 0 : time + _interval;
            for (int cell = 0; cell < Cells; cell++)
            {
                if ((valid >> cell & 1) != 0)
                    Take(cell, counts[cell], time);
            }
        }
        return new FaultReport(_driver.Counters.Frames, _driver.Counters.Samples, [.. Enumerable.Range(0, Kinds).Select(Outcome)], _bookings);
    }

    /// <inheritdoc />
    public void Dispose() => _driver.Dispose();

    /// <summary>Whether a frame shows that it happened; a slipped or turned bit may look like any other value.</summary>
    private static bool IsDetectable(Hx711Fault fault) => fault is Hx711Fault.None or Hx711Fault.StuckLow or Hx711Fault.StuckHigh
        or Hx711Fault.Saturated or Hx711Fault.PowerDown or Hx711Fault.Late;

    private FaultOutcome Outcome(int kind) =>
        new((Hx711Fault)kind, IsDetectable((Hx711Fault)kind), _tally[kind, 0], _tally[kind, 1], _tally[kind, 2], _tally[kind, 3], _tally[kind, 4]);

    private void Strike()
    {
        (_now, _failing) = ((Hx711Fault)_chance.Next(Kinds), _chance.Next(Cells));
        long now = _clock.Read(), lasts = Period * _chance.Next(1, 60);
        int pulse = _chance.Next(1, 26), frames = _chance.Next(1, 3);
        Hx711Upset upset = new(_now) { Pulse = pulse };
        if (_now == Hx711Fault.None)
            _clock.PauseOnce(_chance.Next(120), TimeSpan.FromMicroseconds(_chance.Next(1, 200)));
        else
            _chips.Inject(_failing, _now switch
            {
                Hx711Fault.FlippedBits => upset with { Bits = Flips(), Frames = frames },
                Hx711Fault.MissedPulse or Hx711Fault.ExtraPulse => upset with { Frames = 1 },
                Hx711Fault.Glitch or Hx711Fault.BrownOut => upset,
                _ => upset with { Lasts = TimeSpan.FromMicroseconds(lasts / 1_000.0) },
            });
        long extent = _now switch
        {
            Hx711Fault.FlippedBits => frames * Math.Max(_interval, Period),
            Hx711Fault.StuckLow or Hx711Fault.StuckHigh or Hx711Fault.Saturated or Hx711Fault.PowerDown or Hx711Fault.Late => lasts,
            _ => 0,
        };
        (_from, _to, _upsetsAll) = (now, now + extent, _now is not (Hx711Fault.FlippedBits or Hx711Fault.Saturated));
        _tally[(int)_now, 0]++;
        // The next one comes when this one is over by its own length, and at a moment that nobody can tell.
        _nextAt = now + lasts + 5 * Period + 4 * _wayBack + _chance.NextInt64(Period * 20);
    }

    /// <summary>One to three bits anywhere in the word.</summary>
    private int Flips()
    {
        int bits = 0;
        for (int i = _chance.Next(1, 4); i > 0; i--)
            bits |= 1 << _chance.Next(BitPlanes.Bits);
        return bits;
    }

    private void Take(int cell, int counts, long time)
    {
        CountLoss(cell, time);
        // A glitch latches the next conversion while the value before it is still held.
        if (counts != _loads.Last[cell] && !(_now == Hx711Fault.Glitch && counts == _loads.Before[cell]))
            _tally[(int)_now, 1]++;
        SensorSample sample = new(new SlotId((ushort)(cell + 1)), counts, time);
        bool known = _scales[cell].TryWeigh(sample, DateTimeOffset.UnixEpoch.AddTicks(time / TimeSpan.NanosecondsPerTick), out StockReading reading, out StockStep? step);
        if (known && Math.Abs(Line.CountsAt(reading.Level) - RestingLoads.At(cell)) > 6 * Line.NoiseCounts)
            _tally[(int)_now, 2]++;
        if (step is not null)
            _bookings++;
    }

    /// <summary>Conversions between the last one handed on and this one, and how many of them no fault's own length explains.</summary>
    private void CountLoss(int cell, long time)
    {
        long expected = Math.Max(_interval, Period), row = 0;
        for (long missing = _lastAt[cell] + expected; missing < time - expected * 6 / 10 - (_interval == 0 ? 0 : Period); missing += expected)
        {
            row++;
            _tally[(int)_now, 4] += IsOwn(cell, missing, expected) ? 0 : 1;
        }
        _tally[(int)_now, 3] = Math.Max(_tally[(int)_now, 3], row);
        _lastAt[cell] = time;
    }

    /// <summary>Whether a fault explains that a conversion is missing: the failing cell's by its time, everybody's by two ways back, at its begin and behind its end.</summary>
    private bool IsOwn(int cell, long missing, long expected)
    {
        bool Within(long from, long to) => missing >= from - 3 * expected / 2 && missing <= to + expected; // a value that was held when it began is its first victim
        return (cell == _failing && Within(_from, _to)) || (_upsetsAll && (Within(_from, _from + _wayBack) || Within(_to, _to + _wayBack)));
    }

    /// <summary>A load per cell that never changes, with the noise of a good cell.</summary>
    private sealed class RestingLoads : IBridge
    {
        private const int Length = 1 << 14;
        private static readonly int[] Noise = Table();

        public int[] Last { get; } = new int[Cells];

        public int[] Before { get; } = new int[Cells];

        public static double At(int cell) => Line.OffsetCounts + Line.CountsPerGram * (700 + 900 * cell);

        public long Counts(int cell, long conversion, long busNanoseconds)
        {
            Before[cell] = Last[cell];
            return Last[cell] = (int)At(cell) + Noise[(int)((conversion + 977 * cell) & (Length - 1))];
        }

        private static int[] Table()
        {
            Random chance = new(7);
            int[] noise = new int[Length];
            foreach (ref int value in noise.AsSpan())
                value = (int)Math.Round(Line.NoiseCounts * Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble()));
            return noise;
        }
    }
}
