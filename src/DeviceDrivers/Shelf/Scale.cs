using System.Runtime.CompilerServices;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Shelf;

/// <summary>A change of a slot's load that has settled and waits whether it is undone before it is booked.</summary>
/// <param name="Since">Household time of the first sample on the new level of the change that waits longest.</param>
/// <param name="Delta">Signed sum of everything that waits.</param>
/// <param name="Sigma">One standard deviation of <paramref name="Delta"/>.</param>
public readonly record struct PendingChange(DateTimeOffset Since, Mass Delta, Mass Sigma);

/// <summary>Station 2 for one slot: turns conversions into what lies on the shelf, and into a step when something was used or added for good.</summary>
/// <remarks>
/// <para>A median of five takes out spikes; a plateau is a long enough run of samples within a few σ. Between touches the plateau's mean follows drift and books
/// nothing. A change counts as somebody's doing when most of it comes at once or the load overshoots on the way (<see cref="ScaleSettings.TouchShare"/>);
/// changes that creep in are drift unless they are large. Its size is the difference of the levels just before and just after, averaged as long as this cell's own
/// drift allows, its date the first sample on the new level. It is booked after it has lasted <see cref="ScaleSettings.ReturnWithin"/>; what is put back before
/// undoes it, so lifting, pouring and putting back books only the difference. Differences too small to book add up until they are not.</para>
/// <para>The scale never re-zeroes: it starts with what the cell says, or with <see cref="Restore(Mass)"/> and the last journaled level, against which whatever
/// happened meanwhile is a step. Works on counts, allocates nothing per sample. Not thread safe.</para>
/// </remarks>
public sealed partial class Scale
{
    /// <summary>The noise changes slowly: it is looked at once in so many samples.</summary>
    private const int SigmaEvery = 32;

    /// <summary>A move between windows counts at most as this many usual ones. Slow samples measure a step over few samples whatever the drift, and one push or one rejected
    /// step is not what every window does; fast ones average the longer the calmer the cell, and must know of its pushes.</summary>
    private const double SlowClip = 4, FastClip = 1e6;

    /// <summary>So long a silence is a gap: the samples around it are no neighbours. Several periods where samples are rare.</summary>
    private const long ShortestGap = 120_000_000_000;
    private const int GapPeriods = 12;

    private readonly SlotId _slot;
    private readonly ScaleSettings _settings;
    private readonly Calibration? _calibration;
    private readonly double _milligramsPerCount;
    private readonly double _zeroCounts;
    private readonly int[] _recent;
    private OpenChanges _changes;
    private SampleHistory _history;
    private MedianOfFive _median;
    private Plateau _plateau;
    private NoiseMeter _noise;
    private WanderMeter _wander;
    private ScaleHealth _health = new();
    private ThermalLearner _thermal = new();
    private State _state = State.Starting;
    private int _correction;
    private int _filtered;
    private long _busNow;
    private long _longestGap;
    private long _lookedAt;
    private int _untilSigma = 1;
    private int _untilWindow;
    private double _sigma;
    private double _band;
    private Mass _sampleSigma;
    private Mass _plateauSigma;

    /// <summary>A scale for a slot; without a calibration it only says so.</summary>
    public Scale(SlotId slot, Calibration? calibration, ScaleSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.SettleSamples, 3, nameof(settings));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.SettleSamples, 4096, nameof(settings));
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.TouchSamples, 1, nameof(settings));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.TouchSamples, 512, nameof(settings));
        (_slot, _calibration, _settings) = (slot, calibration, settings);
        (_milligramsPerCount, _zeroCounts) = (1000 / (calibration?.CountsPerGram ?? 1), calibration?.CountsAt(Mass.Zero) ?? 0);
        _recent = new int[settings.TouchSamples];
        _changes = new OpenChanges(settings.BookSigmas, settings.BookFrom.Grams * Math.Abs(calibration?.CountsPerGram ?? 1));
        _history = new SampleHistory(4 * settings.SettleSamples + 2 * settings.TouchSamples + 32);
        _plateau = new Plateau(settings.SettleSamples);
        _noise = new NoiseMeter(calibration?.NoiseCounts ?? 1);
        _wander = new WanderMeter(settings.SettleSamples, settings.TouchSamples == 1 ? SlowClip : FastClip);
        _untilWindow = settings.SettleSamples;
        LookAround();
        _longestGap = -1; // the first two samples tell the pace
    }

    private enum State : byte
    {
        /// <summary>No level is known yet.</summary>
        Starting,

        /// <summary>The level before an outage is known, the shelf has not settled since.</summary>
        Resuming,

        /// <summary>Nothing was heard for so long that drift may have done what is seen now; the level before it is known.</summary>
        Returning,

        /// <summary>Nothing moves.</summary>
        Settled,

        /// <summary>The shelf left its plateau and has not found the next one.</summary>
        Moving,
    }

    /// <summary>The slot it weighs.</summary>
    public SlotId Slot => _slot;

    /// <summary>The level that all bookings so far lead to, or null while none is known; give the journal's newest one to <see cref="Restore(Mass)"/> after a restart.</summary>
    /// <remarks>Follows drift, leaves out changes that still wait: what a journal should keep whenever it keeps a level.</remarks>
    public Mass? BookedLevel => _calibration is null || _state == State.Starting ? null : MassAt(Anchor - _changes.Total);

    /// <summary>What was noticed and waits to be booked, or null; the reading shows it already.</summary>
    public PendingChange? Pending => _changes.Count == 0 ? null : new PendingChange(_changes.Oldest.At, Difference(_changes.Total), Difference(Math.Sqrt(_changes.Variance)).Abs());

    /// <summary>One standard deviation of a single conversion; zero when uncalibrated.</summary>
    public Mass SampleSigma => _sampleSigma;

    /// <summary>What was learned about this cell and temperature; for <see cref="Restore(Mass, ThermalDrift)"/>. Null before the first temperature.</summary>
    public ThermalDrift? Temperature => double.IsNaN(_thermal.Reference) ? null : new ThermalDrift(_thermal.GramsPerCelsius, _thermal.Reference);

    /// <summary>Goes on from the newest journaled level: once the shelf has settled, the difference is booked as the step that happened while nobody looked.</summary>
    /// <exception cref="InvalidOperationException">The scale has weighed already, or has no calibration.</exception>
    public void Restore(Mass lastBookedLevel)
    {
        if (_state != State.Starting || _calibration is null || _history.Count > 0)
            throw new InvalidOperationException($"Slot {_slot}: a level can be restored only once, before the first sample, on a calibrated slot.");
        (_anchor, _state) = (_calibration.CountsAt(lastBookedLevel), State.Resuming);
    }

    /// <summary>The same with what was learned about temperature, so that a correction goes on where it was.</summary>
    /// <exception cref="InvalidOperationException">The scale has weighed already, or has no calibration.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number of <paramref name="temperature"/> is not finite.</exception>
    public void Restore(Mass lastBookedLevel, ThermalDrift temperature)
    {
        if (!double.IsFinite(temperature.GramsPerCelsius) || !double.IsFinite(temperature.ReferenceCelsius))
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "Both numbers must be finite.");
        Restore(lastBookedLevel);
        _thermal.Restore(temperature);
    }

    /// <summary>Takes the temperature at the cell; optional, as often as it is known. Learned from only while nobody touches the shelf, and used only while it helps.</summary>
    /// <param name="celsius">°C; what no room has, and a leap that no room makes, is the thermometer's and is ignored (<see cref="BelievedTemperature"/>).</param>
    /// <returns>False when it was ignored.</returns>
    public bool Feel(double celsius) => _thermal.Feel(celsius, _busNow);

    /// <summary>Weighs one conversion.</summary>
    /// <param name="sample">A conversion of this slot, in order of bus time.</param>
    /// <param name="householdNow">Household time of the sample; never backwards.</param>
    /// <param name="reading">What lies on the slot now; its health says why when the answer is false.</param>
    /// <param name="step">A step that is now certain, dated when the shelf had settled; at most one per call.</param>
    /// <returns>False while no level can be told: uncalibrated, or not settled since a start without history.</returns>
    public bool TryWeigh(in SensorSample sample, DateTimeOffset householdNow, out StockReading reading, out StockStep? step)
    {
        step = null;
        if (_calibration is null)
        {
            reading = new StockReading(_slot, householdNow, Mass.Zero, Mass.Zero, Stable: false, SlotHealth.Uncalibrated);
            return false;
        }
        Follow(sample.Counts - _correction, householdNow, sample.BusNanoseconds);
        bool stable = _state == State.Settled;
        if (stable && _changes.Count > 0)
            step = Book(householdNow, atOnce: false);
        Mass level = MassAt(stable ? _plateau.Mean : _filtered);
        reading = new StockReading(_slot, householdNow, level, stable ? _plateauSigma : _sampleSigma, stable, _health.Now);
        if (reading.Health == SlotHealth.Drifting)
            reading = reading with { Wandered = Mass.FromGrams(_health.Wandered) };
        return _state != State.Starting;
    }

    /// <summary>At the end of a recording: books what has settled and waits, one step a call, without waiting for a return that can no longer be seen.</summary>
    /// <remarks>Not for a stop of the gateway: there <see cref="BookedLevel"/> and <see cref="Restore(Mass)"/> carry over what waits.</remarks>
    public bool TryFinish(DateTimeOffset householdNow, out StockStep? step)
    {
        if (_state == State.Moving && _plateau.Run >= Math.Max(3, _settings.SettleSamples / 2))
            Settle(householdNow);
        step = null;
        while (step is null && _state == State.Settled && _changes.Count > 0)
            step = Book(householdNow, atOnce: true);
        return step is not null;
    }

    /// <summary>Where the level is that the newest settled plateau gave; the plateau's mean while it lasts.</summary>
    private double Anchor => _state == State.Settled ? _plateau.Mean : _anchor;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Follow(int counts, DateTimeOffset now, long busNanoseconds)
    {
        if (busNanoseconds - _busNow > _longestGap)
            Miss(busNanoseconds);
        (_filtered, _busNow) = (_median.Next(counts), busNanoseconds);
        _history.Add(counts, now.UtcTicks);
        if (--_untilSigma == 0)
            LookAround();
        if (_state == State.Settled && _plateau.TryStay(_filtered, _band))
        {
            _noise.Add(counts);
            if (--_untilWindow == 0)
                LookBack(busNanoseconds, now);
        }
        else
        {
            Move(counts, now);
        }
    }

    /// <summary>Once in a while: noise, and the temperature's correction by less than the noise, so that it looks like drift.</summary>
    private void LookAround()
    {
        (_sigma, _untilSigma) = (_noise.Sigma, SigmaEvery);
        _longestGap = Math.Max(ShortestGap, GapPeriods * Math.Max(0, _busNow - _lookedAt) / SigmaEvery);
        _lookedAt = _busNow;
        _band = _settings.PlateauSigmas * _sigma;
        if (_calibration is null)
            return;
        _sampleSigma = Difference(_sigma).Abs();
        _plateauSigma = Difference(Math.Sqrt(_wander.RunningVariance(_noise.Variance))).Abs();
        _health.LookAtNoise(_sigma, Math.Max(_calibration.NoiseCounts, Calibration.SmallestNoise));
        double target = _thermal.Grams * _calibration.CountsPerGram, most = Math.Max(1, _sigma / 4);
        _correction += (int)Math.Round(Math.Clamp(target - _correction, -most, most));
    }

    /// <summary>Once in a window of a resting load: how far it wandered, and what that says about the cell.</summary>
    private void LookBack(long busNanoseconds, DateTimeOffset now)
    {
        _untilWindow = _settings.SettleSamples;
        _wander.Add(_plateau.Mean - _anchor, _noise.Variance);
        _anchor = _plateau.Mean;
        double resting = (_anchor - _carried) / _calibration!.CountsPerGram, correction = _correction / _calibration.CountsPerGram;
        _thermal.Learn(resting + correction, busNanoseconds);
        _health.LookAtDrift(resting, Load(_anchor) / _calibration.CountsPerGram, _thermal.Celsius, busNanoseconds, now);
    }

    private Mass MassAt(double counts) => new(unchecked((long)Math.Round((counts - _zeroCounts) * _milligramsPerCount)));

    private Mass Difference(double counts) => new(unchecked((long)Math.Round(counts * _milligramsPerCount)));

    /// <summary>What presses on the cell, container included, in counts: what creep and temperature go by.</summary>
    private double Load(double counts) => Math.Abs(counts - _calibration!.OffsetCounts);
}
