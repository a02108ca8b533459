using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Shelf.Fusion;

/// <summary>A settled step with what tags did around it.</summary>
/// <param name="Step">What the scale saw.</param>
/// <param name="Tags">What tags said.</param>
/// <param name="IsDoubtful">True when it may be booked only by somebody who says what it was.</param>
public readonly record struct GatedStep(StockStep Step, TagEvidence Tags, bool IsDoubtful = false);

/// <summary>Between a slot's scale and its bookings: holds a large change until it is clear that it is not undone, and lets nothing through that cannot be.</summary>
/// <remarks>
/// <para>A pack that is lifted and comes back lighter is used by the difference, whenever it comes back within <see cref="ScaleSettings.UndoneWithin"/>; what was put down and is taken away
/// again was never stock. What was lifted and put back within the scale's own minute (<see cref="StockStep.Returned"/>) waits for nothing.</para>
/// <para>What leaves beyond what lay there is the container, or the cell's own doing; what presses beyond the cell's capacity is no load. Neither is booked: it waits, however long, for the
/// change that undoes it. So the booked level stays between nothing and the cell's capacity, and the bookings and what is held always add up to what the scale says.</para>
/// <para>Works in household time, allocates only when something moves. Not thread safe.</para>
/// </remarks>
public sealed class StepGate(SlotId slot, ScaleSettings settings, Calibration calibration)
{
    /// <summary>A change is large, so that somebody may undo it, from this share of what lay there, or from these grams; below the second it is too little to be asked about.</summary>
    private const double LargeShare = 0.05, LargeGrams = 100, LeastGrams = 20;

    /// <summary>Two masses are the same one within this share, three grams and four of their standard deviations: a cell creeps by a part of what leaned on it.</summary>
    private const double SameShare = 0.01, SameGrams = 3, SameSigmas = 4;

    /// <summary>A pack that comes back weighs at least this share less than a new one of the same kind, while one is on its way.</summary>
    private const double NewShare = 0.97;

    /// <summary>A fall undoes a rise from this share of it; less is a use of what was brought.</summary>
    private const double UndoShare = 0.9;

    /// <summary>A level this much below nothing is a cell's own zero: creep, temperature, a crumb on the tray.</summary>
    private const double ZeroShare = 0.01, ZeroGrams = 3;

    /// <summary>Share of a 24-bit converter's range that a cell can fill: 3 mV/V at gain 128 fill 77 % of an NAU7802's (data sheet rev. 1.7, p. 5), consumer cells less.</summary>
    private const double CellRange = 0.8 * 0x80_0000;

    private const int MostHeld = 32;

    private readonly List<Held> _held = [];
    private readonly Mass _capacity = settings.Capacity ?? Mass.FromGrams(Math.Min(CellRange / Math.Abs(calibration.CountsPerGram), 1e6));
    private Mass _crumbs;

    /// <summary>The slot.</summary>
    public SlotId Slot => slot;

    /// <summary>What the scale counts as booked and the gate still holds, signed.</summary>
    public Mass Pending { get; private set; }

    /// <summary>What is away and may come back, not negative: it still belongs to the stock that decisions go by.</summary>
    public Mass Away { get; private set; }

    /// <summary>True while something is held that cannot be: a container is away, or the cell says what no load explains.</summary>
    public bool IsImpossible { get; private set; }

    /// <summary>True while a delivery for the slot is on its way: then a whole pack that comes is a new one, and a rise is not held.</summary>
    public bool Expects { get; set; }

    /// <summary>How long even a small step waits here, so that it can be seen whether all cells jumped at once.</summary>
    public TimeSpan Patience { get; set; }

    /// <summary>Takes a settled step in.</summary>
    /// <param name="step">What the scale booked.</param>
    /// <param name="tags">What tags did around it.</param>
    /// <param name="now">Household time.</param>
    public void Take(in StockStep step, TagEvidence tags, DateTimeOffset now)
    {
        Held taken = new(step, tags, now);
        if (!(step.Delta > Mass.Zero ? TryReturn(taken) : TryUndo(taken)))
            Hold(taken);
        Recount();
    }

    /// <summary>True for a level that the cell cannot carry: it is the converter's, not the shelf's.</summary>
    public bool IsOverloaded(Mass level) => level + calibration.Container > _capacity;

    private bool IsBelowNothing(Mass level) => settings.KnowsZero && level < -Mass.FromGrams(Math.Max(LeastGrams, ZeroShare * calibration.Container.Grams));

    /// <summary>Marks what was taken in at a moment as no load's doing (all cells jumped at once): it waits for its return and is asked about when none comes.</summary>
    /// <param name="at">The steps' household time.</param>
    public void Doubt(DateTimeOffset at)
    {
        foreach (Held held in _held.Where(held => held.At == at))
            held.IsDoubtful = true;
    }

    /// <summary>The next step that is due; ask until false, at every sample.</summary>
    /// <param name="now">Household time.</param>
    /// <param name="scaleBooked">The level that the scale's own bookings lead to (<see cref="Scale.BookedLevel"/>).</param>
    /// <param name="due">The step.</param>
    public bool TryRelease(DateTimeOffset now, Mass scaleBooked, out GatedStep due) => TryRelease(now, scaleBooked, atOnce: false, out due);

    /// <summary>At the end of a recording: lets out what waits only for a return that can no longer be seen.</summary>
    public bool TryFinish(Mass scaleBooked, out GatedStep due) => TryRelease(DateTimeOffset.MaxValue, scaleBooked, atOnce: true, out due);

    private bool TryRelease(DateTimeOffset now, Mass scaleBooked, bool atOnce, out GatedStep due)
    {
        due = default;
        for (int i = 0; i < _held.Count; i++)
        {
            Held held = _held[i];
            if (!atOnce && now < DueOf(held))
                continue;
            if (held.Undoes is { } rise && _held.Contains(rise))
            {
                _held.Remove(held);
                Merge(rise, held);
                i = -1; // what is left of both may be due
                continue;
            }
            if (held.Delta > Mass.Zero && IsUndone(held))
                continue; // whether it was taken away for good is not clear yet
            if (TryBook(held, scaleBooked - Pending, out due))
                return true;
        }
        return false;
    }

    /// <summary>Books what can be of a change that is due.</summary>
    private bool TryBook(Held held, Mass booked, out GatedStep due)
    {
        due = default;
        Mass delta = held.Delta;
        bool exceeds = settings.KnowsZero && delta < Mass.Zero && booked + delta < -ToleranceOf(delta);
        if (exceeds && _held.Exists(rise => rise is { Delta.Milligrams: > 0, IsImpossible: false }))
            return false; // it was used from what was brought before and is not booked yet
        if (exceeds)
            delta = booked > ToleranceOf(delta) ? -booked : Mass.Zero;
        if (delta > Mass.Zero && IsOverloaded(booked + delta))
            delta = Mass.Zero;
        bool whole = delta == held.Delta;
        if (held.IsImpossible == whole)
            IsImpossible |= held.IsImpossible = !whole;
        if (delta == Mass.Zero)
            return false;
        held.Delta -= delta;
        if (whole)
        {
            _held.Remove(held);
            (delta, _crumbs) = (delta + _crumbs, Mass.Zero);
        }
        Recount();
        due = new GatedStep(StockStep.Of(slot, held.At, delta, booked + delta, held.Sigma, held.IsReturned), held.Tags, held.IsDoubtful);
        return true;
    }

    /// <summary>A rise is first what comes back: of what cannot be, then of the smallest thing away that it fits into, then of several things brought back together.</summary>
    private bool TryReturn(Held rise)
    {
        Held? impossible = _held.LastOrDefault(held => held.IsImpossible && held.Delta < Mass.Zero);
        if (impossible is null && IsBelowNothing(rise.Before))
            impossible = _held.Where(held => held.Delta < Mass.Zero).MinBy(held => held.Delta); // the container is away: whatever comes, comes with it
        if (impossible is not null)
        {
            Merge(impossible, rise);
            return true;
        }
        List<Held> away = [.. _held.Where(held => held.Delta < Mass.Zero && !held.IsReturned && Fits(rise, held.Delta.Abs(), held.Sigma) && !Contradicts(held.Tags, rise.Tags))];
        if (away.MaxBy(held => held.Delta) is { } best)
        {
            Merge(best, rise);
            return true;
        }
        Mass sum = Mass.Zero;
        List<Held> lifted = [.. _held.Where(held => held.Delta < Mass.Zero && !held.IsReturned)];
        for (int i = lifted.Count - 1; i >= 0; i--)
        {
            sum -= lifted[i].Delta;
            if (i == lifted.Count - 1 || !Fits(rise, sum, rise.Sigma))
                continue;
            for (int j = lifted.Count - 1; j > i; j--)
            {
                lifted[i].Delta += lifted[j].Delta;
                _held.Remove(lifted[j]);
            }
            Merge(lifted[i], rise);
            return true;
        }
        return false;
    }

    private bool Fits(Held rise, Mass away, Mass sigma)
    {
        bool isNew = Expects && rise.Delta.Grams >= NewShare * away.Grams;
        return !isNew && rise.Delta.Grams <= away.Grams + Same(away, sigma, rise.Sigma);
    }

    /// <summary>A fall may take away what was put down before: of what cannot be at once, of a large rise once it has not come back in turn.</summary>
    private bool TryUndo(Held fall)
    {
        if (_held.LastOrDefault(held => held.IsImpossible && held.Delta > Mass.Zero) is { } impossible)
        {
            Merge(impossible, fall);
            return true;
        }
        double size = fall.Delta.Abs().Grams;
        fall.Undoes = _held.LastOrDefault(held => held.Delta > Mass.Zero && !held.IsReturned && size >= UndoShare * held.Delta.Grams
            && size <= held.Delta.Grams + Same(held.Delta, held.Sigma, fall.Sigma) && !Contradicts(held.Tags, fall.Tags) && !IsUndone(held));
        return false;
    }

    private bool IsUndone(Held rise) => _held.Exists(other => other.Undoes == rise);

    /// <summary>Tags of the one product that left say nothing of another that came.</summary>
    private static bool Contradicts(TagEvidence first, TagEvidence second)
    {
        List<Gtin> one = [.. first.Moves.Where(moves => moves.Left + moves.Came > 0).Select(moves => moves.Gtin)];
        List<Gtin> other = [.. second.Moves.Where(moves => moves.Left + moves.Came > 0).Select(moves => moves.Gtin)];
        return one.Count > 0 && other.Count > 0 && !one.Intersect(other).Any();
    }

    private void Merge(Held open, Held answer)
    {
        Mass whole = open.Delta.Abs();
        open.Delta += answer.Delta;
        open.Sigma = Mass.FromGrams(Math.Sqrt(open.Sigma.Grams * open.Sigma.Grams + answer.Sigma.Grams * answer.Sigma.Grams));
        open.Tags = open.Tags.With(answer.Tags);
        (open.Undoes, open.IsImpossible) = (null, false);
        if (open.Delta.Abs().Grams <= Math.Max(SameGrams, SameSigmas * open.Sigma.Grams))
        {
            _crumbs += open.Delta;
            _held.Remove(open);
            return;
        }
        // Of two packs lifted together one may come later; a pack that came back does not come again.
        open.IsReturned = open.Delta.Abs().Milligrams * 2 < whole.Milligrams;
        open.At = answer.At;
    }

    private void Hold(Held taken)
    {
        if (_held.Count == MostHeld && _held.FindLast(held => Math.Sign(held.Delta.Milligrams) == Math.Sign(taken.Delta.Milligrams)) is { } last)
            (last.Delta, last.At) = (last.Delta + taken.Delta, taken.At);
        else
            _held.Add(taken);
    }

    private DateTimeOffset DueOf(Held held)
    {
        bool isLarge = !held.IsReturned && held.Delta.Abs().Grams >= Math.Max(LeastGrams, Math.Min(LargeGrams, LargeShare * held.Before.Abs().Grams));
        bool waits = settings.UndoneWithin > TimeSpan.Zero && (held.IsDoubtful || (isLarge && !(Expects && held.Delta > Mass.Zero)));
        return waits ? held.At + settings.UndoneWithin : held.TakenAt + Patience;
    }

    private void Recount()
    {
        (Pending, Away, IsImpossible) = (_crumbs, Mass.Zero, false);
        foreach (Held held in _held)
        {
            Pending += held.Delta;
            IsImpossible |= held.IsImpossible;
            if (held.Delta < Mass.Zero && !held.IsImpossible)
                Away -= held.Delta;
        }
    }

    private static double Same(Mass mass, Mass one, Mass other) => SameGrams + SameShare * mass.Grams + SameSigmas * Math.Max(one.Grams, other.Grams);

    private static Mass ToleranceOf(Mass delta) => Mass.FromGrams(ZeroGrams + ZeroShare * delta.Abs().Grams);

    /// <summary>A change that waits.</summary>
    private sealed class Held(StockStep step, TagEvidence tags, DateTimeOffset takenAt)
    {
        public DateTimeOffset TakenAt { get; } = takenAt;

        public Mass Delta { get; set; } = step.Delta;

        public Mass Sigma { get; set; } = step.Sigma;

        public DateTimeOffset At { get; set; } = step.At;

        public TagEvidence Tags { get; set; } = tags;

        /// <summary>What the cell said before it.</summary>
        public Mass Before { get; } = step.Level - step.Delta;

        public bool IsReturned { get; set; } = step.Returned;

        public bool IsImpossible { get; set; }

        public bool IsDoubtful { get; set; }

        /// <summary>The rise that it takes away again, if it does not come back itself.</summary>
        public Held? Undoes { get; set; }
    }
}
