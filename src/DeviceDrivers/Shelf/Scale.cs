using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Shelf;

/// <summary>Station 2 for one slot: turns conversions into what lies on the shelf, and into a step when something was used or added for good.</summary>
/// <remarks>
/// <para>A median of five takes out spikes; a plateau is a long enough run of samples within a few σ. Between touches the plateau's mean follows drift and books
/// nothing. A change counts as somebody's doing when most of it comes at once or the load overshoots on the way (<see cref="ScaleSettings.TouchShare"/>);
/// changes that creep in are drift unless they are large. A change is booked after it has lasted <see cref="ScaleSettings.ReturnWithin"/>; what is put back
/// before undoes it, so lifting, pouring and putting back books only the difference. Differences too small to book add up until they are not.</para>
/// <para>The scale never re-zeroes: it starts with what the cell says, or with <see cref="Restore"/> and the last journaled level, against which whatever happened
/// meanwhile is a step. Works on counts, allocates nothing per sample. Not thread safe.</para>
/// </remarks>
public sealed class Scale
{
    /// <summary>A shelf restless for this many windows may be noisier than it was calibrated: the noise is measured anew.</summary>
    private const int RestlessWindows = 4;

    /// <summary>The noise changes slowly: it is looked at once in so many samples.</summary>
    private const int SigmaEvery = 32;

    /// <summary>So many times its calibrated noise makes a cell noisy.</summary>
    private const double NoisyFactor = 4;

    /// <summary>Creep and temperature during an outage, as a share of the load: 0.1 % of full scale per half hour is the worst of consumer cells.</summary>
    private const double OutageShare = 0.001;

    private readonly SlotId _slot;
    private readonly ScaleSettings _settings;
    private readonly Calibration? _calibration;
    private readonly OpenChanges _changes = new();
    private readonly int[] _recent;
    private MedianOfFive _median;
    private Plateau _plateau;
    private NoiseMeter _noise;
    private State _state = State.Starting;
    private double _anchor;
    private double _sigma;
    private double _band;
    private Mass _sampleSigma;
    private Mass _plateauSigma;
    private SlotHealth _health = SlotHealth.Ok;
    private int _filtered;
    private int _largestMove;
    private int _restless;
    private int _oldest;
    private int _sinceSigma;

    /// <summary>A scale for a slot; without a calibration it only says so.</summary>
    public Scale(SlotId slot, Calibration? calibration, ScaleSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.SettleSamples, 3, nameof(settings));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.SettleSamples, 4096, nameof(settings));
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.TouchSamples, 1, nameof(settings));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.TouchSamples, 512, nameof(settings));
        (_slot, _calibration, _settings) = (slot, calibration, settings);
        _recent = new int[settings.TouchSamples];
        _plateau = new Plateau(settings.SettleSamples);
        _noise = new NoiseMeter(calibration?.NoiseCounts ?? 1);
        LearnSigma();
    }

    private enum State : byte
    {
        /// <summary>No level is known yet.</summary>
        Starting,

        /// <summary>The level before an outage is known, the shelf has not settled since.</summary>
        Resuming,

        /// <summary>Nothing moves.</summary>
        Settled,

        /// <summary>The shelf left its plateau and has not found the next one.</summary>
        Moving,
    }

    /// <summary>The slot it weighs.</summary>
    public SlotId Slot => _slot;

    /// <summary>The level that all bookings so far lead to, or null while none is known; give the journal's newest one to <see cref="Restore"/> after a restart.</summary>
    /// <remarks>Follows drift, leaves out changes that still wait: what a journal should keep whenever it keeps a level.</remarks>
    public Mass? BookedLevel => _calibration is null || _state == State.Starting ? null : _calibration.Net(_anchor - _changes.Total);

    /// <summary>One standard deviation of a single conversion; zero when uncalibrated.</summary>
    public Mass SampleSigma => _sampleSigma;

    /// <summary>Goes on from the newest journaled level: once the shelf has settled, the difference is booked as the step that happened while nobody looked.</summary>
    /// <exception cref="InvalidOperationException">The scale has weighed already, or has no calibration.</exception>
    public void Restore(Mass lastBookedLevel)
    {
        if (_state != State.Starting || _calibration is null)
            throw new InvalidOperationException($"Slot {_slot}: a level can be restored only once, before the first sample, on a calibrated slot.");
        (_anchor, _state) = (_calibration.CountsAt(lastBookedLevel), State.Resuming);
    }

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
        Follow(sample.Counts, householdNow);
        if (_state == State.Settled && _changes.TryPeek(out Change oldest))
            step = Book(oldest, householdNow, _calibration);
        reading = Read(householdNow, _calibration);
        return _state != State.Starting;
    }

    private void Follow(int counts, DateTimeOffset now)
    {
        _filtered = _median.Next(counts);
        if (_plateau.Run == 0)
            Array.Fill(_recent, _filtered);
        int move = Math.Abs(_filtered - _recent[_oldest]);
        _recent[_oldest] = _filtered;
        if (++_oldest == _recent.Length)
            _oldest = 0;
        if (++_sinceSigma == SigmaEvery)
            LearnSigma();

        bool together = _plateau.TryExtend(_filtered, _band);
        if (together && _state == State.Settled)
        {
            _anchor = _plateau.Mean;
            _noise.Add(counts);
            return;
        }
        if (_state == State.Settled)
            (_state, _largestMove, _restless) = (State.Moving, 0, 0);
        _largestMove = Math.Max(_largestMove, move);
        if (_plateau.IsSettled)
            Settle(_plateau.Mean, now);
        else if (++_restless > RestlessWindows * _settings.SettleSamples)
            _noise.Add(counts);
    }

    private void LearnSigma()
    {
        (_sigma, _sinceSigma) = (_noise.Sigma, 0);
        _band = _settings.PlateauSigmas * _sigma;
        if (_calibration is null)
            return;
        _sampleSigma = _calibration.Difference(_sigma).Abs();
        _plateauSigma = _calibration.Difference(_sigma / Math.Sqrt(_settings.SettleSamples)).Abs();
        _health = _sigma > NoisyFactor * _calibration.NoiseCounts ? SlotHealth.Noisy : SlotHealth.Ok;
    }

    private void Settle(double level, DateTimeOffset now)
    {
        double change = level - _anchor, load = Math.Abs(_anchor - _calibration!.CountsAt(Mass.Zero));
        double smallest = SmallestBooking();
        bool counts = _state switch
        {
            State.Starting => false,
            State.Resuming => Math.Abs(change) >= smallest + OutageShare * load,
            _ => IsTouch(change, smallest) || Math.Abs(change) >= Math.Max(smallest, _settings.CreepShare * load),
        };
        if (counts)
            _changes.Add(change, now, smallest);
        (_anchor, _state) = (level, State.Settled);
    }

    /// <summary>Somebody's hand leaves a mark: the load jumps at once, or it overshoots on the way; temperature and creep do neither.</summary>
    private bool IsTouch(double change, double smallest) =>
        _largestMove >= smallest && _largestMove >= _settings.TouchShare * Math.Abs(change);

    private double SmallestBooking() =>
        Math.Max(_settings.BookSigmas * _sigma, _settings.BookFrom.Grams * Math.Abs(_calibration!.CountsPerGram));

    private StockStep? Book(Change oldest, DateTimeOffset now, Calibration calibration)
    {
        Mass delta = calibration.Difference(oldest.Counts);
        Mass before = calibration.Net(_anchor - _changes.Total);
        bool emptied = delta < Mass.Zero && calibration.Net(_anchor).Grams <= _settings.EmptyShare * before.Grams;
        if (now - oldest.At < (emptied ? _settings.ReturnWithinWhenEmpty : _settings.ReturnWithin))
            return null;
        _changes.Drop();
        Mass sigma = Mass.FromGrams(_plateauSigma.Grams * Math.Sqrt(2)); // a difference of two plateaus
        return new StockStep(_slot, oldest.At, delta < Mass.Zero ? StepKind.Used : StepKind.Restocked, delta, before + delta, sigma);
    }

    private StockReading Read(DateTimeOffset now, Calibration calibration)
    {
        bool stable = _state == State.Settled;
        Mass level = calibration.Net(stable ? _anchor : _filtered);
        return new StockReading(_slot, now, level, stable ? _plateauSigma : _sampleSigma, stable, _health);
    }
}
