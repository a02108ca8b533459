using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Blocks;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Sensing;
using PantryChain.Telemetry.Journaling;

namespace PantryChain.Gateway.Tests;

public sealed class PantryWalkSpecs
{
    private const double TwentyDaysAMinute = 28_800;

    [Fact]
    public async Task What_the_household_uses_stands_in_the_journal()
    {
        await using GatewayWorld world = new(TwentyDaysAMinute);
        await world.StartAsync();
        Journal journal = world.Get<Journal>();

        await Wait.Until(() => journal.Last >= 12, "twelve events were journaled");
        IReadOnlyList<ThingEvent> events = journal.Read(1);

        SimulatedHousehold truth = world.Truth();
        events.Select(seen => seen.Seq).Should().Equal(Enumerable.Range(1, events.Count).Select(number => (ulong)number));
        events.Where(seen => seen.Kind == ThingEventKind.Snapshot).Select(seen => seen.Slot.Value).Should().BeEquivalentTo([(ushort)1, (ushort)2]);
        foreach (ThingEvent seen in events.Where(seen => seen.Kind == ThingEventKind.Used))
            seen.Delta.Should().BeLessThan(Mass.Zero);
        Account(events, 1).Should().BeInRange(-30, 30, "opening level and changes add up to the newest level");
        Account(events, 2).Should().BeInRange(-30, 30);
        truth.StockAt(events[^1].Slot, events[^1].SeenAt).Used.Grams.Should().BePositive();
    }

    [Fact]
    public async Task A_kill_loses_nothing_and_doubles_nothing()
    {
        await using GatewayWorld world = new(TwentyDaysAMinute);
        await world.StartAsync();
        await Wait.Until(() => world.Get<Journal>().Last >= 6, "six events were journaled");
        await world.KillAsync();
        await Task.Delay(TimeSpan.FromSeconds(1)); // eight household hours without anybody looking

        await world.StartAsync();
        Journal journal = world.Get<Journal>();
        ulong before = journal.Last;
        await Wait.Until(() => journal.Last >= before + 6, "six more events were journaled");

        IReadOnlyList<ThingEvent> events = journal.Read(1);
        events.Count(seen => seen.Kind == ThingEventKind.Snapshot).Should().Be(2, "a restart is no new beginning");
        Account(events, 1).Should().BeInRange(-30, 30, "what was used meanwhile is booked as well");
        Account(events, 2).Should().BeInRange(-30, 30);
    }

    [Fact]
    public async Task Days_are_sealed_and_packs_counted_while_nobody_can_be_reached()
    {
        await using GatewayWorld world = new(TwentyDaysAMinute, joined: true);
        await world.StartAsync();
        BlockBook blocks = world.Get<BlockBook>();
        Learner learner = world.Get<Learner>();

        await Wait.Until(() => blocks.Head().Height >= 4 && learner.PatternOf(Samples.Milk, world.Time.GetUtcNow()) is { Cycles: >= 1 }, "four days were sealed and a pack was used up");

        ThingEvent[] milk = [.. world.Get<Journal>().Read(1).Where(seen => seen.Gtin == Samples.Milk)];
        double used = -milk.Where(seen => seen.Kind == ThingEventKind.Used).Sum(seen => seen.Delta.Grams);
        milk[^1].Cycle.Should().Be((uint)((used + 1063 / 50.0) / 1063));
        blocks.Head().ToSeq.Should().BePositive();
    }

    [Fact]
    public async Task A_tag_that_leaves_stands_in_the_journal_and_changes_no_level()
    {
        await using GatewayWorld world = new(speed: 60);
        await world.StartAsync();
        Journal journal = world.Get<Journal>();
        await Wait.Until(() => journal.NewestLevels().Count == 2, "both slots had stated their opening stock");
        Mass before = journal.LastOf(new SlotId(1), Samples.Milk)!.Level;

        world.Get<TagQueue>().TryPut(new TagChange(new SlotId(1), new TagUid([4, 1, 2, 3, 4, 5, 6]), new Sgtin(Samples.Milk, "17"), Present: false, 0));
        await Wait.Until(() => journal.Read(1).Any(seen => seen.Kind == ThingEventKind.TagLost), "the tag's leaving was journaled");

        journal.Read(1).Single(seen => seen.Kind == ThingEventKind.TagLost).Should()
            .Match<ThingEvent>(lost => lost.Gtin == Samples.Milk && lost.Delta == Mass.Zero && lost.Level == before);
        journal.NewestLevels().Should().HaveCount(2).And.NotContain(seen => seen.Kind == ThingEventKind.TagLost, "a restart goes on from weights");
    }

    [Fact]
    public async Task Shopping_shows_as_restocked()
    {
        await using GatewayWorld world = new(TwentyDaysAMinute);
        await world.StartAsync();
        ShelfBoard board = world.Get<ShelfBoard>();
        await Wait.Until(() => board.Readings.All(reading => reading is { Stable: true, Health: SlotHealth.Ok }), "the shelves had settled");

        world.Deliver(slot: 2, packs: 1);
        Journal journal = world.Get<Journal>();
        await Wait.Until(() => journal.Read(1).Any(seen => seen.Kind == ThingEventKind.Restocked), "the rise was journaled");

        ThingEvent rise = journal.Read(1).First(seen => seen.Kind == ThingEventKind.Restocked);
        rise.Slot.Value.Should().Be(2);
        rise.Delta.Grams.Should().BeInRange(3000, 4050, "one pack, less what somebody may have taken meanwhile");
    }

    /// <summary>Grams by which opening level and changes of a slot miss its newest level.</summary>
    private static double Account(IReadOnlyList<ThingEvent> events, ushort slot)
    {
        ThingEvent[] own = [.. events.Where(seen => seen.Slot.Value == slot)];
        return own[0].Level.Grams + own.Skip(1).Sum(seen => seen.Kind is ThingEventKind.Used or ThingEventKind.Restocked ? seen.Delta.Grams : 0) - own[^1].Level.Grams;
    }
}
