using System.Text.Json;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Reorder.Machine;

namespace PantryChain.Reorder.Tests.Machine;

public sealed class ReorderMachineSpecs
{
    private static readonly Gtin Milk = Gtin.Restricted(1);
    private static readonly DateTimeOffset Start = new(2026, 3, 14, 9, 0, 0, TimeSpan.FromHours(9));
    private static readonly OrderId SomeOrder = new(Hash32.Parse(new string('a', 64)));

    [Fact]
    public void A_proposal_becomes_a_settled_order_and_counts_as_approved()
    {
        ReorderProcess process = Run(
            Propose(1), Step(1, ReorderTrigger.Approve), Step(1, ReorderTrigger.Opened) with { Order = SomeOrder }, Step(1, ReorderTrigger.Accepted),
            Step(1, ReorderTrigger.Shipped), Step(1, ReorderTrigger.Arrived), Step(1, ReorderTrigger.Settled));

        process.State.Should().Be(ReorderState.Watching);
        process.LastOutcome.Should().Be(ReorderOutcome.Settled);
        process.Approvals.Should().Be(1);
        process.Order.Should().Be(SomeOrder);
        process.UnderWay.Should().BeFalse();
        process.NextNumber.Should().Be(2);
    }

    [Fact]
    public void Approval_places_the_order_and_the_shelf_releases_it()
    {
        ReorderProcess proposed = Run(Propose(1));
        ReorderTransition approved = ReorderMachine.Advance(proposed, Step(1, ReorderTrigger.Approve));
        ReorderProcess shipped = Run(Propose(1), Step(1, ReorderTrigger.Approve), Step(1, ReorderTrigger.Shipped));
        ReorderTransition arrived = ReorderMachine.Advance(shipped, Step(1, ReorderTrigger.Arrived));

        approved.Effects.Should().Equal(ReorderEffect.CountApproval, ReorderEffect.PlaceOrder);
        arrived.Effects.Should().Equal(ReorderEffect.ReleaseOrder);
    }

    [Fact]
    public void News_of_the_chain_may_skip_states_and_come_twice()
    {
        ReorderProcess process = Run(Decide(1), Step(1, ReorderTrigger.Shipped));
        ReorderTransition again = ReorderMachine.Advance(process, Step(1, ReorderTrigger.Opened));
        ReorderProcess settled = Run(Decide(1), Step(1, ReorderTrigger.Shipped), Step(1, ReorderTrigger.Settled));
        ReorderTransition late = ReorderMachine.Advance(settled, Step(1, ReorderTrigger.Settled));

        again.Process.State.Should().Be(ReorderState.Shipped);
        again.Effects.Should().BeEmpty();
        again.IsNews.Should().BeFalse();
        late.Process.Should().Be(settled);
        late.IsNews.Should().BeFalse();
    }

    [Theory]
    [InlineData(ReorderTrigger.Cancelled, ReorderOutcome.Cancelled)]
    [InlineData(ReorderTrigger.Refunded, ReorderOutcome.Refunded)]
    public void An_order_that_ends_without_goods_goes_back_to_watching(ReorderTrigger trigger, ReorderOutcome outcome)
    {
        ReorderProcess process = Run(Decide(1), Step(1, ReorderTrigger.Opened), Step(1, trigger));

        process.State.Should().Be(ReorderState.Watching);
        process.LastOutcome.Should().Be(outcome);
    }

    [Fact]
    public void A_refused_order_says_why_and_the_next_one_has_the_next_number()
    {
        ReorderProcess process = Run(Decide(1), Step(1, ReorderTrigger.OrderRefused) with { Note = "standing_too_low" }, Decide(2));
        ReorderProcess refused = Run(Decide(1), Step(1, ReorderTrigger.OrderRefused) with { Note = "standing_too_low" });

        refused.Note.Should().Be("standing_too_low");
        refused.LastOutcome.Should().Be(ReorderOutcome.Failed);
        process.State.Should().Be(ReorderState.Ordering);
        process.Number.Should().Be(2);
    }

    [Fact]
    public void A_pause_lets_the_running_order_end_and_then_holds()
    {
        ReorderProcess running = Run(Decide(1), Step(1, ReorderTrigger.Opened), Step(1, ReorderTrigger.Pause));
        ReorderProcess ended = Run(Decide(1), Step(1, ReorderTrigger.Opened), Step(1, ReorderTrigger.Pause), Step(1, ReorderTrigger.Cancelled));

        running.State.Should().Be(ReorderState.Open);
        running.Paused.Should().BeTrue();
        ended.State.Should().Be(ReorderState.Paused);
        ended.Paused.Should().BeTrue();
    }

    [Fact]
    public void A_pause_takes_a_proposal_back_and_resuming_orders_nothing()
    {
        ReorderTransition paused = ReorderMachine.Advance(Run(Propose(1)), Step(1, ReorderTrigger.Pause));
        ReorderTransition resumed = ReorderMachine.Advance(paused.Process, Step(1, ReorderTrigger.Resume));
        ReorderTransition lateYes = ReorderMachine.Advance(resumed.Process, Step(1, ReorderTrigger.Approve));

        paused.Process.State.Should().Be(ReorderState.Paused);
        paused.Effects.Should().Equal(ReorderEffect.TakeQuestionBack, ReorderEffect.TellPaused);
        resumed.Process.State.Should().Be(ReorderState.Watching);
        resumed.Effects.Should().Equal(ReorderEffect.TellResumed);
        lateYes.Process.Should().Be(resumed.Process, "a yes to a question that was taken back is no order");
    }

    [Fact]
    public void A_veto_survives_a_crash_until_the_chain_answers()
    {
        ReorderProcess vetoed = Run(Decide(1), Step(1, ReorderTrigger.Opened), Step(1, ReorderTrigger.Veto));
        ReorderProcess cancelled = Run(Decide(1), Step(1, ReorderTrigger.Opened), Step(1, ReorderTrigger.Veto), Step(1, ReorderTrigger.Cancelled));

        ReorderMachine.Resume(vetoed).Should().Equal(ReorderEffect.CancelOrder);
        cancelled.Vetoed.Should().BeFalse();
    }

    [Fact]
    public void A_decided_order_can_be_called_off_before_it_is_open()
    {
        ReorderProcess vetoed = Run(Decide(1), Step(1, ReorderTrigger.Veto));
        ReorderProcess dropped = Run(Decide(1), Step(1, ReorderTrigger.Veto), Step(1, ReorderTrigger.Cancelled));
        ReorderProcess opened = Run(Decide(1), Step(1, ReorderTrigger.Veto), Step(1, ReorderTrigger.Opened));

        (vetoed.State, vetoed.Vetoed).Should().Be((ReorderState.Ordering, true));
        ReorderMachine.Resume(vetoed).Should().Equal(ReorderEffect.CancelOrder);
        (dropped.UnderWay, dropped.LastOutcome).Should().Be((false, ReorderOutcome.Cancelled));
        ReorderMachine.Resume(opened).Should().Equal(ReorderEffect.CancelOrder);
    }

    [Fact]
    public void Steps_of_another_product_or_a_skipped_number_are_bugs()
    {
        Action other = () => ReorderMachine.Advance(ReorderProcess.New(Gtin.Restricted(2)), Decide(1));
        Action skipped = () => ReorderMachine.Advance(ReorderProcess.New(Milk), Decide(2));
        Action withoutIntent = () => ReorderMachine.Advance(ReorderProcess.New(Milk), Decide(1) with { Intent = null });

        other.Should().Throw<InvalidOperationException>();
        skipped.Should().Throw<InvalidOperationException>();
        withoutIntent.Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void A_step_and_a_process_travel_as_json()
    {
        ReorderStep step = Decide(1) with { Order = SomeOrder };
        ReorderProcess process = Run(step);

        JsonSerializer.Deserialize<ReorderStep>(JsonSerializer.Serialize(step)).Should().Be(step);
        JsonSerializer.Deserialize<ReorderProcess>(JsonSerializer.Serialize(process)).Should().Be(process);
    }

    internal static ReorderStep Step(uint number, ReorderTrigger trigger) => new(Milk, number, trigger, Start.AddHours(number));

    internal static ReorderStep Propose(uint number) => Step(number, ReorderTrigger.Propose) with { Intent = Intent(number) };

    internal static ReorderStep Decide(uint number) => Step(number, ReorderTrigger.Decide) with { Intent = Intent(number) };

    internal static ReorderIntent Intent(uint number) =>
        new(number, Milk, 2, number + 3, Start, new ReorderReason(Mass.FromGrams(310), 0.6, 1.4, Start.AddDays(2), 0.4));

    private static ReorderProcess Run(params ReorderStep[] steps) => ReorderProcess.Replay(Milk, steps);
}
