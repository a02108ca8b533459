using PantryChain.Domain.Events;
using PantryChain.Gateway.Inbox;

namespace PantryChain.Gateway.Tests.Inbox;

/// <summary>The inbox's whole life, killed once before every durable write.</summary>
public sealed class InboxCrashSpecs
{
    private const int FewestWrites = 9; // two restockings, question, answer, undo, answer, a use, its taking back, its answer: fewer would not be the path

    [Fact]
    public void A_kill_before_any_durable_write_loses_nothing_and_doubles_nothing()
    {
        int writes = 0;
        for (bool killed = true; killed; writes++)
        {
            using InboxWorld world = new();
            string when = $"killed before write {writes + 1}";
            world.KillBefore(writes + 1);

            Live(world);

            killed = world.WasKilled;
            world.ShouldAddUp(when);
            world.Inbox.Open.Should().BeEmpty(when);
            world.StockOf(Samples.Milk).Should().Be(2126 - 100, when);
            world.StockOf(Samples.Rice).Should().Be(8000 - 200, when);
            world.Events(ThingEventKind.Restocked).Should().HaveCount(2, when);
            world.Events(ThingEventKind.Used).Should().HaveCount(4, when);
            world.Events(ThingEventKind.Corrected).Should().HaveCount(2, when);
            world.Journal.Read(1).Select(seen => seen.Seq).Should().Equal(Enumerable.Range(1, (int)world.Journal.Last).Select(seq => (ulong)seq), when);
        }

        writes.Should().BeGreaterThan(FewestWrites);
    }

    /// <summary>The member clicks again whatever the page did not confirm.</summary>
    private static void Live(InboxWorld world)
    {
        world.Step(InboxWorld.Fridge, 2 * 1063);
        world.Step(InboxWorld.Fridge, 4000);
        world.Step(InboxWorld.Fridge, -200);
        long asked = world.Inbox.Open.Should().ContainSingle().Subject.Id;
        world.Lively(() => world.Desk.Resolve(asked, Samples.Milk.ToString()));
        world.Lively(() => world.Desk.Undo(asked));
        world.Lively(() => world.Desk.Resolve(asked, Samples.Rice.ToString()));
        world.Step(InboxWorld.Cupboard, -100);
        ulong use = world.Events(ThingEventKind.Used).Max(seen => seen.Seq);
        world.Lively(() => world.Desk.TakeBack(use));
        long again = world.Inbox.Open.Should().ContainSingle().Subject.Id;
        world.Lively(() => world.Desk.Resolve(again, Answers.Elsewhere));
        world.Step(InboxWorld.Fridge, -100, new DeviceDrivers.Shelf.Fusion.TagEvidence(
            [new DeviceDrivers.Shelf.Fusion.TagMoves(Samples.Milk, 0, 0, Touched: 1)], new HashSet<Domain.Identity.Gtin> { Samples.Milk, Samples.Rice }));
    }
}
