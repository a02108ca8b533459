using System.Text.Json.Serialization;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;

namespace PantryChain.Reorder.Patterns;

/// <summary>All that is remembered of one product's use: less than 512 bytes however long it is used, written as JSON beside the journal.</summary>
public struct ProductHistory
{
    internal const double NoTime = -1.0;
    internal const uint FewestCycles = 3; // below that the class prior speaks, not the household
    internal const double UnusualChance = 0.01;

    private const double ShortestCycleDays = 1.0 / 24.0, LongestCycleDays = 3650.0; // an hour: several packs used for one meal
    private const double MostPacksPerDay = 1000.0;
    private const int MostDaysAtOnce = 150; // by then older evidence has faded to 1 % (0.97^150)
    private const int MostCyclesAtOnce = 50;
    private const double FeastWeight = 0.5;

    [JsonInclude] internal Gtin Gtin;
    [JsonInclude] internal long Pack, Open; // milligrams; Open is what the running pack has given, below zero while a correction has to be caught up
    [JsonInclude] internal uint Cycles, CycleDay, ConfirmedCycle;
    [JsonInclude] internal uint Early; // packs that are counted in Cycles and not ended yet, because what ended them came back; the count never goes back
    [JsonInclude] internal long Closed; // what the running pack had given when its count was closed, until a use or a rise follows; 0 for none
    [JsonInclude] internal bool Reopened; // the member said that an empty slot's pack is not used up
    [JsonInclude] internal bool ClosedOnce; // a count was closed and nothing has arrived since
    [JsonInclude] internal double CycleStart, CycleUse, LastUse, EmptySince, QuietUntil;
    [JsonInclude] internal CycleHistory Finished, FinishedAtOpen;
    [JsonInclude] internal ChangeDetector Change, ChangeAtOpen;
    [JsonInclude] internal double UsedToday, ChanceToday;
    [JsonInclude] internal bool EmptyAtOpen, BegunInUse; // the second: nobody saw when the running pack was begun
    [JsonInclude] internal ShelfHistory Shelf;
    [JsonInclude] internal CoverageMonitor Monitor;
    [JsonInclude] internal RefitSums Share;
    [JsonInclude] internal uint UnusualDay, ChangedDay;
    [JsonInclude] internal double UnusualUse, UnusualBy, ChangedFrom;
    [JsonInclude] internal int Changed;
    [JsonInclude] internal SlotLevels Slots;

    internal ProductHistory(Gtin gtin, long pack, double now, uint day)
    {
        (Gtin, Pack, CycleStart, LastUse, CycleDay) = (gtin, pack, now, now, day);
        (EmptySince, ChanceToday) = (NoTime, 1.0);
    }

    /// <summary>A remainder below 2 % of a pack counts as used up: cells err by that much and nobody pours the last drop.</summary>
    internal readonly long Remainder => Pack / 50;

    /// <summary>True when today's use is improbable and more than twice what days with use usually take: what is used rarely but evenly is not odd on the day it is used.</summary>
    internal readonly bool IsUnusualToday => ChanceToday < UnusualChance && IsJudged && UsedToday > 2.0 * Shelf.UsualUse;

    internal readonly bool IsJudged => Shelf.DaysSeen >= ShelfHistory.EarlyDays && Shelf.UsualUse > 0.0;

    /// <summary>Packs that are ended when <paramref name="more"/> milligrams are used.</summary>
    internal readonly uint EndedBy(long more) => (uint)Math.Clamp((Open + more + Remainder) / Pack, 0, uint.MaxValue - Cycles);

    /// <summary>By how much that raises the count.</summary>
    internal readonly uint CountedBy(long more) => EndedBy(more) is var ended && ended > Early ? ended - Early : 0;

    /// <summary>Packs that must be used until the count rises: what is left of the running pack's count, and what has to be caught up before.</summary>
    internal readonly double PacksToNextCycle => Math.Max(Remainder, Pack - Remainder - Open + Early * Pack) / (double)Pack;

    /// <summary>True while the running pack has given something that its count does not hold yet.</summary>
    internal readonly bool IsCountOpen => Open > Remainder;

    /// <summary>Counts the running pack as used up although not all of it was seen going; <paramref name="told"/> is the count that the journal holds then.</summary>
    /// <remarks>Its time teaches nothing: the pack that follows it is the first whose begin was seen.</remarks>
    internal void CloseCount(uint told, double now, uint day)
    {
        if (told <= Cycles)
            return;
        (Closed, Reopened, Cycles, Open, Early, ClosedOnce) = (Math.Max(1, Open), false, told, 0, 0, true);
        (CycleStart, CycleDay, CycleUse) = (EmptySince >= 0.0 ? EmptySince : now, day, 0.0);
    }

    /// <summary>Takes that back: the count stays, because a leaf may have told it, and the next uses catch up first.</summary>
    internal void ReopenCount()
    {
        if (Closed == 0)
            return;
        (Open, Early, Closed, Reopened, BegunInUse) = (Closed, Early + 1, 0, true, true);
    }

    /// <summary>Notes what arrived: from a tenth of a pack on there is something again whose count may be closed.</summary>
    internal void Arrive(long milligrams) => ClosedOnce &= milligrams < Pack / 10;

    /// <summary>Packs of another size from now on: what was learnt in packs is kept per gram.</summary>
    internal void Repack(long pack)
    {
        double ratio = (double)pack / Pack;
        (Finished, FinishedAtOpen, Shelf) = (Finished.Scale(ratio), FinishedAtOpen.Scale(ratio), Shelf.Scale(ratio));
        (UsedToday, CycleUse, UnusualUse, UnusualBy, ChangedFrom) = (UsedToday / ratio, CycleUse / ratio, UnusualUse / ratio, UnusualBy / ratio, ChangedFrom * ratio);
        Pack = pack;
    }

    /// <summary>Adds a use at active time <paramref name="now"/>; how many packs it ended.</summary>
    /// <param name="amount">Milligrams, not negative.</param>
    /// <param name="told">The cycle number that the journal holds; it wins where it is ahead, because it was counted with the pack of that day.</param>
    /// <param name="now">Active days.</param>
    /// <param name="timed">False when the event's time is not believed: then it counts, but its time teaches nothing.</param>
    internal uint Use(long amount, uint told, double now, bool timed)
    {
        const uint mostAhead = 1000;
        uint own = EndedBy(amount), counted = CountedBy(amount);
        bool ahead = told > Cycles && told - Cycles > counted && told - Cycles <= mostAhead;
        uint ended = ahead ? told - Cycles : own;
        Open = ahead ? 0 : Open + amount - own * Pack;
        Cycles += ahead ? ended : counted;
        Early = ahead ? 0 : Early - (own - counted);
        double packs = (double)amount / Pack;
        CycleUse += packs;
        if (timed)
            UsedToday += packs;
        (LastUse, EmptySince, Closed, Reopened) = (now, NoTime, 0, false);
        return ended;
    }

    /// <summary>Days that one pack took in the running cycle: by mass, so that a last large spoonful does not count for two packs.</summary>
    internal readonly double DaysPerPack(double now, uint ended)
    {
        double packs = CycleUse > 0.05 ? CycleUse : Math.Max(1u, ended);
        return Math.Clamp(Math.Max(now - CycleStart, ShortestCycleDays) / packs, ShortestCycleDays, LongestCycleDays);
    }

    /// <summary>Learns the packs that a use ended, each the same share of the time since the last one ended.</summary>
    internal void EndCycles(uint ended, double now, uint day, in CycleForecast foretold, double discount, bool feast, bool timed)
    {
        double days = DaysPerPack(now, ended);
        ChangeDetector change = timed && Finished.Count >= FewestCycles ? Change.Add(foretold.Cdf(days), days) : Change;
        for (int left = timed ? (int)Math.Min(ended, MostCyclesAtOnce) : 0; left > 0; left--)
            Finished = Finished.Learn(days, discount, feast ? FeastWeight : 1.0);
        if (change.Signal != 0)
            (Finished, Changed, ChangedDay, ChangedFrom, change) = (change.Forget(Finished), change.Signal, day, change.DaysBefore(Finished, foretold.MedianDays), default);
        Change = change;
        (CycleStart, CycleDay, CycleUse, BegunInUse) = (now, day, 0.0, false);
    }

    /// <summary>Takes back a use that was none; the packs counted so far stay counted, because a leaf may have told them, and the next uses catch up first.</summary>
    internal void TakeBack(long amount)
    {
        Open = Math.Max(Open - amount, -1_000_000 * Math.Min(Pack, 1_000_000));
        double packs = (double)amount / Pack;
        (UsedToday, CycleUse) = (Math.Max(UsedToday - packs, -MostPacksPerDay), Math.Max(0.0, CycleUse - packs));
    }

    /// <summary>Notes what lies on a slot; while nothing was left the running pack's clock stood still.</summary>
    internal void Level(ushort slot, long milligrams, ushort[]? placed, double now)
    {
        Slots.Set(slot, milligrams);
        bool empty = Slots.Sum(placed) <= Remainder;
        if (empty && EmptySince < 0.0)
            EmptySince = now;
        else if (!empty && EmptySince >= 0.0)
            (CycleStart, LastUse, EmptySince, Closed, Reopened) = (CycleStart + now - Math.Min(now, EmptySince), now, NoTime, 0, false);
    }

    /// <summary>Judges the day's use so far against what was expected.</summary>
    internal void Judge(in ShelfForecast expected, double factor) =>
        ChanceToday = UsedToday > 0.0 ? expected.ChanceOfUsingMore(Math.Min(UsedToday, MostPacksPerDay) / factor, 1.0) : 1.0;

    /// <summary>Closes the day: it is learnt unless the whole household had an odd one or there was nothing to use.</summary>
    internal void Close(uint day, bool frozen, double factor)
    {
        double used = Math.Clamp(UsedToday, 0.0, MostPacksPerDay);
        if (IsUnusualToday)
            (UnusualDay, UnusualUse, UnusualBy) = (day, used, ChanceToday);
        if (frozen)
            (Finished, Change) = (FinishedAtOpen, ChangeAtOpen);
        else if (used > 0.0 || !EmptyAtOpen)
            LearnDay(used / factor);
        if (Finished.Count > FinishedAtOpen.Count)
            Shelf = Shelf.NextPack();
        Reopen(Math.Min(0.0, UsedToday)); // what was corrected beyond the day's use comes off the next
    }

    /// <summary>Closes days on which nobody touched any shelf.</summary>
    internal void CloseIdle(int days)
    {
        for (int left = EmptyAtOpen ? 0 : Math.Min(days, MostDaysAtOnce); left > 0; left--)
            LearnDay(0.0);
    }

    /// <summary>Station 6's output.</summary>
    internal readonly ConsumptionPattern Pattern(in CycleForecast cycle, double now, PatternDoubts doubts, ushort[]? placed)
    {
        ShelfForecast shelf = Shelf.Forecast(cycle);
        double confidence = cycle.Confidence, elapsed = Math.Max(0.0, now - CycleStart), left = 1.0 - cycle.Cdf(elapsed);
        PatternStage stage = Finished.Count < FewestCycles || confidence < 0.35 ? PatternStage.Learning
            : Finished.Count >= 5 && confidence >= 0.6 ? PatternStage.Confirmed : PatternStage.Likely;
        bool stocked = Slots.Sum(placed) > Remainder, known = stocked && Finished.Count >= FewestCycles;
        doubts |= (Monitor.IsLow ? PatternDoubts.CoverageLow : PatternDoubts.None)
            | (Slots.Refused != 0 ? PatternDoubts.StockUncertain : PatternDoubts.None)
            | (known && left < 0.05 ? PatternDoubts.Overdue : PatternDoubts.None)
            | (known && HasStopped(cycle, now, left) ? PatternDoubts.StoppedUsing : PatternDoubts.None)
            | (IsUnusualToday ? PatternDoubts.UnusualUse : PatternDoubts.None);
        return new ConsumptionPattern(
            Gtin, Cycles, shelf.PacksPerDay, shelf.Shape, shelf.Scale, shelf.DailyShape, cycle.MedianDays, cycle.Sigma, confidence, stage,
            doubts, Monitor.Coverage, Monitor.LevelShift, elapsed, Shelf.DaysSeen, Shelf.UsualSpread(cycle))
        {
            PacksToNextCycle = PacksToNextCycle,
        };
    }

    /// <summary>Forecast D6: the pack is long overdue and nothing was taken for two usual cycles.</summary>
    internal readonly bool HasStopped(in CycleForecast cycle, double now, double chanceOfLonger) =>
        chanceOfLonger < UnusualChance && now - LastUse >= 2.0 * cycle.MedianDays;

    private void LearnDay(double packs)
    {
        if (Shelf.DaysSeen >= ShelfHistory.EarlyDays)
            Monitor = Monitor.Learn(packs > 0.0 ? ChanceToday : 1.0);
        Shelf = Shelf.Learn(packs, Monitor.DayDiscount);
    }

    private void Reopen(double carried)
    {
        (UsedToday, ChanceToday, EmptyAtOpen) = (carried, 1.0, EmptySince >= 0.0);
        (FinishedAtOpen, ChangeAtOpen) = (Finished, Change);
    }
}
