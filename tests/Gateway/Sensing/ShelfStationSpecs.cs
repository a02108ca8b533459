using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway.Tests.Sensing;

public sealed class ShelfStationSpecs : IDisposable
{
    private readonly MixedShelf _shelf = new();

    [Fact]
    public void Converters_of_different_kinds_are_read_side_by_side()
    {
        Dictionary<int, int> samples = _shelf.Count(seconds: 6);

        samples.Values.Should().OnlyContain(count => count > 20);
        _shelf.Household.Slots.Select(slot => _shelf.Station.HealthOf(slot.Slot)).Should().AllBeEquivalentTo(SlotHealth.Ok);
        _shelf.Station.Report().Select(report => report.Kind).Should().Equal("hx711", "nau7802", "nau7802", "hx711-spi");
        _shelf.Station.Report().Select(report => report.Failure).Should().AllBeEquivalentTo<string?>(null);
    }

    [Fact]
    public void A_converter_that_is_not_there_takes_nobody_down_and_is_found_later()
    {
        _shelf.Board.Unplug(MixedShelf.Chip);

        Dictionary<int, int> without = _shelf.Count(seconds: 6);

        without[1].Should().Be(0);
        without[3].Should().BeGreaterThan(20);
        _shelf.HealthOf(1).Should().Be(SlotHealth.Disconnected);
        _shelf.HealthOf(3).Should().Be(SlotHealth.Ok);
        _shelf.Report("upper").Failure.Should().Contain("gateway.json", "the report says what to do");

        _shelf.Board.Plug(MixedShelf.Chip);

        _shelf.Count(seconds: 6)[1].Should().BeGreaterThan(10);
        _shelf.HealthOf(1).Should().Be(SlotHealth.Ok);
        _shelf.Report("upper").Failure.Should().BeNull();
    }

    [Fact]
    public void A_converter_that_dies_later_comes_back_with_its_counters()
    {
        _shelf.Count(seconds: 3);
        long before = Tally("upper", "samples");
        _shelf.Board.Unplug(MixedShelf.Chip);

        _shelf.Count(seconds: 3)[4].Should().BeGreaterThan(10, "the others go on");

        _shelf.HealthOf(2).Should().Be(SlotHealth.Disconnected);
        Tally("upper", "lost").Should().Be(1);
        Tally("upper", "samples").Should().BeGreaterThanOrEqualTo(before);

        _shelf.Board.Plug(MixedShelf.Chip);
        _shelf.Count(seconds: 6);

        Tally("upper", "samples").Should().BeGreaterThan(before);
        Tally("upper", "lost").Should().Be(1);
    }

    [Fact]
    public void A_data_ready_line_that_is_gone_takes_its_converter_and_no_other()
    {
        _shelf.Board.Unplug(MixedShelf.ReadyChip);

        _shelf.Count(seconds: 3)[3].Should().BeGreaterThan(10);

        _shelf.HealthOf(4).Should().Be(SlotHealth.Disconnected);
        _shelf.Report("coffee").Failure.Should().Contain("line 17 of gpio-usb");

        _shelf.Board.Plug(MixedShelf.ReadyChip);
        _shelf.Count(seconds: 6)[4].Should().BeGreaterThan(10);
    }

    [Fact]
    public void A_board_that_stays_away_is_asked_ever_more_rarely()
    {
        int asked = 0;
        long now = 0;
        using RetriedCells cells = new(
            _shelf.Household.Converters[0], () => throw new IOException($"Attempt {++asked}. Plug it in."), () => now, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

        for (; now < 3_600_000_000_000; now += 50_000_000)
            cells.TryRead([0, 0], out _, out _);

        asked.Should().BeInRange(55, 75, "once a minute after the first ones");
        cells.Failure.Should().StartWith("Attempt");
    }

    [Fact]
    public void A_dead_bus_takes_only_its_own_slots_away()
    {
        _shelf.Count(seconds: 3);
        _shelf.I2c.RefuseFor(TimeSpan.FromSeconds(10));

        _shelf.Count(seconds: 5)[1].Should().BeGreaterThan(10);

        _shelf.HealthOf(3).Should().Be(SlotHealth.Disconnected);
        _shelf.HealthOf(1).Should().Be(SlotHealth.Ok);
        _shelf.Report("flour").Failure.Should().NotBeNullOrEmpty();

        _shelf.Count(seconds: 25)[3].Should().BeGreaterThan(10);
        _shelf.HealthOf(3).Should().Be(SlotHealth.Ok);
    }

    public void Dispose() => _shelf.Dispose();

    private long Tally(string converter, string cause) => _shelf.Report(converter).Tallies.Single(tally => tally.Cause == cause).Count;
}
