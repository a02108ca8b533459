using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.DeviceDrivers.Rfid;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway.Tests.Sensing;

public sealed class ReaderThreadSpecs : IDisposable
{
    private readonly MixedShelf _shelf = new(
        [new ReaderOptions { Slot = 1, Kind = "pn532", Bus = MixedShelf.Bus }, new ReaderOptions { Slot = 3, Kind = "mfrc522", Bus = MixedShelf.Bus, Address = "0x2C" }]);

    private readonly SimulatedTagField _first, _third;
    private readonly SensorBoard _board = new();
    private readonly SharedBuses _buses;
    private readonly ReaderThread _readers;

    public ReaderThreadSpecs()
    {
        (_first, _third) = (new SimulatedTagField(_shelf.Clock), new SimulatedTagField(_shelf.Clock));
        _shelf.I2c.Attach(new SimulatedPn532(_shelf.Clock, _first));
        _shelf.I2c.Attach(new SimulatedMfrc522(_shelf.Clock, _third, address: 0x2C));
        _buses = new SharedBuses(_shelf.Board);
        _readers = new ReaderThread(_shelf.Household, new ReaderOpener(_shelf.Board, _buses), new TagPresence(), _shelf.Tags, _board, NullLogger<ReaderThread>.Instance);
    }

    [Fact]
    public void Tags_come_and_go_on_both_readers_while_cells_are_weighed()
    {
        SimulatedTag milk = new(Uid(1)), flour = new(Uid(2));
        _first.Put(milk);
        _third.Put(flour, after: TimeSpan.FromSeconds(1));
        _first.Take(milk, after: TimeSpan.FromSeconds(3));

        Run(seconds: 6);

        Taken().Select(change => ((int)change.Slot.Value, change.Uid, change.Present)).Should().Equal((1, milk.Uid, true), (3, flour.Uid, true), (1, milk.Uid, false));
        _shelf.Count(seconds: 2)[1].Should().BeGreaterThan(3);
    }

    [Fact]
    public void A_reader_that_is_not_there_says_what_to_do_and_the_other_goes_on()
    {
        _shelf.I2c.Detach(0x24);
        _third.Put(new SimulatedTag(Uid(3)));

        Run(seconds: 4);

        Taken().Should().ContainSingle().Which.Slot.Value.Should().Be(3);
        ReaderReport missing = _board.ReaderOf(new SlotId(1))!;
        missing.Health.Should().Be(SlotHealth.Disconnected);
        missing.Failure.Should().Contain("/dev/i2c-1, 0x24").And.Contain("switches");
        _board.ReaderOf(new SlotId(3))!.Failure.Should().BeNull();
    }

    [Fact]
    public void A_tag_that_cannot_be_taken_at_its_word_is_shown_at_the_readers_that_see_it_and_counted()
    {
        SimulatedTag phone = new(new TagUid([0x08, 1, 2, 3])), between = new(Uid(5));
        _first.Put(phone);
        _first.Put(between);
        _third.Put(between);

        Run(seconds: 3);

        ReaderReport first = _board.ReaderOf(new SlotId(1))!, third = _board.ReaderOf(new SlotId(3))!;
        first.Doubts.Select(doubt => doubt.Kind).Should().BeEquivalentTo([TagDoubtKind.TwoSlots, TagDoubtKind.RandomNumber]);
        third.Doubts.Should().ContainSingle().Which.Kind.Should().Be(TagDoubtKind.TwoSlots);
        _board.Tags.Should().Contain(new Tally("random_numbers", 1)).And.Contain(new Tally("overlaps", 1));
    }

    [Fact]
    public void Readers_wait_while_the_walk_takes_nothing_and_lose_no_change()
    {
        for (byte tag = 10; tag < 250; tag++)
            _shelf.Tags.TryPut(new TagChange(new SlotId(1), Uid(tag), null, Present: true, 0)).Should().BeTrue();
        while (_shelf.Tags.TryPut(new TagChange(new SlotId(1), Uid(9), null, Present: true, 0)))
        {
            // filled to the brim
        }
        _first.Put(new SimulatedTag(Uid(1)));

        Run(seconds: 2);
        Taken().Should().NotContain(change => change.Uid == Uid(1));
        Run(seconds: 2);

        Taken().Should().ContainSingle().Which.Uid.Should().Be(Uid(1));
    }

    [Fact]
    public void A_storm_on_the_bus_passes_and_a_tag_that_stayed_is_told_once()
    {
        SimulatedTag milk = new(Uid(1));
        _first.Put(milk);
        Run(seconds: 2);
        _shelf.I2c.RefuseFor(TimeSpan.FromSeconds(3));

        Run(seconds: 2);
        SlotHealth inside = _board.ReaderOf(new SlotId(1))!.Health;
        Run(seconds: 4);

        inside.Should().Be(SlotHealth.Stale);
        _board.ReaderOf(new SlotId(1))!.Health.Should().Be(SlotHealth.Ok);
        Taken().Should().ContainSingle("a reader that is away says nothing about its tags");
    }

    public void Dispose()
    {
        _readers.Dispose();
        _buses.Dispose();
        _shelf.Dispose();
    }

    private static TagUid Uid(byte last) => new([0x04, 1, 2, 3, 4, 5, last]);

    private void Run(double seconds)
    {
        for (long end = _shelf.Clock.Read() + (long)(seconds * 1e9); _shelf.Clock.Read() < end;)
            _shelf.Clock.Advance(TimeSpan.FromTicks(Math.Max(_readers.Step().Ticks, 100)));
        _readers.Report();
    }

    private List<TagChange> Taken()
    {
        List<TagChange> taken = [];
        while (_shelf.Station.TryTakeTagChange(out TagChange change))
            taken.Add(change);
        return taken;
    }
}
