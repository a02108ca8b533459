using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Time;

namespace PantryChain.Reorder.Patterns;

/// <content>What a member should know.</content>
public sealed partial class PatternBook
{
    private const double AlarmChance = 0.01; // forecast D6: what a member sees; doubts inside use 0.05
    private const uint AlarmDays = 3;        // how long a change, a leap or an odd day stays news

    /// <summary>What a member should know on <paramref name="today"/>, most important kinds first; empty on most days.</summary>
    /// <remarks>
    /// Overdue packs and unusual uses are tests, one per product and kind; over all of them of a day the Benjamini-Hochberg procedure (J. R. Stat. Soc. B 57, 1995)
    /// keeps the expected share of false alarms at 1 %.
    /// </remarks>
    public IReadOnlyList<PatternAlarm> Alarms(HouseholdDay today)
    {
        List<PatternAlarm> tests = [], certain = [];
        int idle = _clock.IdleDays(today, out _, out bool doubted);
        if (_clock.Doubted > 0 || _clock.LastLeapDay != 0 && IsNews(_clock.LastLeapDay, today))
            certain.Add(new PatternAlarm(PatternAlarmKind.ClockLeapt, default, new HouseholdDay(_clock.LastLeapDay), 1.0, Math.Max(1u, _clock.Doubted), 0.0));
        if (IsHouseholdEvent(out uint products) && !doubted)
            certain.Add(new PatternAlarm(PatternAlarmKind.HouseholdEvent, default, new HouseholdDay(_clock.OpenDay), 1.0, products, 0.0));
        else if (_eventDay != 0 && IsNews(_eventDay, today))
            certain.Add(new PatternAlarm(PatternAlarmKind.HouseholdEvent, default, new HouseholdDay(_eventDay), 1.0, _eventProducts, 0.0));
        for (int i = 0; i < _products.Count; i++)
        {
            if (_products.GetValueAtIndex(i) is { Begun: true, Pack: > 0 } entry)
                AddOf(entry, today, _clock.AtTouch + idle, tests, certain);
        }
        return [.. certain.Concat(Discoveries(tests)).OrderBy(alarm => Rank(alarm.Kind)).ThenBy(alarm => alarm.Gtin.Value)];
    }

    private void AddOf(ProductEntry entry, HouseholdDay today, double now, List<PatternAlarm> tests, List<PatternAlarm> certain)
    {
        ref readonly ProductHistory state = ref entry.State;
        CycleForecast cycle = Forecast(entry, state);
        Gtin gtin = state.Gtin;
        if (state.Slots.Refused != 0)
            certain.Add(new PatternAlarm(PatternAlarmKind.TooManySlots, gtin, today, 1.0, SlotLevels.Most + 1, SlotLevels.Most));
        if (state.Monitor.IsLow)
            certain.Add(new PatternAlarm(PatternAlarmKind.CoverageLow, gtin, today, 1.0, state.Monitor.Coverage, CoverageMonitor.Nominal));
        if (state.Changed != 0 && IsNews(state.ChangedDay, today))
            certain.Add(new PatternAlarm(
                state.Changed > 0 ? PatternAlarmKind.Slower : PatternAlarmKind.Faster, gtin, new HouseholdDay(state.ChangedDay), 1.0, cycle.MedianDays, state.ChangedFrom));
        AddUnusual(state, state.Shelf.Forecast(cycle).PacksPerDay, today, tests);
        if (state.Finished.Count < ProductHistory.FewestCycles || state.Slots.Sum(entry.Placed) <= state.Remainder)
            return;
        double elapsed = Math.Max(0.0, now - state.CycleStart), left = 1.0 - cycle.Cdf(elapsed);
        if (state.HasStopped(cycle, now, left))
            certain.Add(new PatternAlarm(PatternAlarmKind.StoppedUsing, gtin, today, left, now - state.LastUse, cycle.MedianDays));
        else
            tests.Add(new PatternAlarm(PatternAlarmKind.Overdue, gtin, today, left, elapsed, cycle.MedianDays));
    }

    private void AddUnusual(in ProductHistory state, double expected, HouseholdDay today, List<PatternAlarm> tests)
    {
        if (state.UsedToday > 0.0 && state.IsJudged && today.Number == _clock.OpenDay)
            tests.Add(new PatternAlarm(PatternAlarmKind.UnusualUse, state.Gtin, today, state.IsUnusualToday ? state.ChanceToday : 1.0, state.UsedToday, expected));
        else if (state.UnusualDay != 0 && state.UnusualDay + 1 == today.Number)
            tests.Add(new PatternAlarm(PatternAlarmKind.UnusualUse, state.Gtin, new HouseholdDay(state.UnusualDay), state.UnusualBy, state.UnusualUse, expected));
    }

    private static IEnumerable<PatternAlarm> Discoveries(List<PatternAlarm> tests)
    {
        tests.Sort((a, b) => a.Chance.CompareTo(b.Chance));
        int found = 0;
        for (int i = 0; i < tests.Count; i++)
        {
            if (tests[i].Chance <= AlarmChance * (i + 1) / tests.Count)
                found = i + 1;
        }
        return tests.Take(found);
    }

    private static bool IsNews(uint day, HouseholdDay today) => today.Number >= day && today.Number - day <= AlarmDays;

    private static int Rank(PatternAlarmKind kind) => kind switch
    {
        PatternAlarmKind.ClockLeapt => 0,
        PatternAlarmKind.TooManySlots => 1,
        PatternAlarmKind.HouseholdEvent => 2,
        PatternAlarmKind.StoppedUsing => 3,
        PatternAlarmKind.UnusualUse => 4,
        PatternAlarmKind.Overdue => 5,
        PatternAlarmKind.CoverageLow => 6,
        _ => 7,
    };
}
