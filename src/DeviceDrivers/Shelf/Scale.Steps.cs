using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Shelf;

/// <content>The rare path: what happens from the moment a load leaves its plateau until a step is booked.</content>
public sealed partial class Scale
{
    /// <summary>A shelf restless for this many windows may be noisier than it was calibrated: the noise is measured anew.</summary>
    private const int RestlessWindows = 10;

    /// <summary>A median of five follows a jump two samples later.</summary>
    private const int MedianDelay = 2;

    /// <summary>Creep and temperature during an outage, as a share of the load: 0.1 % of full scale per half hour is the worst of consumer cells.</summary>
    private const double OutageShare = 0.001;

    /// <summary>A jump that is to be somebody's doing exceeds what drift alone did lately by this much.</summary>
    private const double AboveDrift = 1.25;

    /// <summary>What drift may do at once before it has been seen to: a share of the load (a compressor moved resting loads by 0.2 % within seconds), but no more than
    /// so many times what a window usually wanders, for a calm cell does not jump.</summary>
    private const double JumpShare = 0.002, JumpWanders = 30;

    /// <summary>How much larger a leap must be when the change goes on after it like a compressor's push.</summary>
    private const double PushDoubt = 1.25;

    /// <summary>Beside a leap, drift may be this share of it where that is more than drift does at once: a plant pot dries while its scale settles for an hour.</summary>
    private const double LeapRest = 0.05;

    /// <summary>A change without a touch is drift below so many times what a window usually wanders, but not beyond these grams: a glass drawn slowly is more.</summary>
    private const double CreepWanders = 50, LargestCreep = 80;

    /// <summary>Three samples of nothing but noise lie within so many of its standard deviations 24 times in 25 (range of three, Pearson and Hartley 1942).</summary>
    private const double FlatSigmas = 3.2;

    /// <summary>Before a cell was watched it may do this many times its noise by itself: at once, where a sample lasts so long that a push is over within it, and
    /// slowly. Noise goes with the cell's range, and so does what its surroundings do to it: the kegerator's two scales (noise 1 g) jump by 20 g in 2 s and swing by
    /// 52 g within a minute, whatever lies on them.</summary>
    private const double JumpNoises = 40, JumpNoisesInASecond = 15, CreepNoises = 80;

    /// <summary>Counts that a jump taken for drift counts at most.</summary>
    private double LargestPeak => _settings.LargestDriftJump.Grams * Math.Abs(_calibration!.CountsPerGram);

    private double _anchor;
    private double _carried;
    private double _before;
    private double _beforeVariance;
    private long _restingSince;
    private long _left;
    private long _movedAt;
    private int _largestMove;
    private int _restless;
    private int _oldest;
    private bool _missed;

    /// <summary>After a silence nothing says how the load came from there to here: what is left of it is judged like a slow change, and the samples before it are forgotten.</summary>
    private void Miss(long busNanoseconds)
    {
        if (_history.Count <= 1)
            (_lookedAt, _longestGap) = (busNanoseconds, _history.Count == 0 ? 0 : Math.Max(ShortestGap, GapPeriods * (busNanoseconds - _busNow)));
        if (_history.Count <= 1 || _state == State.Starting)
            return;
        _lookedAt += busNanoseconds - _busNow; // a silence is no pace
        if (_state != State.Resuming)
            (_anchor, _state) = (Anchor, State.Returning);
        (_median, _plateau, _missed) = (default, new Plateau(_settings.SettleSamples), true);
        _thermal.Interrupt();
    }

    private void Move(int counts, DateTimeOffset now)
    {
        if (_history.Count == 1 || _missed)
        {
            Array.Fill(_recent, _filtered);
            (_largestMove, _missed) = (0, false);
        }
        else if (_state == State.Settled)
            Leave();
        int move = Math.Abs(_filtered - _recent[_oldest]);
        _recent[_oldest] = _filtered;
        if (++_oldest == _recent.Length)
            _oldest = 0;
        if (move > _largestMove)
            (_largestMove, _movedAt) = (move, _history.Count - 1);
        _plateau.Extend(_filtered, _band);
        if (_plateau.IsSettled)
            Settle(now);
        else if (++_restless > RestlessWindows * _settings.SettleSamples)
            _noise.Add(counts);
    }

    /// <summary>Keeps the level just before the load began to move: the last samples that the median had not yet turned away from.</summary>
    private void Leave()
    {
        _anchor = _plateau.Mean;
        _left = _history.Count - 1 - MedianDelay;
        long from = Math.Max(_history.Oldest, _restingSince);
        int window = (int)Math.Min(_wander.Window(_noise.Variance), _left - Guard - from);
        _before = window >= 3 ? _history.Level(_left - Guard - window, window) : _anchor;
        _beforeVariance = window >= 3 ? _wander.LevelVariance(_noise.Variance, window) : _wander.RunningVariance(_noise.Variance);
        Array.Fill(_recent, (int)Math.Round(_anchor));
        (_state, _largestMove, _restless, _movedAt) = (State.Moving, 0, 0, _left);
        _thermal.Interrupt();
    }

    /// <summary>Conversions that the median has followed: the two newest may already belong to the next motion.</summary>
    private long Known => _history.Count - MedianDelay;

    /// <summary>A hand that begins or ends slowly stays out of the levels next to it.</summary>
    private int Guard => _settings.TouchSamples / 4;

    private void Settle(DateTimeOffset now)
    {
        double level = _plateau.Mean, load = Load(level);
        long arrived = Math.Max(0, _history.Count - _plateau.Run - MedianDelay);
        switch (_state)
        {
            case State.Starting:
                BeginWander(load);
                break;
            case State.Resuming:
                BeginWander(load);
                double allowed = OutageShare * Math.Max(load, Load(_anchor));
                double missed = level - _anchor;
                if (Math.Abs(missed) >= _settings.BookFrom.Grams * Math.Abs(_calibration!.CountsPerGram) + _settings.BookSigmas * _sigma + allowed)
                    Notice(new Change(missed, allowed * allowed / 3 + _noise.Variance / _settings.SettleSamples, TimeOf(arrived, now)));
                break;
            case State.Returning:
                double gone = level - _anchor, drift = LeastCreep(Math.Max(load, Load(_anchor)));
                if (Math.Abs(gone) >= drift)
                    Notice(new Change(gone, drift * drift / 12 + _noise.Variance / _settings.SettleSamples, TimeOf(arrived, now)));
                break;
            default:
                Judge(level, arrived, Math.Max(load, Load(_anchor)), now);
                break;
        }
        (_anchor, _state, _restingSince, _untilWindow) = (level, State.Settled, arrived, _settings.SettleSamples);
    }

    /// <summary>Before anything is known about a cell it may wander by a tenth of the worst creep, but within its noise: what rests on it may be mostly its own offset.</summary>
    private const double WanderGuess = 0.0001;

    /// <summary>What is expected of a cell that nobody has watched yet, from its noise and what lies on it.</summary>
    private void BeginWander(double load)
    {
        double gram = Math.Abs(_calibration!.CountsPerGram);
        double peak = Math.Min((_settings.TouchSamples == 1 ? JumpNoises : JumpNoisesInASecond) * _sigma, LargestPeak);
        _wander.Begin(Math.Min(WanderGuess * load, _sigma), peak, Math.Min(CreepNoises * _sigma, LargestCreep / AboveDrift * gram));
    }

    private void Judge(double level, long arrived, double load, DateTimeOffset now)
    {
        Change whole = FromEndToEnd(arrived, now, out double reach), change = whole;
        double gram = Math.Abs(_calibration!.CountsPerGram), crept = whole.Counts, moved = _largestMove;
        double smallest = Math.Max(_settings.BookFrom.Grams * gram, _settings.BookSigmas * _sigma);
        double foreseen = Math.Min(Math.Min(JumpShare * load, JumpWanders * Math.Sqrt(_wander.Square)), LargestPeak);
        double least = Math.Max(smallest, AboveDrift * Math.Max(_wander.Peak, foreseen));
        double creep = Math.Max(smallest, LeastCreep(load));
        // What is left beside the jump must be drift: two packs taken within one settling are two jumps, and only their sum is the change.
        double rest = Math.Min(Math.Max(least, creep), AboveDrift * LargestPeak);
        Change jump;
        if (_settings.TouchSamples == 1)
        {
            // A push too has its largest part first: what goes on the same way needs a larger leap.
            double push = Math.Abs(crept) * _settings.TouchShare > Math.Abs(_largestMove) ? PushDoubt * least : least;
            if (TryLeap(now, out jump) && Math.Abs(jump.Counts - crept) <= Math.Max(least, LeapRest * Math.Abs(jump.Counts)) && Math.Abs(jump.Counts) >= push)
                (change, reach, moved) = (jump, jump.Counts, Math.Abs(jump.Counts));
        }
        else if (TryJump(arrived, now, out jump, out double from) && Resemble(jump.Counts, crept) && Math.Abs(crept - jump.Counts) < rest)
            (change, reach) = (jump, level - from);
        if (moved >= least && moved >= _settings.TouchShare * Math.Abs(reach))
        {
            Notice(change);
            return;
        }
        if (Math.Abs(crept) >= creep)
        {
            Notice(whole);
            return;
        }
        _wander.Add(crept, _noise.Variance);
        _wander.AddCreep(Math.Abs(crept), LargestCreep / AboveDrift * gram);
        if (_largestMove < _settings.TouchShare * Math.Abs(reach))
            _wander.AddPeak(_largestMove, LargestPeak);
    }

    /// <summary>A change without a touch is drift below this: counts.</summary>
    private double LeastCreep(double load)
    {
        double gram = Math.Abs(_calibration!.CountsPerGram), wandered = Math.Max(CreepWanders * Math.Sqrt(_wander.Square), AboveDrift * _wander.Creep);
        double least = Math.Max(_settings.BookFrom.Grams * gram, _settings.BookSigmas * _sigma);
        return Math.Max(least, Math.Max(_settings.CreepShare * load, Math.Min(wandered, LargestCreep * gram)));
    }

    /// <summary>Two measures of one change; a hand that leans on the shelf meanwhile makes a jump that is not the change.</summary>
    private bool Resemble(double jump, double endToEnd) =>
        Math.Sign(jump) == Math.Sign(endToEnd) && Math.Abs(endToEnd) >= _settings.TouchShare * Math.Abs(jump);

    /// <summary>A change measured from the last samples before the load moved to the first ones on its new plateau.</summary>
    private Change FromEndToEnd(long arrived, DateTimeOffset now, out double reach)
    {
        long from = Math.Max(arrived + Guard, _history.Oldest);
        if (Known - from < 3)
            from = Known - 3;
        int window = (int)Math.Min(_wander.Window(_noise.Variance), Known - from);
        reach = _history.Level(from, window) - _before;
        double variance = _beforeVariance + _wander.LevelVariance(_noise.Variance, window) + _wander.PerSample(_noise.Variance) * (arrived - _left);
        return new Change(reach, variance, TimeOf(arrived, now));
    }

    /// <summary>A change measured right around its one jump, for a load that drifted before or after it by more than its levels are unsure.</summary>
    private bool TryJump(long arrived, DateTimeOffset now, out Change jump, out double from)
    {
        (jump, from) = (default, 0);
        long first = Math.Max(_movedAt - _settings.TouchSamples - MedianDelay, _history.Oldest + 3), last = Math.Min(_movedAt, Known - 3);
        bool drifts = _wander.PerSample(_noise.Variance) * (arrived - _left) > _beforeVariance;
        if (first > last || !drifts)
            return false;
        long at = _history.Steepest(first, last);
        int window = _wander.Window(_noise.Variance), before = (int)Math.Min(window, at - _history.Oldest), after = (int)Math.Min(window, Known - at);
        from = _history.Level(at - before, before, out int rangeBefore);
        double counts = _history.Level(at, after, out int rangeAfter) - from;
        bool alone = Math.Abs(counts) >= 0.8 * _largestMove && Math.Abs(counts) <= 1.25 * _largestMove;
        if (!alone || Math.Max(rangeBefore, rangeAfter) > _band)
            return false;
        double variance = _wander.LevelVariance(_noise.Variance, before) + _wander.LevelVariance(_noise.Variance, after) + _wander.PerSample(_noise.Variance);
        jump = new Change(counts, variance, TimeOf(at, now));
        return true;
    }

    /// <summary>The same where a sample lasts a second or more, so that a hand is done within one or two samples: what goes on before and after them is drift.</summary>
    private bool TryLeap(DateTimeOffset now, out Change leap)
    {
        leap = default;
        long first = Math.Max(_movedAt - 1 - MedianDelay, _history.Oldest + 4), last = Math.Min(_movedAt, Known - 4);
        if (first > last)
            return false;
        long at = _history.Widest(first, last);
        double from = Beside(at - 1, -1, _history[at], out double before), to = Beside(at, 1, double.NaN, out double after);
        leap = new Change(to - from, before + after + _wander.PerSample(_noise.Variance), TimeOf(at, now));
        return true;
    }

    /// <summary>The level on one side of a leap: over three samples or more where they are flat, else the sample next to it, for a push that goes on must not count.</summary>
    /// <param name="nearest">The sample next to the leap; it may have fallen into the motion itself and is left out if it does not belong to flat ones behind it.</param>
    /// <param name="way">-1 into the past, 1 onward.</param>
    /// <param name="across">The sample across the leap: a hand that lifts goes one way, so a nearest sample beyond the level is drift. NaN where a hand may overshoot.</param>
    /// <param name="variance">Of the level.</param>
    private double Beside(long nearest, int way, double across, out double variance)
    {
        int x = _history[nearest], a = _history[nearest + way], b = _history[nearest + 2 * way], c = _history[nearest + 3 * way];
        double low = Math.Min(a, Math.Min(b, c)), high = Math.Max(a, Math.Max(b, c)), flat = FlatSigmas * _sigma;
        if (high - low > flat || (x < low - flat && across > x) || (x > high + flat && across < x))
        {
            variance = _noise.Variance + (double)(x - a) * (x - a) / 12;
            return x;
        }
        bool joins = x >= high - flat && x <= low + flat;
        variance = _wander.LevelVariance(_noise.Variance, joins ? 4 : 3);
        return ((double)a + b + c + (joins ? x : 0)) / (joins ? 4 : 3); // a recording's counts may be as large as an int
    }

    private void Notice(in Change change)
    {
        _changes.Add(change);
        _carried += change.Counts;
    }

    private StockStep? Book(DateTimeOffset now, bool atOnce)
    {
        Mass before = MassAt(Anchor - _changes.Total);
        Change oldest = _changes.Oldest;
        bool emptied = oldest.Counts * _milligramsPerCount < 0 && MassAt(Anchor).Grams <= _settings.EmptyShare * before.Grams;
        if (!atOnce && now - oldest.At < (emptied ? _settings.ReturnWithinWhenEmpty : _settings.ReturnWithin))
            return null;
        if (!_changes.TryTake(out oldest))
            return null;
        Mass delta = Difference(oldest.Counts);
        return StockStep.Of(_slot, oldest.At, delta, before + delta, Difference(Math.Sqrt(oldest.Variance)).Abs(), oldest.Returned);
    }

    private DateTimeOffset TimeOf(long sample, DateTimeOffset now) => new DateTimeOffset(_history.TicksOf(sample), TimeSpan.Zero).ToOffset(now.Offset);
}
