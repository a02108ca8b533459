using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Sensing;
using PantryChain.Gateway.Tests.Inbox;

namespace PantryChain.Gateway.Tests.Sensing;

/// <summary>What is unknown is not empty.</summary>
public sealed class ShelfBoardSpecs : IDisposable
{
    private static readonly SlotId Slot = new(2);

    private readonly InboxWorld _world = new();

    [Fact]
    public void A_slot_that_cannot_be_read_keeps_its_last_level_and_when_that_was()
    {
        DateTimeOffset then = _world.Time.Now;
        _world.Time.Now += TimeSpan.FromHours(7);

        _world.Board.Ail(Slot, SlotHealth.Disconnected);

        _world.Board.SettledOf(Slot).Should().Be(new SettledLevel(Mass.FromGrams(4000), Mass.FromGrams(1), then));
    }

    [Fact]
    public void After_a_start_a_slot_that_does_not_answer_says_what_the_journal_has()
    {
        ShelfBoard board = new(_world.Household, _world.Time, _world.Stocks, _world.Inbox);

        board[Slot].Health.Should().Be(SlotHealth.Stale);
        board.SettledOf(Slot)!.Value.Level.Should().Be(Mass.FromGrams(4000));
        board.SettledOf(Slot)!.Value.At.Should().Be(_world.Stocks.StatedAt(Slot));
        board.StockOf(_world.Household, Samples.Rice).Should().BeNull("nothing is ordered by what nobody has seen today");
    }

    [Fact]
    public void A_slot_that_nobody_ever_weighed_has_no_level() =>
        new ShelfBoard(_world.Household, _world.Time).SettledOf(Slot).Should().BeNull();

    [Fact]
    public void While_somebody_leans_on_a_shelf_its_last_settled_level_stays()
    {
        _world.Board.Show(new StockReading(Slot, _world.Time.Now, Mass.FromGrams(9200), Mass.FromGrams(1), Stable: false, SlotHealth.Ok));

        _world.Board[Slot].Level.Should().Be(Mass.FromGrams(9200));
        _world.Board.SettledOf(Slot)!.Value.Level.Should().Be(Mass.FromGrams(4000));
        _world.StockOf(Samples.Rice).Should().Be(4000);
    }

    [Theory]
    [InlineData(-300, SlotHealth.Ok)] // the jar is away
    [InlineData(36_000, SlotHealth.Implausible)]
    public void A_level_that_cannot_be_is_not_taken_for_stock(double grams, SlotHealth health)
    {
        _world.Board.Show(new StockReading(Slot, _world.Time.Now, Mass.FromGrams(grams), Mass.FromGrams(1), Stable: true, health));

        _world.Board.SettledOf(Slot)!.Value.Level.Should().Be(Mass.FromGrams(4000));
        _world.Board.IsHealthy(_world.Household, Samples.Rice).Should().BeFalse("nothing is ordered meanwhile");
    }

    [Theory]
    [InlineData(350, true)]
    [InlineData(450, false)]
    public void A_cell_that_drifts_stops_orders_only_where_it_wanders_by_more_than_a_tenth_of_a_pack(double grams, bool healthy)
    {
        StockReading reading = new(Slot, _world.Time.Now, Mass.FromGrams(3900), Mass.FromGrams(1), Stable: true, SlotHealth.Drifting);

        _world.Board.Show(reading with { Wandered = Mass.FromGrams(grams) });

        _world.Board.IsHealthy(_world.Household, Samples.Rice).Should().Be(healthy);
    }

    [Fact]
    public void A_pack_on_the_table_still_counts_when_an_order_is_decided()
    {
        _world.Board.Show(new StockReading(Slot, _world.Time.Now, Mass.FromGrams(500), Mass.FromGrams(1), Stable: true, SlotHealth.Ok), away: Mass.FromGrams(3500));

        _world.StockOf(Samples.Rice).Should().Be(4000);
    }

    public void Dispose() => _world.Dispose();
}
