using PantryChain.DeviceDrivers.Shelf.Fusion;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Ordering;
using PantryChain.Telemetry.Journaling;

namespace PantryChain.Gateway.Inbox;

/// <summary>What became of a click in the inbox.</summary>
internal enum DeskAnswer
{
    /// <summary>It is done, or was done before.</summary>
    Done,

    /// <summary>There is no such question or event.</summary>
    NotThere,

    /// <summary>It can no longer be done, or another answer was given already.</summary>
    TooLate,

    /// <summary>The answer is none of those offered.</summary>
    BadChoice,
}

/// <summary>Answers questions, takes answers and bookings back, and answers for the member who does not.</summary>
/// <remarks>Every act is one durable transaction and may be asked for twice. Thread safe; never waits for a network.</remarks>
internal sealed class InboxDesk(
    InboxBook inbox, StockBook stocks, ShelfKeeper keeper, SlotFuser fuser, Journal journal, Learner learner, Household household, TimeProvider time, ILogger<InboxDesk> log,
    Decider? decider = null, CountDesk? counts = null)
{
    /// <summary>How long a booking or an answer may be taken back, in household time.</summary>
    public static readonly TimeSpan Regret = TimeSpan.FromDays(1);

    private static readonly Mass UsualSigma = Mass.FromGrams(1.5); // of a booked step: its own is not journaled

    /// <summary>Answers a question; an automatic answer is replaced by the member's.</summary>
    /// <param name="id">The question.</param>
    /// <param name="choice">One of <see cref="Answers"/>.</param>
    public DeskAnswer Resolve(long id, string? choice)
    {
        using (stocks.Enter())
        {
            if (inbox.Find(id) is not { } question)
                return DeskAnswer.NotThere;
            if (household.FindSlot(question.Slot) is not { } slot)
                return DeskAnswer.TooLate; // the slot was taken out of gateway.json
            if (choice is null || !Answers.TryRead(question, choice, slot.Holds, out Answer answer) || !answer.Parts.All(part => slot.Holds(part.Gtin)))
                return DeskAnswer.BadChoice;
            if (question.State == QuestionState.Answered || (question.State == QuestionState.Automatic && question.Choice == choice))
                return question.Choice == choice ? DeskAnswer.Done : DeskAnswer.TooLate;
            List<ThingEvent> wrong = question.IsOpen ? [] : StandingOf(question);
            if (!question.IsOpen && (!IsFresh(question.AnsweredAt) || wrong.Any(keeper.IsFinal)))
                return DeskAnswer.TooLate;
            Answer(question with { Gone = false }, choice, answer, QuestionState.Answered, wrong);
        }
        Follow();
        return DeskAnswer.Done;
    }

    /// <summary>Takes an answer back: its bookings are corrected and the question is open again.</summary>
    public DeskAnswer Undo(long id)
    {
        using (stocks.Enter())
        {
            if (inbox.Find(id) is not { } question)
                return DeskAnswer.NotThere;
            if (question.IsOpen)
                return DeskAnswer.Done;
            List<ThingEvent> wrong = StandingOf(question);
            if (question.Gone || !IsFresh(question.AnsweredAt) || wrong.Any(keeper.IsFinal))
                return DeskAnswer.TooLate;
            InboxQuestion open = question.Decline(question.Choice!) with { State = QuestionState.Open, Choice = null, AnsweredAt = null, AskedAt = time.GetUtcNow() };
            keeper.Rebook([open, .. StrangerOf(question, gone: false)], [], wrong, id);
        }
        Follow();
        return DeskAnswer.Done;
    }

    /// <summary>Takes a booking back within <see cref="Regret"/> and asks what it was; of a question's bookings all go together.</summary>
    /// <param name="seq">The event's number.</param>
    public DeskAnswer TakeBack(ulong seq)
    {
        if (inbox.BookingOf(seq) is { } booking)
            return booking.Corrected ? DeskAnswer.Done : Undo(booking.Question);
        using (stocks.Enter())
        {
            if (inbox.BookingOf(seq) is not null)
                return DeskAnswer.Done; // another click was faster
            if (seq == 0 || journal.Read(seq, 1) is not [{ } wrong, ..] || wrong.Seq != seq)
                return DeskAnswer.NotThere;
            if (!CanTakeBack(wrong))
                return DeskAnswer.TooLate;
            if (wrong.Kind == ThingEventKind.Corrected)
                counts!.Reopen(wrong);
            else
                keeper.Rebook([QuestionAbout(wrong)], [], [wrong], inbox.NextId);
        }
        Follow();
        return DeskAnswer.Done;
    }

    /// <summary>The member says that a product is used up: its count is closed.</summary>
    public DeskAnswer UseUp(Gtin gtin)
    {
        DeskAnswer answer = counts?.UseUp(gtin) ?? DeskAnswer.NotThere;
        Follow();
        return answer;
    }

    /// <summary>True while a booking is a use or a restocking of the last day on a slot that is still there, or a count that was closed since. A delivery released money: it stays.</summary>
    public bool CanTakeBack(ThingEvent booked) =>
        booked.Kind == ThingEventKind.Corrected ? counts?.CanReopen(booked) == true
        : booked.Kind is ThingEventKind.Used or ThingEventKind.Restocked && !keeper.IsFinal(booked) && IsFresh(booked.SeenAt) && household.FindSlot(booked.Slot) is { } slot && slot.Holds(booked.Gtin);

    /// <summary>True while an answer may be taken back.</summary>
    public bool CanUndo(InboxQuestion question) =>
        !question.IsOpen && !question.Gone && IsFresh(question.AnsweredAt) && !StandingOf(question).Any(keeper.IsFinal);

    /// <summary>When an open question is answered for the member.</summary>
    public DateTimeOffset DueOf(InboxQuestion question) => question.AskedAt + TimeSpan.FromHours(household.Options.Inbox.AnswerHours);

    /// <summary>Answers what waited too long with what it most likely was, and counts as used up what has been empty for long; how many.</summary>
    public int AnswerDue()
    {
        int count = CloseCounts();
        foreach (InboxQuestion waiting in inbox.Open.Reverse())
        {
            IReadOnlyList<ThingEvent> booked;
            using (stocks.Enter())
            {
                if (time.GetUtcNow() < DueOf(waiting) || inbox.Find(waiting.Id) is not { IsOpen: true } question || household.FindSlot(question.Slot) is not { } slot)
                    continue;
                string choice = question.MostLikely;
                Answers.TryRead(question, choice, slot.Holds, out Answer answer);
                if (!answer.Parts.All(part => slot.Holds(part.Gtin)))
                    (choice, answer) = (Answers.NotFood, new Answer([])); // gateway.json moved the product elsewhere meanwhile
                booked = Answer(question, choice, answer, QuestionState.Automatic, []);
                inbox.CountAutomatic();
            }
            count++;
            log.LogInformation("Inbox: nobody said what {Grams} on slot {Slot} was; booked as {Choice}. It can be taken back for a day",
                waiting.Delta, waiting.Slot, booked.Count > 0 ? string.Join(" and ", booked.Select(part => part.Gtin)) : "no product");
            Follow();
        }
        return count;
    }

    private int CloseCounts()
    {
        IReadOnlyList<ThingEvent> closed = counts?.CloseDue() ?? [];
        foreach (ThingEvent closing in closed)
            log.LogInformation("Slot {Slot} has been empty for {Hours} h: pack {Cycle} of {Product} counts as used up. It can be taken back for a day", closing.Slot, CountDesk.EmptyFor.TotalHours, closing.Cycle, closing.Gtin);
        if (closed.Count > 0)
            Follow();
        return closed.Count;
    }

    private IReadOnlyList<ThingEvent> Answer(InboxQuestion question, string choice, in Answer answer, QuestionState state, List<ThingEvent> wrong)
    {
        InboxQuestion answered = question with { State = state, Choice = choice, AnsweredAt = time.GetUtcNow() };
        List<InboxQuestion> changed = [answered];
        if (!question.IsOpen)
            changed.AddRange(StrangerOf(question, gone: false));
        if (answer.Stranger != 0 && inbox.Find(answer.Stranger) is { LeftStranger: true } stranger)
            changed.Add(stranger with { Gone = true });
        return keeper.Rebook(changed, answer.Parts, wrong, question.Id);
    }

    /// <summary>The stranger that a question's answer had sent away, put back (or away again).</summary>
    private IEnumerable<InboxQuestion> StrangerOf(InboxQuestion question, bool gone) =>
        question.Choice is { } choice && Answers.TryRead(question, choice, _ => true, out Answer answer) && answer.Stranger != 0 && inbox.Find(answer.Stranger) is { } stranger
            ? [stranger with { Gone = gone }] : [];

    private List<ThingEvent> StandingOf(InboxQuestion question) => [.. inbox.Standing(question.Id).SelectMany(seq => journal.Read(seq, 1)).Where(seen => seen.Slot == question.Slot)];

    private InboxQuestion QuestionAbout(ThingEvent wrong)
    {
        StockStep step = new(
            wrong.Slot, wrong.SeenAt, wrong.Delta < Mass.Zero ? StepKind.Used : StepKind.Restocked, wrong.Delta, stocks.LevelOf(wrong.Slot) ?? wrong.Level, UsualSigma);
        FusedStep fused = fuser.Explain(step, TagEvidence.None);
        InboxQuestion question = new(
            inbox.NextId, wrong.Slot, wrong.SeenAt, wrong.Delta, UsualSigma, QuestionReason.TakenBack, ShelfKeeper.CandidatesOf(fused), time.GetUtcNow());
        return question.Decline(wrong.Gtin.ToString());
    }

    private bool IsFresh(DateTimeOffset? at) => at is { } then && time.GetUtcNow() - then <= Regret;

    /// <summary>What follows every booking on the walk: learning, decision.</summary>
    private void Follow()
    {
        learner.Learn();
        decider?.ReviewAll();
    }
}
