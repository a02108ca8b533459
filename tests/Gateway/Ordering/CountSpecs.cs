using FsCheck;
using FsCheck.Fluent;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Inbox;
using PantryChain.Reorder.Machine;

namespace PantryChain.Gateway.Tests.Ordering;

/// <summary>A count of packs that would never close, because somebody drank before a delivery had settled.</summary>
public sealed class CountSpecs
{
    private const double PackGrams = 1063;
    private static readonly Gtin Milk = Samples.Milk;

    [Fact]
    public void A_slot_that_is_empty_for_half_a_day_closes_the_count_and_it_can_be_taken_back()
    {
        using DecidingWorld world = DrunkEmpty();
        uint before = world.Learner.CountOf(Milk)!.Value.Cycles;

        int soon = Watch(world, hours: 11), late = Watch(world, hours: 3), again = Watch(world, hours: 30);
        ThingEvent closing = world.Journal.Read(world.Journal.Last, 1)[0];
        uint closed = world.Learner.CountOf(Milk)!.Value.Cycles;

        (soon, late, again).Should().Be((0, 1, 0));
        (closing.Kind, closing.Delta, closing.Level, closing.Cycle).Should().Be((ThingEventKind.Corrected, Mass.Zero, Mass.FromGrams(0), before + 1));
        closed.Should().Be(before + 1);
        world.Counts.IsClosing(closing).Should().BeTrue();
    }

    [Fact]
    public void Taken_back_it_stays_open_and_the_next_uses_catch_up_first()
    {
        using DecidingWorld world = DrunkEmpty();
        Watch(world, hours: 14);
        ThingEvent closing = world.Counts.Recent().Should().ContainSingle().Subject;

        bool can = world.Counts.CanReopen(closing);
        world.Counts.Reopen(closing);
        world.Counts.Reopen(closing);
        int again = Watch(world, hours: 48);
        uint reopened = world.Learner.CountOf(Milk)!.Value.Cycles;
        world.Restock(Milk, 1);
        world.Use(Milk, PackGrams / 2);

        can.Should().BeTrue();
        again.Should().Be(0, "the member said that it is not used up");
        reopened.Should().Be(closing.Cycle, "a leaf may have told it");
        world.Learner.CountOf(Milk)!.Value.Cycles.Should().Be(closing.Cycle, "the pack that was counted too early is caught up first");
        world.Counts.Recent().Should().BeEmpty();
        world.Journal.Read(1).Where(seen => seen.Kind == ThingEventKind.Corrected).Should().HaveCount(2);
        world.Restart();
        world.Learner.CountOf(Milk)!.Value.Cycles.Should().Be(closing.Cycle, "the journal is the memory");
    }

    [Fact]
    public void Used_up_closes_it_at_once_and_twice_is_once()
    {
        using DecidingWorld world = DrunkEmpty();
        uint before = world.Learner.CountOf(Milk)!.Value.Cycles;
        world.Read(Milk);
        EmptyShelf shown = world.Counts.Of(Milk)!.Value;

        DeskAnswer first = world.Counts.UseUp(Milk), second = world.Counts.UseUp(Milk);

        (shown.CanUseUp, first, second).Should().Be((true, DeskAnswer.Done, DeskAnswer.Done));
        shown.Since.Should().Be(world.Time.Now);
        world.Learner.CountOf(Milk)!.Value.Cycles.Should().Be(before + 1);
        world.Counts.Of(Milk)!.Value.CanUseUp.Should().BeFalse();
    }

    [Theory]
    [InlineData("a jar rests there")]
    [InlineData("nobody reads it")]
    [InlineData("it is below zero")]
    [InlineData("somebody leans on it")]
    [InlineData("a cup is left")]
    [InlineData("hardly any of the pack was seen going")]
    public void What_is_not_surely_empty_never_closes_it(string what)
    {
        using DecidingWorld world = what == "hardly any of the pack was seen going" ? DrunkEmpty(unseen: 0.93 * PackGrams) : DrunkEmpty();
        int closed = 0;
        world.Read(Milk);
        for (int hour = 0; hour < 72; hour++, world.Time.Now += TimeSpan.FromHours(1))
        {
            switch (what)
            {
                case "a jar rests there": world.Read(Milk, more: 300); break;
                case "nobody reads it": world.Board.Ail(new SlotId(1), SlotHealth.Disconnected); break;
                case "it is below zero": world.Read(Milk, more: -120); break;
                case "somebody leans on it": world.Read(Milk, more: 800, stable: false); break;
                case "a cup is left": world.Read(Milk, more: 60); break;
                default: world.Read(Milk); break;
            }
            closed += world.Counts.CloseDue().Count;
        }

        closed.Should().Be(0);
        if (what is not ("a cup is left" or "hardly any of the pack was seen going" or "somebody leans on it"))
            world.Counts.UseUp(Milk).Should().Be(DeskAnswer.TooLate, "even the member's word needs a shelf that reads as empty");
    }

    [Fact]
    public async Task Pages_the_shelf_and_the_closing_of_counts_never_wait_for_each_other_for_ever()
    {
        using DecidingWorld world = DrunkEmpty();
        world.Read(Milk);
        using CancellationTokenSource over = new();
        Task[] all =
        [
            .. new Action[] { () => world.Counts.Of(Milk), () => world.Board.StockOf(world.Household, Milk), () => world.Counts.CloseDue(), () => world.Counts.UseUp(Milk), () => world.Read(Milk), () => world.Counts.Recent() }
                .Select(act => Task.Run(() =>
                {
                    for (int i = 0; i < 400 && !over.IsCancellationRequested; i++)
                        act();
                })),
        ];

        Task ended = await Task.WhenAny(Task.WhenAll(all), Task.Delay(TimeSpan.FromMinutes(3)));

        await over.CancelAsync();
        ended.Status.Should().Be(TaskStatus.RanToCompletion);
        all.Should().OnlyContain(task => task.IsCompletedSuccessfully);
        world.Learner.CountOf(Milk)!.Value.Cycles.Should().Be(2, "it is closed once");
    }

    /// <summary>Lives in which parts of deliveries go before the scale has settled and orders come only with one more pack used up.</summary>
    [Fact]
    public void Every_empty_shelf_leads_to_an_order_or_to_an_act_on_the_page_within_two_days() =>
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
        {
            Random chance = new(seed);
            using DecidingWorld world = new(packs: 3);
            world.Give(Milk, MandateMode.Auto);
            uint last = 0;
            double emptyHours = 0, orderHours = double.NaN;
            uint ordered = 0;
            for (int hour = 0; hour < 24 * 50; hour++, world.Time.Now += TimeSpan.FromHours(1))
            {
                if (orderHours-- <= 0)
                {
                    world.Restock(Milk, ordered, unseen: chance.Next(2) * chance.NextDouble() * 0.3 * PackGrams);
                    End(world);
                    orderHours = double.NaN;
                }
                if (chance.Next(4) == 0 && world.Left(Milk) > 0)
                    world.Use(Milk, Math.Min(world.Left(Milk), PackGrams * chance.NextDouble() * 0.12));
                world.Read(Milk);
                if (hour % 3 != 0)
                    continue;
                world.Hear(last: last);
                world.Counts.CloseDue();
                world.Decider.ReviewAll();
                if (world.State(Milk) == ReorderState.Proposed)
                    world.Desk.TryAdvance(new ReorderStep(Milk, world.Desk[Milk].Number, ReorderTrigger.Approve, world.Time.Now));
                if (world.State(Milk) == ReorderState.Ordering && double.IsNaN(orderHours))
                {
                    uint cycle = world.Learner.CountOf(Milk)!.Value.Cycles;
                    if (cycle <= last)
                        return false.Label($"seed {seed}: the contract refuses cycle {cycle} after {last}");
                    (last, ordered, orderHours) = (cycle, world.Desk[Milk].Intent!.Quantity, 48 + chance.Next(40));
                }
                emptyHours = world.Left(Milk) <= 0 ? emptyHours + 3 : 0;
                bool helped = world.Desk[Milk].UnderWay || world.Asks.Of(Milk).Quantity > 0 || world.Counts.Of(Milk) is { CanUseUp: true };
                if (emptyHours >= 48 && !helped)
                    return false.Label($"seed {seed}: empty for {emptyHours} h, {world.Asks.Of(Milk).Blocks}");
            }
            return true.Label("");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(12));

    private static void End(DecidingWorld world)
    {
        foreach (ReorderTrigger trigger in new[] { ReorderTrigger.Opened, ReorderTrigger.Accepted, ReorderTrigger.Shipped, ReorderTrigger.Arrived, ReorderTrigger.Settled })
            world.Desk.TryAdvance(new ReorderStep(Milk, world.Desk[Milk].Number, trigger, world.Time.Now));
    }

    /// <summary>One pack was drunk as seen, then one of which some went before it had settled; nothing is left.</summary>
    private static DecidingWorld DrunkEmpty(double unseen = 90)
    {
        DecidingWorld world = new(packs: 1);
        for (int cup = 0; cup < 4; cup++, world.Time.Now += TimeSpan.FromHours(6))
            world.Use(Milk, PackGrams / 4);
        world.Restock(Milk, 1, unseen);
        world.Time.Now += TimeSpan.FromHours(6);
        world.Use(Milk, world.Left(Milk) / 2);
        world.Time.Now += TimeSpan.FromHours(6);
        world.Use(Milk, world.Left(Milk));
        return world;
    }

    /// <summary>Hours in which the shelf is read as it is; how often the count was closed.</summary>
    private static int Watch(DecidingWorld world, int hours)
    {
        int closed = 0;
        for (int half = 0; half < 2 * hours; half++, world.Time.Now += TimeSpan.FromMinutes(30))
        {
            world.Read(Milk);
            closed += world.Counts.CloseDue().Count;
        }
        return closed;
    }
}
