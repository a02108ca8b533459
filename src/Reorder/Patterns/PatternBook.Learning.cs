using PantryChain.Domain.Events;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;

namespace PantryChain.Reorder.Patterns;

/// <content>What an event teaches.</content>
public sealed partial class PatternBook
{
    /// <summary>Learns the journal's next event; one with a number already learnt changes nothing. Never throws for what a journal may hold.</summary>
    public void Learn(ThingEvent seen)
    {
        if (seen.Seq <= LastSeq)
            return;
        LastSeq = seen.Seq;
        bool timed = _clock.See(seen);
        if (timed && IsTouch(seen.Kind))
            Advance(seen);
        if (timed)
            LetGo(seen.SeenAt);
        if (seen.Gtin.IsNone || Find(seen.Gtin) is not { Pack: > 0 } entry)
            return;
        if (!entry.Begun)
            (entry.State, entry.Begun) = (new ProductHistory(seen.Gtin, entry.Pack, _clock.Now, _clock.OpenDay) { BegunInUse = seen.Kind == ThingEventKind.Used }, true);
        LearnOf(entry, seen, timed);
        if (seen.Kind is ThingEventKind.Restocked or ThingEventKind.Delivered)
            entry.State.Arrive(seen.Delta.Milligrams);
        if (StatesLevel(seen.Kind))
            entry.State.Level(seen.Slot.Value, Math.Clamp(seen.Level.Milligrams, 0, MostMilligrams), entry.Placed, _clock.Now);
    }

    private void LearnOf(ProductEntry entry, ThingEvent seen, bool timed)
    {
        switch (seen.Kind)
        {
            case ThingEventKind.Used:
                LearnUse(entry, seen, timed, AmountOf(seen), seen.Cycle);
                break;
            case ThingEventKind.Restocked when timed && IsReturn(entry, seen):
                long used = entry.Lift.Amount - seen.Delta.Milligrams;
                PutBack(entry, entry.Lift.Amount);
                if (used > entry.State.Remainder)
                    LearnUse(entry, seen, timed, used, told: 0);
                break;
            case ThingEventKind.Restocked when timed:
                LearnRestock(entry, seen);
                break;
            case ThingEventKind.Corrected when seen.Delta == Mass.Zero && seen.Cycle > entry.State.Cycles: // the running pack counts as used up: nothing is left of it
                entry.State.CloseCount(seen.Cycle, _clock.Now, _clock.OpenDay);
                entry.Lift = default;
                break;
            case ThingEventKind.Corrected when seen.Delta == Mass.Zero:
                entry.State.ReopenCount();
                break;
            case ThingEventKind.Corrected when seen.Delta > Mass.Zero: // taking back a restocking changes the level alone
                PutBack(entry, Math.Min(seen.Delta.Milligrams, MostMilligrams));
                break;
            case ThingEventKind.PatternConfirmed or ThingEventKind.Deviation:
                Told(entry, seen);
                break;
        }
    }

    /// <summary>What was used: a shelf that says less than nothing has not given more than lay there (a container that left, a cell that jumped).</summary>
    private static long AmountOf(ThingEvent seen)
    {
        long amount = Math.Min(seen.Delta.Milligrams == long.MinValue ? MostMilligrams : Math.Abs(seen.Delta.Milligrams), MostMilligrams);
        long before = amount + Math.Max(seen.Level.Milligrams, -MostMilligrams);
        return before < 0 ? amount : Math.Min(amount, before); // where it said less than nothing before, its zero is off and says nothing
    }

    /// <summary>True for a rise that is the last use coming back: soon after it, on its slot, and lighter. What comes back as heavy as it went may be a new pack.</summary>
    private static bool IsReturn(ProductEntry entry, ThingEvent seen) =>
        entry.Lift.Amount > 0 && entry.Lift.Slot == seen.Slot.Value && seen.SeenAt >= entry.Lift.At && seen.SeenAt - entry.Lift.At <= BorrowedAtMost
        && seen.Delta.Milligrams <= entry.Lift.Amount * LighterShare;

    /// <summary>Takes back a use that was none. The last one, while nothing else was learnt of the product, leaves no trace but the packs it counted, because a leaf may have told them.</summary>
    private void PutBack(ProductEntry entry, long amount)
    {
        ref ProductHistory state = ref entry.State;
        if (entry.Lift.Amount == amount && entry.Lift.Day == _clock.OpenDay)
        {
            (uint cycles, uint confirmed, SlotLevels slots) = (state.Cycles, state.ConfirmedCycle, state.Slots);
            state = entry.Lift.Before;
            state.Early += cycles - state.Cycles;
            (state.Cycles, state.ConfirmedCycle, state.Slots) = (cycles, confirmed, slots);
        }
        else
            state.TakeBack(amount);
        entry.Lift = default;
        Judge(entry, Forecast(entry, state));
    }

    private void LearnUse(ProductEntry entry, ThingEvent seen, bool timed, long amount, uint told)
    {
        ref ProductHistory state = ref entry.State;
        entry.Lift = new UseTaken { Before = state, Slot = seen.Slot.Value, Amount = timed ? amount : 0, At = seen.SeenAt, Day = _clock.OpenDay };
        CycleForecast foretold = Forecast(entry, state);
        bool known = state.Finished.Count >= ProductHistory.FewestCycles;
        double now = _clock.Now, elapsed = now - state.CycleStart;
        uint ended = state.Use(amount, told, now, timed);
        if (ended > 0)
        {
            bool wholeTime = timed && !state.BegunInUse && state.CycleStart > _clock.DoubtedAt;
            bool feast = _holidays.Overlaps(new HouseholdDay(state.CycleDay), new HouseholdDay(_clock.OpenDay));
            state.EndCycles(ended, now, _clock.OpenDay, foretold, entry.Prior.Discount, feast, wholeTime);
            if (wholeTime && known && ended == 1 && Math.Abs(elapsed - foretold.MedianDays) <= foretold.Window && state.Cycles > state.ConfirmedCycle)
                Find(seen, ThingEventKind.PatternConfirmed, Mass.Zero, state.Cycles);
        }
        if (timed)
            Judge(entry, foretold);
    }

    /// <summary>A rise that no order explains, while the shelf would have lasted beyond the window: the household went shopping outside its pattern.</summary>
    private void LearnRestock(ProductEntry entry, ThingEvent seen)
    {
        ref ProductHistory state = ref entry.State;
        double now = _clock.Now;
        if (seen.Delta.Milligrams < state.Pack / 2.0 || state.Finished.Count < ProductHistory.FewestCycles || now < state.QuietUntil)
            return;
        CycleForecast forecast = Forecast(entry, state);
        double packsLeft = (double)state.Slots.Sum(entry.Placed) / state.Pack;
        if (packsLeft <= state.Shelf.Forecast(forecast).PacksPerDay * forecast.Window)
            return;
        Find(seen, ThingEventKind.Deviation, seen.Delta, state.Cycles);
        state.QuietUntil = now + forecast.Window;
    }

    private void Judge(ProductEntry entry, in CycleForecast cycle) => entry.State.Judge(entry.State.Shelf.Forecast(cycle), FactorOn(_clock.OpenDay));

    private void Find(ThingEvent cause, ThingEventKind kind, Mass delta, uint cycles) =>
        _untold.Add(new PatternFinding(cause.Seq, new ThingObservation(cause.SeenAt, cause.Day, cause.Slot, cause.Gtin, kind, delta, cause.Level, cycles)));

    private void Told(ProductEntry entry, ThingEvent seen)
    {
        if (seen.Kind == ThingEventKind.PatternConfirmed)
            entry.State.ConfirmedCycle = Math.Max(entry.State.ConfirmedCycle, Math.Min(seen.Cycle, entry.State.Cycles));
        int index = IndexOf(seen, sameTime: true);
        index = index >= 0 ? index : IndexOf(seen, sameTime: false);
        if (index >= 0)
            _untold.RemoveAt(index);
    }

    private int IndexOf(ThingEvent seen, bool sameTime)
    {
        for (int i = 0; i < _untold.Count; i++)
        {
            ThingObservation found = _untold[i].Observation;
            if (found.Gtin == seen.Gtin && found.Kind == seen.Kind && (!sameTime || found.SeenAt == seen.SeenAt))
                return i;
        }
        return -1;
    }

    private void LetGo(DateTimeOffset now)
    {
        while (_untold.Count > 0 && now - _untold[0].Observation.SeenAt > FindingsLast)
            _untold.RemoveAt(0);
    }

    /// <summary>Closes the days that a touch leaves behind: all products at once, because only together they show an odd day of the household.</summary>
    private void Advance(ThingEvent seen)
    {
        int days = _clock.Touch(seen, out bool away);
        if (days == 0)
            return;
        bool frozen = IsHouseholdEvent(out uint products);
        if (frozen)
            (_eventDay, _eventProducts) = (_clock.OpenDay, products);
        CountDemand(_clock.OpenDay, frozen, idle: false);
        double factor = FactorOn(_clock.OpenDay);
        int idle = away ? 0 : days - 1;
        for (int i = 0; i < _products.Count; i++)
        {
            ProductEntry entry = _products.GetValueAtIndex(i);
            if (!entry.Begun)
                continue;
            entry.State.Close(_clock.OpenDay, frozen, factor);
            if (idle > 0)
                entry.State.CloseIdle(idle);
        }
        for (int day = 1; day <= Math.Min(idle, 60); day++)
            CountDemand(_clock.OpenDay + (uint)day, frozen: false, idle: true);
        _clock.OpenDay = seen.Day.Number;
        Refit();
    }

    private void CountDemand(uint day, bool frozen, bool idle)
    {
        if (!_demand.Reach(_holidays.MarksOf(new HouseholdDay(day))) || frozen)
            return;
        for (int i = 0; i < _products.Count; i++)
        {
            ProductEntry entry = _products.GetValueAtIndex(i);
            if (entry is { Begun: true, Pack: > 0, State.EmptyAtOpen: false } && entry.State.Shelf.DaysSeen >= ShelfHistory.EarlyDays)
                _demand.Add(idle ? 0.0 : Math.Clamp(entry.State.UsedToday, 0.0, 1000.0), entry.State.Shelf.Forecast(Forecast(entry, entry.State)));
        }
    }

    /// <summary>Sums anew what all products say about the priors; from scratch, so that no rounding adds up.</summary>
    private void Refit()
    {
        _household = default;
        for (int i = 0; i < _classes.Count; i++)
            _classes.GetValueAtIndex(i).Sums = default;
        for (int i = 0; i < _products.Count; i++)
        {
            ProductEntry entry = _products.GetValueAtIndex(i);
            if (entry is not { Begun: true, Pack: > 0 })
                continue;
            entry.State.Share = RefitSums.Of(entry.State.Finished, entry.Prior);
            _household += entry.State.Share;
            entry.Class.Sums += entry.State.Share;
        }
    }

    /// <summary>What a person did at a shelf; stating a level is nobody's touch.</summary>
    private static bool IsTouch(ThingEventKind kind) =>
        kind is ThingEventKind.Used or ThingEventKind.Restocked or ThingEventKind.Delivered or ThingEventKind.TagSeen or ThingEventKind.TagLost;

    private static bool StatesLevel(ThingEventKind kind) =>
        kind is ThingEventKind.Used or ThingEventKind.Restocked or ThingEventKind.Delivered or ThingEventKind.Snapshot or ThingEventKind.Calibrated or ThingEventKind.Corrected;
}
