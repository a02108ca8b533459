using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Configuration;
using PantryChain.Reorder.Patterns;
using PantryChain.Telemetry.Journaling;

namespace PantryChain.Gateway.Learning;

/// <summary>Station 6: what the journal taught about the household's use, and the findings that go back into it as events of kind 4 and 5.</summary>
/// <remarks>
/// The book is a fold of the journal and is folded anew at every start, so a kill between an event and its finding loses nothing: the finding is still
/// untold and is appended then. Thread safe.
/// </remarks>
internal sealed class Learner
{
    private readonly Journal _journal;
    private readonly Household _household;
    private readonly PatternBook _book;
    private readonly AnswerBook _answers;
    private readonly Lock _lock = new();

    /// <summary>Learns the whole journal, with the member's answers beside it.</summary>
    /// <param name="journal">What happened.</param>
    /// <param name="household">What the shelves keep.</param>
    /// <param name="answers">How long packs last as the member said.</param>
    /// <param name="holidays">The calendar of the household; null for the law's alone.</param>
    public Learner(Journal journal, Household household, AnswerBook answers, KoreanHolidays? holidays = null)
    {
        (_journal, _household, _answers, _book) = (journal, household, answers, new PatternBook(holidays: holidays));
        foreach ((Gtin gtin, double days) in answers.Lengths)
            _book.Tell(gtin, days);
        foreach (ShelfProduct product in household.Products)
            _book.Track(product.Product, household.Slots.Where(slot => slot.Holds(product.Product.Gtin)).Select(slot => slot.Slot));
        lock (_lock)
            CatchUp_NeedsLock();
    }

    /// <summary>Learns everything that was journaled since; the findings that this added to the journal.</summary>
    public IReadOnlyList<ThingEvent> Learn()
    {
        lock (_lock)
            return CatchUp_NeedsLock();
    }

    /// <summary>What is known about a product's use at an instant; null before its first event.</summary>
    public ConsumptionPattern? PatternOf(Gtin gtin, DateTimeOffset at)
    {
        lock (_lock)
            return _book.Pattern(gtin, _household.DayOf(at));
    }

    /// <summary>Where the count of a product's used up packs stands; null before its first event.</summary>
    public PackCount? CountOf(Gtin gtin)
    {
        lock (_lock)
            return _book.Count(gtin);
    }

    /// <summary>The cycle that belongs into the next observation of a product when <paramref name="used"/> was used.</summary>
    public uint CyclesAfter(Gtin gtin, Mass used)
    {
        lock (_lock)
            return _book.CyclesAfter(gtin, used);
    }

    /// <summary>What a member should know about the household's use at an instant; empty on most days.</summary>
    public IReadOnlyList<PatternAlarm> AlarmsAt(DateTimeOffset at)
    {
        lock (_lock)
            return _book.Alarms(_household.DayOf(at));
    }

    /// <summary>The coming weeks' holidays with what this household does in them.</summary>
    public HolidayOutlook Outlook(HouseholdDay today)
    {
        lock (_lock)
            return _book.Outlook(today);
    }

    /// <summary>Takes the member's answer to how long a pack lasts: kept first, then learnt.</summary>
    /// <param name="gtin">A product of the household.</param>
    /// <param name="days"><see cref="AnswerBook.Shortest"/> to <see cref="AnswerBook.Longest"/>; null for a question that was skipped.</param>
    /// <param name="at">Household time.</param>
    public void Answer(Gtin gtin, double? days, DateTimeOffset at)
    {
        lock (_lock)
        {
            _answers.Keep(gtin, days, at);
            _book.Tell(gtin, days);
        }
    }

    private List<ThingEvent> CatchUp_NeedsLock()
    {
        List<ThingEvent> told = [];
        while (true)
        {
            while (_journal.Read(_book.LastSeq + 1) is { Count: > 0 } batch)
            {
                foreach (ThingEvent seen in batch)
                    _book.Learn(seen);
            }
            if (_book.Untold.Count == 0)
                return told;
            told.AddRange(_journal.Append([.. _book.Untold.Select(finding => finding.Observation)]));
        }
    }
}
