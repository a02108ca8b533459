using PantryChain.Domain.Catalogue;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Inbox;
using PantryChain.Ui.Hosting;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Dashboard;

/// <summary>One question as the pages show it.</summary>
/// <param name="Question">The question.</param>
/// <param name="Slot">Where, or null when the slot was taken out of the configuration.</param>
/// <param name="Due">When it is answered for the member.</param>
/// <param name="CanUndo">True while its answer may be taken back.</param>
internal sealed record QuestionView(InboxQuestion Question, ShelfSlot? Slot, DateTimeOffset Due, bool CanUndo);

/// <summary>What the inbox's pages ask.</summary>
/// <remarks>Public only because Razor components are; everything in it is this host's own. Thread safe; every call looks anew.</remarks>
public sealed class InboxView
{
    private const int MostAnswered = 20;

    private readonly InboxBook _inbox;
    private readonly InboxDesk _desk;
    private readonly Household _household;
    private readonly CountDesk _counts;

    internal InboxView(InboxBook inbox, InboxDesk desk, CountDesk counts, Household household) => (_inbox, _desk, _counts, _household) = (inbox, desk, counts, household);

    /// <summary>Packs that counted as used up in the last day although not all of them was seen going, newest first.</summary>
    internal IReadOnlyList<ThingEvent> Counted() => _counts.Recent();

    /// <summary>True for an event that counted a pack as used up.</summary>
    internal bool IsClosing(ThingEvent seen) => _counts.IsClosing(seen);

    /// <summary>True while new questions are booked at once.</summary>
    internal bool IsFull => _inbox.Open.Count >= ShelfKeeper.MostOpen;

    /// <summary>Open questions, newest first.</summary>
    internal IReadOnlyList<QuestionView> Open() => [.. _inbox.Open.Select(Of)];

    /// <summary>The newest answered questions, newest answer first.</summary>
    internal IReadOnlyList<QuestionView> Answered() => [.. _inbox.Answered(MostAnswered).Select(Of)];

    /// <summary>What waits undecided on a slot, or null when nothing does.</summary>
    internal Mass? UndecidedOn(SlotId slot)
    {
        List<InboxQuestion> open = [.. _inbox.Open.Where(question => question.Slot == slot)];
        return open.Count == 0 ? null : new Mass(open.Sum(question => question.Delta.Milligrams));
    }

    /// <summary>Of a page's events, those that were taken back.</summary>
    internal IReadOnlySet<ulong> TakenBack(IReadOnlyList<ThingEvent> events) => events.Count == 0 ? new HashSet<ulong>() : _inbox.CorrectedSince(events.Min(seen => seen.Seq));

    /// <summary>True while a booking may be taken back.</summary>
    internal bool CanTakeBack(ThingEvent booked) => _desk.CanTakeBack(booked);

    /// <summary>Where a booking can be taken back.</summary>
    internal static string FixOf(ThingEvent booked) => $"/events/{booked.Seq}";

    /// <summary>The products of a question's slot that no candidate names alone.</summary>
    internal static IEnumerable<Product> Others(QuestionView view) => (view.Slot?.Products ?? []).Where(product =>
        !view.Question.Candidates.Any(candidate => candidate is { Declined: false, Parts: [{ } part] } && part.Gtin == product.Gtin));

    /// <summary>An answer in words.</summary>
    internal string Say(InboxQuestion question, string? choice, UiContext ui)
    {
        InboxWords words = new(ui.Words.Language);
        if (choice is Answers.NotFood or Answers.Elsewhere or null || !Answers.TryRead(question, choice, _ => true, out Answer answer))
            return choice == Answers.Elsewhere ? words.Elsewhere : words.NotFood;
        return answer.Parts.Count == 0 ? words.StrangerGone : string.Join(" + ", answer.Parts.Select(part => words.Part(part, NameOf(part.Gtin, ui))));
    }

    /// <summary>A product's name in the reader's language.</summary>
    internal string NameOf(Gtin gtin, UiContext ui) =>
        _household.FindProduct(gtin) is not { } product ? gtin.ToString() : ui.Words.Language == Language.Korean ? product.Product.NameKo : product.Product.NameEn;

    private QuestionView Of(InboxQuestion question) => new(question, _household.FindSlot(question.Slot), _desk.DueOf(question), _desk.CanUndo(question));
}
