using PantryChain.Domain.Chain;
using PantryChain.Domain.Events;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Configuration;
using PantryChain.Ledger.Blocks;
using PantryChain.Telemetry.Journaling;

namespace PantryChain.Gateway.Blocks;

/// <summary>Station 4: seals the journal into the device's own chain, once a day and whenever an order or a delivery needs evidence.</summary>
/// <remarks>
/// A block is kept before it counts. After a kill the book says how far the chain got and the journal what comes next, so sealing goes on where it
/// stopped. Thread safe; never waits for a network.
/// </remarks>
internal sealed class BlockKeeper(BlockBook book, Journal journal, BlockSealer sealer, Household household, TimeProvider time)
{
    private readonly Lock _lock = new();
    private Action _sealed = () => { };

    /// <summary>Has <paramref name="handler"/> called after each kept block, outside the lock; it must return at once. Only while the program is put together.</summary>
    public void WhenSealed(Action handler) => _sealed += handler;

    /// <summary>The household time at which the next daily block is due; in the past when one was missed.</summary>
    public DateTimeOffset NextDue()
    {
        HouseholdDay today = household.DayOf(time.GetUtcNow());
        HouseholdDay next = LastDaily(today)?.Next() ?? today;
        return SealTime(next);
    }

    /// <summary>Seals the daily block when it is due, empty or not; false when it is not.</summary>
    /// <remarks>After days without power one block is sealed, not one for each: it says the day on which it was sealed.</remarks>
    public bool SealDue()
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (_lock)
        {
            HouseholdDay today = household.DayOf(now);
            HouseholdDay due = now >= SealTime(today) ? today : new HouseholdDay(today.Number - 1);
            if (LastDaily(today) is { } last ? last.CompareTo(due) >= 0 : now < SealTime(today))
                return false;
            Seal_NeedsLock(due, urgent: false, now);
        }
        _sealed();
        return true;
    }

    /// <summary>The block that holds an event; seals everything up to now when there is none yet.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The journal has no such event.</exception>
    public SealedBlock SealFor(ThingEvent evidence)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(evidence.Seq, journal.Last, nameof(evidence));
        SealedBlock? block;
        lock (_lock)
        {
            block = book.Holding(evidence.Seq);
            if (block is not null)
                return block;
            Seal_NeedsLock(daily: null, urgent: true, time.GetUtcNow());
            block = book.Holding(evidence.Seq) ?? throw new InvalidOperationException($"Event {evidence.Seq} was sealed but stands in no block.");
        }
        _sealed();
        return block;
    }

    /// <summary>The day of the newest daily block; one that a clock ahead of time sealed for a day to come counts for nothing, or no block would be due until then.</summary>
    private HouseholdDay? LastDaily(HouseholdDay today) => book.LastDaily() is { } last && last.CompareTo(today) <= 0 ? last : null;

    private void Seal_NeedsLock(HouseholdDay? daily, bool urgent, DateTimeOffset now)
    {
        ulong target = journal.Last;
        BlockHead head = book.Head();
        do
        {
            ulong last = Math.Min(target, head.ToSeq + ThingBlock.MostEvents);
            IReadOnlyList<ThingEvent> events = journal.OpenLeaves(head.ToSeq + 1, last);
            HouseholdDay day = household.DayOf(now) is var today && today.CompareTo(head.Day) > 0 ? today : head.Day; // a clock that was set back
            SealedBlock block = sealer.Seal(head, events, day, urgent);
            book.Append(block, last == target ? daily : null, now);
            head = BlockHead.After(block.Block);
        }
        while (head.ToSeq < target);
    }

    private DateTimeOffset SealTime(HouseholdDay day)
    {
        DateTime local = day.ToDate().ToDateTime(household.SealAt);
        while (household.Zone.IsInvalidTime(local))
            local = local.AddMinutes(15); // the hour that the clocks skip
        return new DateTimeOffset(local, household.Zone.GetUtcOffset(local));
    }
}
