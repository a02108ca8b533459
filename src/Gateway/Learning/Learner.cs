using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Quantities;
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
    private readonly PatternBook _book = new();
    private readonly Lock _lock = new();

    /// <summary>Learns the whole journal.</summary>
    public Learner(Journal journal, Household household)
    {
        (_journal, _household) = (journal, household);
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

    /// <summary>The cycle that belongs into the next observation of a product when <paramref name="used"/> was used.</summary>
    public uint CyclesAfter(Gtin gtin, Mass used)
    {
        lock (_lock)
            return _book.CyclesAfter(gtin, used);
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
