using System.Collections.Concurrent;
using System.Text.Json;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Reorder.Machine;

namespace PantryChain.Reorder.Tests.Machine;

public sealed class ReorderMachineSpecs
{
    internal static readonly Gtin Milk = Gtin.Restricted(1);
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
    public void Approval_begins_the_order_and_the_shelf_its_release_and_each_ends_with_its_state()
    {
        string[] told = Effects(
            Propose(1), Step(1, ReorderTrigger.Approve), Step(1, ReorderTrigger.Pause), Step(1, ReorderTrigger.Shipped), Step(1, ReorderTrigger.Arrived),
            Step(1, ReorderTrigger.ReleaseRefused), Step(1, ReorderTrigger.Settled));

        told.Should().Equal(
            "begin PlaceOrder 1", "end PlaceOrder 1", "begin ReleaseOrder 1", "end ReleaseOrder 1", "begin ReleaseOrder 1", "end ReleaseOrder 1", "end CancelOrder 1");
    }

    [Fact]
    public void A_veto_ends_the_placing_and_begins_the_calling_off()
    {
        Effects(Decide(1), Step(1, ReorderTrigger.Veto), Step(1, ReorderTrigger.Cancelled))
            .Should().Equal("begin PlaceOrder 1", "end PlaceOrder 1", "begin CancelOrder 1", "end PlaceOrder 1", "end CancelOrder 1");
    }

    [Fact]
    public void A_replay_has_no_effects_and_a_foretold_step_none_either()
    {
        List<string> told = [];
        ReorderMachine machine = Telling(told);

        ReorderProcess process = machine.Replay(Milk, [Decide(1), Step(1, ReorderTrigger.Shipped), Step(1, ReorderTrigger.Arrived)]);
        machine.Foretell(process, Step(1, ReorderTrigger.ReleaseRefused)).RefusedReleases.Should().Be(1);

        told.Should().BeEmpty();
        machine.Resume(process);
        machine.Resume(process);
        told.Should().Equal("begin ReleaseOrder 1", "begin ReleaseOrder 1");
    }

    [Fact]
    public void An_effect_that_takes_a_step_itself_is_a_bug()
    {
        ReorderMachine machine = null!;
        machine = new ReorderMachine((_, process) => machine.Take(process, Step(1, ReorderTrigger.Opened)));

        Action take = () => machine.Take(ReorderProcess.New(Milk), Decide(1));

        take.Should().Throw<InvalidOperationException>().WithMessage("*Decide*may not take Opened*");
    }

    [Fact]
    public void Many_threads_at_one_desk_keep_every_life_whole()
    {
        Gtin[] products = [.. Enumerable.Range(1, 8).Select(number => Gtin.Restricted((ulong)number))];
        ConcurrentQueue<ReorderStep> disk = [];
        ReorderDesk desk = new(products.Select(gtin => (gtin, (IReadOnlyList<ReorderStep>)[])), disk.Enqueue);

        Parallel.ForEach(products, gtin =>
        {
            for (uint number = 1; number <= 200; number++)
            {
                desk.Advance(Decide(number) with { Gtin = gtin, Intent = Intent(number) with { Gtin = gtin } });
                desk.Advance(Step(number, ReorderTrigger.Shipped) with { Gtin = gtin });
                desk.Advance(Step(number, ReorderTrigger.Arrived) with { Gtin = gtin });
                desk.Advance(Step(number, ReorderTrigger.Settled) with { Gtin = gtin });
            }
        });

        disk.Should().HaveCount(8 * 200 * 4);
        desk.Processes.Should().OnlyContain(process => process.Number == 200 && process.State == ReorderState.Watching);
        Enum.GetValues<ReorderEffect>().Should().OnlyContain(effect => desk.Open(effect).Count == 0);
    }

    [Fact]
    public void News_of_the_chain_may_skip_states_and_come_twice()
    {
        ReorderProcess process = Run(Decide(1), Step(1, ReorderTrigger.Shipped));
        ReorderProcess again = new ReorderMachine().Take(process, Step(1, ReorderTrigger.Opened));
        ReorderProcess settled = Run(Decide(1), Step(1, ReorderTrigger.Shipped), Step(1, ReorderTrigger.Settled));
        ReorderProcess late = new ReorderMachine().Take(settled, Step(1, ReorderTrigger.Settled));

        again.Should().Be(process);
        late.Should().Be(settled);
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
        ReorderProcess paused = Run(Propose(1), Step(1, ReorderTrigger.Pause));
        ReorderProcess resumed = Run(Propose(1), Step(1, ReorderTrigger.Pause), Step(1, ReorderTrigger.Resume));
        ReorderProcess lateYes = new ReorderMachine().Take(resumed, Step(1, ReorderTrigger.Approve));

        (paused.State, paused.LastOutcome).Should().Be((ReorderState.Paused, ReorderOutcome.Withdrawn));
        resumed.State.Should().Be(ReorderState.Watching);
        lateYes.Should().Be(resumed, "a yes to a question that was taken back is no order");
    }

    [Fact]
    public void A_veto_survives_a_crash_until_the_chain_answers()
    {
        ReorderProcess vetoed = Run(Decide(1), Step(1, ReorderTrigger.Opened), Step(1, ReorderTrigger.Veto));
        ReorderProcess cancelled = Run(Decide(1), Step(1, ReorderTrigger.Opened), Step(1, ReorderTrigger.Veto), Step(1, ReorderTrigger.Cancelled));

        Resumed(vetoed).Should().Equal("begin CancelOrder 1");
        cancelled.Vetoed.Should().BeFalse();
    }

    [Fact]
    public void A_decided_order_can_be_called_off_before_it_is_open()
    {
        ReorderProcess vetoed = Run(Decide(1), Step(1, ReorderTrigger.Veto));
        ReorderProcess dropped = Run(Decide(1), Step(1, ReorderTrigger.Veto), Step(1, ReorderTrigger.Cancelled));
        ReorderProcess opened = Run(Decide(1), Step(1, ReorderTrigger.Veto), Step(1, ReorderTrigger.Opened));

        (vetoed.State, vetoed.Vetoed).Should().Be((ReorderState.Ordering, true));
        Resumed(vetoed).Should().Equal("begin CancelOrder 1");
        (dropped.UnderWay, dropped.LastOutcome).Should().Be((false, ReorderOutcome.Cancelled));
        Resumed(opened).Should().Equal("begin CancelOrder 1");
    }

    [Fact]
    public void Steps_of_another_product_or_a_skipped_number_are_bugs()
    {
        ReorderMachine machine = new();
        Action other = () => machine.Take(ReorderProcess.New(Gtin.Restricted(2)), Decide(1));
        Action skipped = () => machine.Take(ReorderProcess.New(Milk), Decide(2));
        Action withoutIntent = () => machine.Take(ReorderProcess.New(Milk), Decide(1) with { Intent = null });

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

    private static ReorderProcess Run(params ReorderStep[] steps) => new ReorderMachine().Replay(Milk, steps);

    private static string[] Effects(params ReorderStep[] steps)
    {
        List<string> told = [];
        _ = steps.Aggregate(ReorderProcess.New(Milk), Telling(told).Take);
        return [.. told];
    }

    private static List<string> Resumed(ReorderProcess process)
    {
        List<string> told = [];
        Telling(told).Resume(process);
        return told;
    }

    private static ReorderMachine Telling(List<string> told) => new(
        (effect, process) => told.Add($"begin {effect} {process.Number}"), (effect, process) => told.Add($"end {effect} {process.Number}"));
}
