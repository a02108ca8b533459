using PantryChain.DeviceDrivers.Shelf.Fusion;
using PantryChain.Domain.Events;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Inbox;

namespace PantryChain.Gateway.Tests.Inbox;

public sealed class InboxSpecs : IDisposable
{
    private readonly InboxWorld _world = new();

    [Fact]
    public void Several_products_on_one_cell_are_booked_by_their_packs()
    {
        _world.Step(InboxWorld.Fridge, 2 * 1063);
        _world.Step(InboxWorld.Fridge, 4000);

        _world.Inbox.Open.Should().BeEmpty();
        _world.Events(ThingEventKind.Restocked).Select(seen => (seen.Gtin, seen.Level)).Should()
            .Equal((Samples.Milk, Mass.FromGrams(2126)), (Samples.Rice, Mass.FromGrams(4000)));
        _world.StockOf(Samples.Milk).Should().Be(2126);
        _world.StockOf(Samples.Rice).Should().Be(8000, "four on the fridge's slot and four in the cupboard");
        _world.ShouldAddUp();
    }

    [Fact]
    public void A_restart_goes_on_from_the_sum_of_the_products()
    {
        _world.Step(InboxWorld.Fridge, 2 * 1063);
        _world.Step(InboxWorld.Fridge, 4000);

        _world.Restart();

        _world.Stocks.LevelOf(InboxWorld.Fridge).Should().Be(Mass.FromGrams(6126));
        _world.Stocks.LevelOf(InboxWorld.Cupboard).Should().Be(Mass.FromGrams(4000));
        _world.StockOf(Samples.Milk).Should().Be(2126);
    }

    [Fact]
    public void A_fault_of_a_shared_slot_is_no_products_and_moves_no_level()
    {
        _world.Step(InboxWorld.Fridge, 2 * 1063);

        ThingEvent shared = _world.Journal.Append(_world.Fault(InboxWorld.Fridge)), alone = _world.Journal.Append(_world.Fault(InboxWorld.Cupboard));
        _world.Restart();

        (shared.Gtin.IsNone, alone.Gtin).Should().Be((true, Samples.Rice));
        _world.ShouldAddUp();
        _world.StockOf(Samples.Milk).Should().Be(2126);
    }

    [Fact]
    public void What_either_product_explains_is_asked_and_makes_their_stock_uncertain()
    {
        InboxQuestion question = Ask();

        question.Reason.Should().Be(QuestionReason.Ambiguous);
        question.Candidates.Take(2).SelectMany(candidate => candidate.Parts).Select(part => part.Gtin).Should().BeEquivalentTo([Samples.Milk, Samples.Rice]);
        _world.Events(ThingEventKind.Used).Should().BeEmpty();
        _world.Stocks.RestOf(InboxWorld.Fridge).Should().Be(Mass.FromGrams(-200), "the change is on the slot and on no product");
        _world.Board.IsTrusted(_world.Household, Samples.Milk).Should().BeFalse();
        _world.ShouldAddUp();
    }

    [Fact]
    public void A_question_survives_the_process()
    {
        InboxQuestion question = Ask();

        _world.Restart();

        _world.Inbox.Open.Should().ContainSingle().Which.Should().BeEquivalentTo(question);
        _world.Board.IsTrusted(_world.Household, Samples.Rice).Should().BeFalse();
        _world.ShouldAddUp();
    }

    [Fact]
    public void One_click_books_what_it_was_and_a_double_click_books_it_once()
    {
        InboxQuestion question = Ask();
        string rice = Answers.Candidate(PlaceOf(question, Samples.Rice));

        _world.Desk.Resolve(question.Id, rice).Should().Be(DeskAnswer.Done);
        _world.Desk.Resolve(question.Id, rice).Should().Be(DeskAnswer.Done);

        ThingEvent use = _world.Events(ThingEventKind.Used).Should().ContainSingle().Subject;
        (use.Gtin, use.Delta, use.Level).Should().Be((Samples.Rice, Mass.FromGrams(-200), Mass.FromGrams(3800)));
        _world.Stocks.RestOf(InboxWorld.Fridge).Should().Be(Mass.Zero);
        _world.Board.IsTrusted(_world.Household, Samples.Rice).Should().BeTrue();
        _world.ShouldAddUp();
    }

    [Fact]
    public void Another_answer_after_the_first_asks_to_undo_before()
    {
        InboxQuestion question = Ask();
        _world.Desk.Resolve(question.Id, "0");

        _world.Desk.Resolve(question.Id, "1").Should().Be(DeskAnswer.TooLate);

        _world.Events(ThingEventKind.Used).Should().ContainSingle();
    }

    [Theory]
    [InlineData("9")]
    [InlineData("-1")]
    [InlineData("")]
    [InlineData("4006381333931")]
    [InlineData("some cheese")]
    [InlineData(null)]
    public void An_answer_that_was_not_offered_changes_nothing(string? choice)
    {
        InboxQuestion question = Ask();

        _world.Desk.Resolve(question.Id, choice).Should().Be(DeskAnswer.BadChoice);

        _world.Inbox.Open.Should().ContainSingle();
        _world.Desk.Resolve(77, "0").Should().Be(DeskAnswer.NotThere);
    }

    [Fact]
    public void Undo_appends_a_correction_and_asks_again_and_undoing_twice_is_undoing_once()
    {
        InboxQuestion question = Ask();
        _world.Desk.Resolve(question.Id, "0");
        ThingEvent use = _world.Events(ThingEventKind.Used)[0];

        _world.Desk.Undo(question.Id).Should().Be(DeskAnswer.Done);
        _world.Desk.Undo(question.Id).Should().Be(DeskAnswer.Done);

        ThingEvent corrected = _world.Events(ThingEventKind.Corrected).Should().ContainSingle().Subject;
        (corrected.Gtin, corrected.Delta, corrected.Level).Should().Be((use.Gtin, -use.Delta, use.Level - use.Delta));
        _world.Inbox.Open.Should().ContainSingle().Which.Candidates[0].Declined.Should().BeTrue();
        _world.ShouldAddUp();
    }

    [Fact]
    public void Undone_and_answered_otherwise_the_other_product_has_it()
    {
        InboxQuestion question = Ask();
        _world.Desk.Resolve(question.Id, "0");
        _world.Desk.Undo(question.Id);

        _world.Desk.Resolve(question.Id, "1").Should().Be(DeskAnswer.Done);

        (double milk, double rice) = (_world.StockOf(Samples.Milk), _world.StockOf(Samples.Rice));
        (milk + rice).Should().Be(2126 + 8000 - 200);
        _world.Journal.Read(1).Where(seen => seen.Kind is ThingEventKind.Used or ThingEventKind.Corrected).Sum(seen => seen.Delta.Grams).Should().Be(-200);
        _world.ShouldAddUp();
    }

    [Fact]
    public void What_nobody_answers_is_booked_as_the_most_likely_after_a_day()
    {
        InboxQuestion question = Ask();
        _world.Time.Now += TimeSpan.FromHours(23.9);
        _world.Desk.AnswerDue().Should().Be(0);
        _world.Time.Now += TimeSpan.FromHours(0.2);

        _world.Desk.AnswerDue().Should().Be(1);
        _world.Desk.AnswerDue().Should().Be(0);

        _world.Inbox.Open.Should().BeEmpty();
        _world.Inbox.Automatic.Should().Be(1);
        _world.Inbox.Answered(10).Should().ContainSingle().Which.Should().Match<InboxQuestion>(told => told.State == QuestionState.Automatic && told.Choice == "0");
        _world.Events(ThingEventKind.Used).Should().ContainSingle().Which.Gtin.Should().Be(question.Candidates[0].Parts[0].Gtin);
        _world.ShouldAddUp();
    }

    [Fact]
    public void The_members_word_beats_the_automatic_one()
    {
        InboxQuestion question = Ask();
        _world.Time.Now += TimeSpan.FromHours(25);
        _world.Desk.AnswerDue();

        _world.Desk.Resolve(question.Id, "1").Should().Be(DeskAnswer.Done);

        _world.Events(ThingEventKind.Corrected).Should().ContainSingle().Which.Gtin.Should().Be(question.Candidates[0].Parts[0].Gtin);
        _world.Events(ThingEventKind.Used).Select(seen => seen.Gtin).Should().Equal(question.Candidates[0].Parts[0].Gtin, question.Candidates[1].Parts[0].Gtin);
        _world.Inbox.Find(question.Id)!.State.Should().Be(QuestionState.Answered);
        _world.ShouldAddUp();
    }

    [Fact]
    public void What_the_member_declined_is_never_booked_for_them()
    {
        InboxQuestion question = Ask();
        _world.Desk.Resolve(question.Id, "0");
        _world.Desk.Undo(question.Id);
        _world.Time.Now += TimeSpan.FromHours(25);

        _world.Desk.AnswerDue();

        _world.Inbox.Find(question.Id)!.Choice.Should().Be("1");
    }

    [Fact]
    public void What_is_no_food_books_nothing_and_may_leave_again_unasked()
    {
        _world.Step(InboxWorld.Fridge, 2 * 1063);
        _world.Step(InboxWorld.Fridge, 330, new TagEvidence([], new HashSet<Domain.Identity.Gtin>(), StrangersCame: 1));
        InboxQuestion question = _world.Inbox.Open.Should().ContainSingle().Subject;
        question.Reason.Should().Be(QuestionReason.Foreign);

        _world.Desk.Resolve(question.Id, Answers.NotFood).Should().Be(DeskAnswer.Done);
        ulong before = _world.Journal.Last;
        _world.Restart();
        _world.Step(InboxWorld.Fridge, -330);

        _world.Journal.Last.Should().Be(before, "the thing went away again");
        _world.Inbox.Open.Should().BeEmpty();
        _world.StockOf(Samples.Milk).Should().Be(2126);
        _world.Stocks.RestOf(InboxWorld.Fridge).Should().Be(Mass.Zero);
        _world.Desk.Undo(question.Id).Should().Be(DeskAnswer.TooLate, "there is nothing left to undo");
        _world.ShouldAddUp();
    }

    [Fact]
    public void A_booking_that_nobody_asked_about_can_be_taken_back_within_a_day_and_given_to_another()
    {
        _world.Step(InboxWorld.Cupboard, -250);
        ThingEvent use = _world.Events(ThingEventKind.Used)[0];

        _world.Desk.TakeBack(use.Seq).Should().Be(DeskAnswer.Done);
        _world.Desk.TakeBack(use.Seq).Should().Be(DeskAnswer.Done);

        _world.Events(ThingEventKind.Corrected).Should().ContainSingle();
        InboxQuestion question = _world.Inbox.Open.Should().ContainSingle().Subject;
        (question.Reason, question.Delta).Should().Be((QuestionReason.TakenBack, Mass.FromGrams(-250)));
        _world.StockOf(Samples.Rice).Should().Be(4000, "the rice is as it was; what is missing is unexplained");
        _world.ShouldAddUp();

        _world.Desk.Resolve(question.Id, Answers.Elsewhere).Should().Be(DeskAnswer.Done);
        _world.Step(InboxWorld.Cupboard, -500);
        _world.StockOf(Samples.Rice).Should().Be(3500);
        _world.ShouldAddUp();
    }

    [Fact]
    public void After_a_day_a_booking_stands()
    {
        _world.Step(InboxWorld.Cupboard, -250);
        ThingEvent use = _world.Events(ThingEventKind.Used)[0];
        _world.Time.Now += TimeSpan.FromHours(24.1);

        _world.Desk.TakeBack(use.Seq).Should().Be(DeskAnswer.TooLate);
        _world.Desk.TakeBack(1).Should().Be(DeskAnswer.TooLate, "an opening is no booking");
        _world.Desk.TakeBack(999).Should().Be(DeskAnswer.NotThere);
        _world.Desk.TakeBack(0).Should().Be(DeskAnswer.NotThere);
    }

    [Fact]
    public void A_taken_back_use_no_longer_counts_for_the_pattern_but_counted_packs_stay()
    {
        _world.Step(InboxWorld.Cupboard, -4000);
        ThingEvent use = _world.Events(ThingEventKind.Used)[0];
        use.Cycle.Should().Be(1);

        _world.Desk.TakeBack(use.Seq);

        _world.Events(ThingEventKind.Corrected)[0].Cycle.Should().Be(1, "a leaf may have told it");
        _world.Learner.CyclesAfter(Samples.Rice, Mass.FromGrams(3990)).Should().Be(1, "the next pack makes up for it");
        _world.Learner.CyclesAfter(Samples.Rice, Mass.FromGrams(7990)).Should().Be(2);
    }

    [Fact]
    public void A_bag_that_comes_back_hours_after_it_was_booked_as_used_corrects_the_booking()
    {
        ThingEvent wrong = _world.Step(InboxWorld.Cupboard, -3500).Single();
        uint told = wrong.Cycle;
        _world.Time.Now += TimeSpan.FromHours(3);

        IReadOnlyList<ThingEvent> back = _world.Step(InboxWorld.Cupboard, 3200);

        back.Where(seen => seen.Kind != ThingEventKind.PatternConfirmed).Select(seen => (seen.Kind, seen.Delta.Grams)).Should().Equal(
            (ThingEventKind.Corrected, 3500), (ThingEventKind.Used, -300));
        back.Should().OnlyContain(seen => seen.Cycle >= told, "a cycle that was told is never lowered");
        _world.Learner.CyclesAfter(Samples.Rice, Mass.Zero).Should().Be(told);
        _world.Inbox.BookingOf(wrong.Seq).Should().Be((0L, true), "the page shows that it was taken back");
        _world.Desk.TakeBack(wrong.Seq).Should().Be(DeskAnswer.Done);
        _world.ShouldAddUp();
        _world.StockOf(Samples.Rice).Should().Be(3700);
    }

    [Fact]
    public void A_pack_on_a_shared_slot_that_comes_back_is_taken_back_from_its_own_product()
    {
        _world.Step(InboxWorld.Fridge, 2 * 1063);
        _world.Step(InboxWorld.Fridge, 4000);
        _world.Step(InboxWorld.Fridge, -1063).Single().Gtin.Should().Be(Samples.Milk);
        _world.Time.Now += TimeSpan.FromHours(2);

        _world.Step(InboxWorld.Fridge, 700, new TagEvidence([new TagMoves(Samples.Milk, 0, 1, 0)], new HashSet<Domain.Identity.Gtin> { Samples.Milk })).Should().Contain(seen => seen.Kind == ThingEventKind.Corrected && seen.Gtin == Samples.Milk);

        _world.StockOf(Samples.Milk).Should().BeApproximately(2126 - 363, 0.01);
        _world.ShouldAddUp();
    }

    [Fact]
    public void What_was_booked_as_brought_and_is_taken_away_again_was_never_stock()
    {
        _world.Step(InboxWorld.Cupboard, 2350);
        _world.Time.Now += TimeSpan.FromHours(5);

        _world.Step(InboxWorld.Cupboard, -2352).Select(seen => seen.Kind).Should().Equal(ThingEventKind.Corrected);

        _world.Events(ThingEventKind.Used).Should().BeEmpty();
        _world.Stocks.LevelOf(InboxWorld.Cupboard)!.Value.Grams.Should().BeApproximately(3998, 0.01);
    }

    [Fact]
    public void A_new_pack_hours_after_one_was_used_up_is_a_new_pack()
    {
        _world.Step(InboxWorld.Cupboard, -4000);
        _world.Time.Now += TimeSpan.FromHours(3);

        _world.Step(InboxWorld.Cupboard, 4000).Single().Kind.Should().Be(ThingEventKind.Restocked);
    }

    [Fact]
    public void A_jump_of_all_cells_is_asked_about_and_booked_to_nobody()
    {
        _world.Step(InboxWorld.Cupboard, -700, doubtful: true).Should().BeEmpty();

        InboxQuestion question = _world.Inbox.Open.Single();
        (question.Reason, question.MostLikely).Should().Be((QuestionReason.AllAtOnce, Answers.NotFood));
        _world.StockOf(Samples.Rice).Should().Be(4000, "it lies beside the stock until somebody says otherwise");
        _world.Time.Now += TimeSpan.FromHours(25);
        _world.Desk.AnswerDue().Should().Be(1);

        _world.Events(ThingEventKind.Used).Should().BeEmpty();
        _world.ShouldAddUp();
    }

    [Fact]
    public void A_full_inbox_books_the_most_likely_at_once_and_tells_it()
    {
        _world.Step(InboxWorld.Fridge, 2 * 1063);
        _world.Step(InboxWorld.Fridge, 4000);
        for (int i = 0; i < ShelfKeeper.MostOpen; i++)
            _world.Step(InboxWorld.Fridge, -12);
        _world.Inbox.Open.Should().HaveCount(ShelfKeeper.MostOpen);

        _world.Step(InboxWorld.Fridge, -12);

        _world.Inbox.Open.Should().HaveCount(ShelfKeeper.MostOpen);
        _world.Inbox.Automatic.Should().Be(1);
        _world.Events(ThingEventKind.Used).Should().ContainSingle();
        _world.ShouldAddUp();
    }

    public void Dispose() => _world.Dispose();

    private InboxQuestion Ask()
    {
        _world.Step(InboxWorld.Fridge, 2 * 1063);
        _world.Step(InboxWorld.Fridge, 4000);
        _world.Step(InboxWorld.Fridge, -200);
        return _world.Inbox.Open.Should().ContainSingle().Subject;
    }

    private static int PlaceOf(InboxQuestion question, Domain.Identity.Gtin gtin) =>
        Enumerable.Range(0, question.Candidates.Count).First(place => question.Candidates[place].Parts is [{ } part] && part.Gtin == gtin);
}
