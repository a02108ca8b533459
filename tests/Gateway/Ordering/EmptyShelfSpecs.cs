using FsCheck;
using FsCheck.Fluent;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Inbox;
using PantryChain.Gateway.Ordering;
using PantryChain.Reorder.Machine;

namespace PantryChain.Gateway.Tests.Ordering;

/// <summary>An empty shelf whose cell wanders, and a pack of which nobody saw anything: the page still offers what the member can do.</summary>
public sealed class EmptyShelfSpecs
{
    private const double PackGrams = 1063;
    private static readonly Gtin Milk = Samples.Milk;

    [Theory]
    [InlineData("drifts by little", 0, SlotHealth.Drifting)]
    [InlineData("drifts by much", 0, SlotHealth.Drifting)]
    [InlineData("a little above zero", 28, SlotHealth.Ok)]
    [InlineData("a little below zero", -60, SlotHealth.Ok)]
    [InlineData("below zero and drifting", -90, SlotHealth.Drifting)]
    public void An_empty_slot_whose_cell_wanders_is_still_bare_and_the_member_can_say_so_and_order(string what, double more, SlotHealth health)
    {
        using DecidingWorld world = EatenUnseen();
        double wandered = what == "drifts by much" ? 300 : health == SlotHealth.Drifting ? 40 : 0;
        world.Give(Milk);
        world.Hear(last: 1);
        world.Read(Milk, more, health: health, wandered: wandered);
        EmptyShelf shown = world.Counts.Of(Milk)!.Value;
        ReorderBlocks before = world.Asks.Of(Milk).Blocks;

        DeskAnswer said = world.Counts.UseUp(Milk);
        AskAnswer asked = world.Asks.Order(Milk, null, out _);

        (shown.CanSay, before.Contains(ReorderBlock.NothingUsedSinceLastOrder)).Should().Be((true, true));
        shown.Since.Should().NotBeNull();
        (said, asked).Should().Be((DeskAnswer.Done, AskAnswer.Done));
    }

    [Theory]
    [InlineData("nobody reads it")]
    [InlineData("somebody leans on it while it is below zero")]
    [InlineData("its container may be away")]
    [InlineData("a quarter is left")]
    public void What_nobody_can_see_to_be_empty_stays_unknown_even_to_the_members_word(string what)
    {
        using DecidingWorld world = EatenUnseen();
        world.Read(Milk);
        switch (what)
        {
            case "nobody reads it": world.Board.Ail(new SlotId(1), SlotHealth.Disconnected); break;
            case "its container may be away": world.Read(Milk, more: -350); break;
            case "a quarter is left": world.Read(Milk, more: PackGrams / 4); break;
            default:
                world.Read(Milk, more: -60);
                world.Read(Milk, more: -60, stable: false);
                break;
        }

        EmptyShelf? shown = world.Counts.Of(Milk);
        DeskAnswer said = world.Counts.UseUp(Milk);

        (shown, said).Should().Be((null, DeskAnswer.TooLate));
    }

    [Fact]
    public void A_pack_of_which_nothing_was_seen_is_counted_by_the_members_word_once_until_something_arrives()
    {
        using DecidingWorld world = EatenUnseen();
        uint before = world.Learner.CountOf(Milk)!.Value.Cycles;
        world.Read(Milk);

        int alone = world.Counts.CloseDue().Count;
        DeskAnswer[] said = [world.Counts.UseUp(Milk), world.Counts.UseUp(Milk)];
        world.Restart();
        world.Restock(Milk, 0.01); // a hand, no delivery
        world.Use(Milk, 0.01 * PackGrams);
        world.Read(Milk);
        said = [.. said, world.Counts.UseUp(Milk)];
        uint once = world.Learner.CountOf(Milk)!.Value.Cycles;
        bool still = world.Counts.Of(Milk)!.Value.CanSay;
        world.Restock(Milk, 1, unseen: PackGrams / 2);
        world.Use(Milk, world.Left(Milk));
        world.Read(Milk);
        bool anew = world.Counts.Of(Milk)!.Value.CanSay;

        alone.Should().Be(0, "only the member's word counts a pack that was not seen");
        said.Should().AllBeEquivalentTo(DeskAnswer.Done);
        (once, still, anew).Should().Be((before + 1, false, true));
    }

    [Fact]
    public void A_word_about_a_pack_of_which_nothing_was_seen_can_be_taken_back_for_a_day()
    {
        using DecidingWorld world = EatenUnseen();
        world.Read(Milk);
        world.Counts.UseUp(Milk);

        world.Counts.Reopen(world.Counts.Recent().Should().ContainSingle().Subject);
        uint taken = world.Learner.CountOf(Milk)!.Value.Cycles;
        world.Restock(Milk, 1);
        world.Use(Milk, PackGrams);

        world.Counts.Recent().Should().BeEmpty();
        world.Learner.CountOf(Milk)!.Value.Cycles.Should().Be(taken, "what is used next makes up for it first");
    }

    /// <summary>Lives in which cells drift or read below zero, deliveries are eaten in part or whole before anything was booked, and the
    /// member does what the page says after a day: "used up", an order, or a new mandate.</summary>
    [Fact]
    public void However_a_cell_wanders_and_whatever_is_eaten_unseen_no_shelf_is_empty_for_two_days_without_an_order_or_an_act() =>
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
        {
            Random chance = new(seed);
            using DecidingWorld world = new(packs: 2);
            world.Give(Milk, MandateMode.Auto);
            uint last = 0, ordered = 0;
            double bias = 0, wandered = 0, untold = 0, empty = 0, arrives = double.NaN;
            for (int hour = 0; hour < 24 * 50; hour += 3, world.Time.Now += TimeSpan.FromHours(3))
            {
                if (hour % 48 == 0)
                    (bias, wandered) = (chance.Next(3) * -30, chance.Next(2) * chance.Next(300));
                if ((arrives -= 3) <= 0)
                {
                    double unseen = chance.Next(3) switch { 0 => 0, 1 => chance.NextDouble(), _ => 1 };
                    world.Restock(Milk, ordered, unseen * ordered * PackGrams);
                    Advance(world, ReorderTrigger.Opened, ReorderTrigger.Accepted, ReorderTrigger.Shipped, ReorderTrigger.Arrived, ReorderTrigger.Settled);
                    arrives = double.NaN;
                }
                if (world.Left(Milk) > 0)
                    world.Use(Milk, Math.Min(world.Left(Milk), PackGrams * chance.NextDouble() * 0.12));
                world.Read(Milk, bias, health: wandered > 0 ? SlotHealth.Drifting : SlotHealth.Ok, wandered: wandered);
                world.Hear(last: last);
                world.Counts.CloseDue();
                world.Decider.ReviewAll();
                empty = world.Left(Milk) < 0.02 * PackGrams ? empty + 3 : 0;
                if (empty >= 24 && world.Counts.Of(Milk) is { } shown && !world.Desk[Milk].UnderWay)
                {
                    if (world.Asks.Of(Milk).Quantity == 0 && (shown.CanUseUp || shown.CanSay))
                        world.Counts.UseUp(Milk);
                    if (world.Asks.Order(Milk, null, out ReorderBlocks blocks) == AskAnswer.Blocked && blocks.Contains(ReorderBlock.NothingUsedSinceLastOrder))
                    {
                        // A second delivery of which nothing was ever booked: the page says that a new mandate allows one order.
                        world.Give(Milk, MandateMode.Auto);
                        world.Hear(last: last = 0);
                        world.Asks.Order(Milk, null, out _);
                    }
                }
                Advance(world, ReorderTrigger.Approve);
                if (world.State(Milk) == ReorderState.Ordering && double.IsNaN(arrives))
                {
                    uint cycle = world.Learner.CountOf(Milk)!.Value.Cycles;
                    if (cycle <= last)
                        return false.Label($"seed {seed}: the contract refuses cycle {cycle} after {last}");
                    (last, ordered, arrives) = (cycle, world.Desk[Milk].Intent!.Quantity, 48 + chance.Next(40));
                }
                untold = empty > 0 && !world.Desk[Milk].UnderWay ? untold + 3 : 0;
                if (untold >= 48)
                    return false.Label($"seed {seed}: empty for {untold} h, reading {bias} g, {world.Asks.Of(Milk).Blocks}");
            }
            return true.Label("");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(12));

    private static void Advance(DecidingWorld world, params ReorderTrigger[] triggers)
    {
        foreach (ReorderTrigger trigger in triggers)
            world.Desk.TryAdvance(new ReorderStep(Milk, world.Desk[Milk].Number, trigger, world.Time.Now));
    }

    /// <summary>One pack was used as seen; the next was eaten before anything of it was booked.</summary>
    private static DecidingWorld EatenUnseen()
    {
        DecidingWorld world = new(packs: 1);
        for (int cup = 0; cup < 4; cup++, world.Time.Now += TimeSpan.FromHours(6))
            world.Use(Milk, PackGrams / 4);
        world.Time.Now += TimeSpan.FromDays(2);
        return world;
    }
}
