using Microsoft.Data.Sqlite;
using PantryChain.DeviceDrivers.Shelf.Fusion;
using PantryChain.Domain.Catalogue;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Deliveries;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Sensing;
using PantryChain.Telemetry.Journaling;

namespace PantryChain.Gateway.Inbox;

/// <summary>Station 3's hand: keeps what a slot told, as events of its products or as a question, in one durable transaction each.</summary>
/// <remarks>
/// Nothing else writes levels: each is computed from the last and journaled inside <see cref="StockBook.Enter"/>, so that an answer from a page and a step of the shelf
/// cannot overtake each other. The slot's booked level (products and rest) always equals what the scale says. Thread safe.
/// </remarks>
internal sealed class ShelfKeeper(Journal journal, StockBook stocks, InboxBook inbox, Observer observer, Household household, TimeProvider time, RiseBook? rises = null)
{
    private readonly LiftBook _lifts = new();

    /// <summary>Most questions that wait; beyond it the most likely is booked at once and told as if nobody had answered.</summary>
    public const int MostOpen = 200;

    /// <summary>Keeps a slot's opening stock, or its stock after a calibration.</summary>
    /// <remarks>What lies on a slot of several products at first is not known by product: it is stated as none, and what the scale sees is then a step like any other.</remarks>
    public IReadOnlyList<ThingEvent> Open(in StockReading reading)
    {
        SlotId slot = reading.Slot;
        IReadOnlyList<Product> products = household.FindSlot(slot)!.Products;
        using (stocks.Enter())
        {
            Mass rest = stocks.RestOf(slot), level = reading.Level;
            bool several = products.Count > 1;
            IReadOnlyList<ThingObservation> openings = observer.Opening(reading, [.. products.Select(product => (product, several ? stocks.LevelOf(slot, product.Gtin) : level - rest))]);
            if (several)
                rest = observer.IsRecalibrated(slot) ? level - new Mass(products.Sum(product => stocks.LevelOf(slot, product.Gtin).Milligrams)) : Mass.Zero;
            IReadOnlyList<ThingEvent> kept = journal.Append(openings, (writer, transaction, _) => StockBook.KeepRest(writer, transaction, slot, rest));
            stocks.Accept(kept, slot, rest);
            observer.Opened(slot);
            return kept;
        }
    }

    /// <summary>Keeps a step: as events when it is certain, else as a question.</summary>
    public IReadOnlyList<ThingEvent> Keep(FusedStep fused)
    {
        using (stocks.Enter())
        {
            bool certain = fused is { IsCertain: true, IsDoubtful: false }, full = !certain && inbox.Open.Count >= MostOpen;
            return certain ? Book(fused, fused.Best) : Ask(fused, full);
        }
    }

    /// <summary>Keeps a tag's coming or going.</summary>
    public IReadOnlyList<ThingEvent> Keep(TagMove move)
    {
        using (stocks.Enter())
            return [journal.Append(observer.Tag(move, stocks.LevelOf(move.Slot, move.Gtin)))];
    }

    /// <summary>Keeps parts of a change that the slot's booked level holds already: they leave its rest. For answers; call inside <see cref="StockBook.Enter"/>.</summary>
    /// <param name="changed">The question as it is afterwards, and others that change with it.</param>
    /// <param name="parts">What is booked.</param>
    /// <param name="wrong">Bookings that are taken back first.</param>
    /// <param name="bookings">The question that the bookings belong to.</param>
    public IReadOnlyList<ThingEvent> Rebook(IReadOnlyList<InboxQuestion> changed, IReadOnlyList<FusedPart> parts, IReadOnlyList<ThingEvent> wrong, long bookings)
    {
        InboxQuestion question = changed[0];
        (SlotId slot, DateTimeOffset now) = (question.Slot, time.GetUtcNow());
        Levels levels = new(stocks, household.FindSlot(slot)!);
        List<ThingObservation> observations = [];
        List<Rise?> seen = [];
        foreach (ThingEvent booking in wrong)
            observations.Add(observer.Correction(booking, levels.Move(booking.Gtin, -booking.Delta, fromRest: true), now));
        foreach (FusedPart part in parts)
        {
            // The order of events is the order of the journal: an answer dates its bookings when it was given, or they would precede their correction.
            observations.Add(observer.Observe(slot, part, levels.Move(part.Gtin, part.Delta, fromRest: true), now, question.At, out Rise? rise));
            seen.Add(rise);
        }
        IReadOnlyList<ThingEvent> kept = journal.Append(observations, (writer, transaction, events) =>
        {
            for (int i = 0; i < wrong.Count; i++)
            {
                InboxBook.KeepBooking(writer, transaction, bookings, wrong[i].Seq, events[i].Seq);
                rises?.TakeBack(writer, transaction, wrong[i].Seq);
            }
            KeepBooked(writer, transaction, bookings, [.. events.Skip(wrong.Count)], seen);
            KeepAll(writer, transaction, changed, slot, levels.Rest);
        });
        stocks.Accept(kept, slot, levels.Rest);
        inbox.Accept(changed);
        return kept;
    }

    /// <summary>Keeps others from changing stock until what is returned is disposed; may be entered again by the same thread.</summary>
    public Lock.Scope Enter() => stocks.Enter();

    /// <summary>True for a booking that stays: a delivery, or packs that became one; money may have been released for it.</summary>
    public bool IsFinal(ThingEvent booked) => booked.Kind == ThingEventKind.Delivered || rises?.HasArrived(booked.Seq) == true;

    /// <summary>Keeps that a rise which stands as restocked was an order's delivery; stock stays as it is. Call inside <see cref="Enter"/>.</summary>
    public ThingEvent Arrive(in Verdict verdict, PlacedOrder order)
    {
        (Verdict found, Gtin gtin, DateTimeOffset now) = (verdict, order.Terms.Gtin, time.GetUtcNow());
        SlotId slot = journal.Read(found.Rise.Seq, 1) is [{ } booked, ..] ? booked.Slot : found.Rise.Slot;
        ThingObservation delivery = observer.Delivery(slot, gtin, stocks.LevelOf(slot, gtin), order.Id, now);
        return journal.Append([delivery], (writer, transaction, events) => rises!.Arrive(writer, transaction, found, events[0].Seq, now))[0];
    }

    private IReadOnlyList<ThingEvent> Book(FusedStep fused, FusedCandidate best)
    {
        StockStep step = fused.Step;
        ShelfSlot slot = household.FindSlot(step.Slot)!;
        Levels levels = new(stocks, slot);
        List<ThingObservation> observations = [];
        List<Rise?> seen = [];
        ThingEvent? undone = null;
        foreach (FusedPart booked in best.Parts)
        {
            FusedPart part = booked;
            if (best.Parts.Count == 1 && !observer.Awaits(part.Gtin, step.At) && _lifts.TakeUndoneBy(step, part) is { } wrong)
            {
                // What was booked as gone is back (or the other way round): the booking was wrong, only the difference moved.
                observations.Add(observer.Correction(undone = wrong, levels.Move(part.Gtin, -wrong.Delta, fromRest: false), step.At));
                seen.Add(null);
                part = new FusedPart(part.Gtin, part.Delta + wrong.Delta, 0);
                if (part.Delta.Abs() < LiftBook.Least)
                {
                    levels.Move(part.Gtin, part.Delta, fromRest: false);
                    continue;
                }
            }
            Mass level = levels.Move(part.Gtin, part.Delta, fromRest: false);
            if (slot.Products.Count == 1)
                level = step.Level - levels.Rest; // the only product takes the cell's drift
            ThingObservation observed = observer.Observe(step.Slot, part, level, step.At, step.At, out Rise? rise);
            observations.Add(undone is null ? observed : observed with { Cycle = observations[0].Cycle }); // less than what was taken back ends no pack
            seen.Add(rise);
        }
        if (undone is not null && observations.Count == 1 && slot.Products.Count == 1)
            observations[0] = observations[0] with { Level = step.Level - levels.Rest };
        Mass rest = slot.Products.Count > 1 ? step.Level - levels.Sum : best.Parts.Count > 0 ? levels.Rest : levels.Rest + step.Delta;
        List<InboxQuestion> changed = [];
        if (best.Stranger != 0 && inbox.Find(best.Stranger) is { LeftStranger: true } stranger)
            changed.Add(stranger with { Gone = true });
        IReadOnlyList<ThingEvent> kept = journal.Append(observations, (writer, transaction, events) =>
        {
            if (undone is not null)
                InboxBook.KeepBooking(writer, transaction, 0, undone.Seq, events[0].Seq);
            KeepBooked(writer, transaction, 0, events, seen);
            KeepAll(writer, transaction, changed, step.Slot, rest);
        });
        stocks.Accept(kept, step.Slot, rest);
        inbox.Accept(changed);
        if (kept is [{ } one])
            _lifts.Note(step, one);
        return kept;
    }

    private IReadOnlyList<ThingEvent> Ask(FusedStep fused, bool full)
    {
        StockStep step = fused.Step;
        ShelfSlot slot = household.FindSlot(step.Slot)!;
        Levels levels = new(stocks, slot);
        QuestionReason reason = fused.IsDoubtful ? QuestionReason.AllAtOnce : fused.Tags.Conflict ? QuestionReason.TagConflict : fused.Best.Cause == FusedCause.Foreign ? QuestionReason.Foreign : QuestionReason.Ambiguous;
        InboxQuestion question = new(inbox.NextId, step.Slot, step.At, step.Delta, step.Sigma, reason, CandidatesOf(fused), time.GetUtcNow());
        Mass rest = slot.Products.Count > 1 ? step.Level - levels.Sum : levels.Rest + step.Delta;
        journal.Append([], (writer, transaction, _) => KeepAll(writer, transaction, [question], step.Slot, rest));
        stocks.Accept([], step.Slot, rest);
        inbox.Accept(question);
        return full ? AnswerUnasked(question) : [];
    }

    private IReadOnlyList<ThingEvent> AnswerUnasked(InboxQuestion question)
    {
        Answers.TryRead(question, question.MostLikely, _ => true, out Answer answer);
        InboxQuestion answered = question with { State = QuestionState.Automatic, Choice = question.MostLikely, AnsweredAt = time.GetUtcNow() };
        IReadOnlyList<ThingEvent> kept = Rebook([answered], answer.Parts, [], question.Id);
        inbox.CountAutomatic();
        return kept;
    }

    /// <summary>The likeliest explanations; the pages offer the slot's other products beside them.</summary>
    internal static IReadOnlyList<QuestionCandidate> CandidatesOf(FusedStep fused) => fused.IsDoubtful
        ? [new QuestionCandidate(FusedCause.Foreign, [], 1)] // nothing is booked unless somebody names a product
        : [.. fused.Candidates.Take(InboxQuestion.MostCandidates).Select(candidate => new QuestionCandidate(candidate.Cause, candidate.Parts, candidate.Probability, candidate.Stranger))];

    private void KeepBooked(
        SqliteConnection writer, SqliteTransaction transaction, long question, IReadOnlyList<ThingEvent> events, List<Rise?> seen)
    {
        for (int i = 0; i < events.Count; i++)
        {
            if (question != 0)
                InboxBook.KeepBooking(writer, transaction, question, events[i].Seq);
            if (seen[i] is { } rise)
                rises!.Keep(writer, transaction, rise, events[i].Seq);
        }
    }

    private static void KeepAll(SqliteConnection writer, SqliteTransaction transaction, IReadOnlyList<InboxQuestion> changed, SlotId slot, Mass rest)
    {
        foreach (InboxQuestion question in changed)
            InboxBook.Keep(writer, transaction, question);
        StockBook.KeepRest(writer, transaction, slot, rest);
    }

    /// <summary>A slot's levels while a change is being put together.</summary>
    private sealed class Levels
    {
        private readonly Dictionary<Gtin, Mass> _levels;
        private readonly bool _several;

        public Levels(StockBook stocks, ShelfSlot slot)
        {
            _levels = slot.Products.ToDictionary(product => product.Gtin, product => stocks.LevelOf(slot.Slot, product.Gtin));
            (Rest, _several) = (stocks.RestOf(slot.Slot), slot.Products.Count > 1);
        }

        public Mass Rest { get; private set; }

        public Mass Sum => new(_levels.Values.Sum(level => level.Milligrams));

        /// <summary>Changes a product's level; of several products none falls below nothing, what is missing then is the rest's.</summary>
        public Mass Move(Gtin gtin, Mass delta, bool fromRest)
        {
            Mass before = _levels.GetValueOrDefault(gtin), after = before + delta;
            if (_several && after < Mass.Zero)
                after = Mass.Zero;
            _levels[gtin] = after;
            if (fromRest)
                Rest -= after - before;
            return after;
        }
    }
}
