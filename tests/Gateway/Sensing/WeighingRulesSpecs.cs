using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway.Tests.Sensing;

public sealed class WeighingRulesSpecs
{
    private const double PerGram = 100;
    private static readonly Calibration Line = new(PerGram, 5_000, 10);
    private static readonly ShelfSlot Slot = Samples.Household.FindSlot(new SlotId(1))!;

    [Theory]
    [InlineData(0, 0, null)]
    [InlineData(640, 0, null)]
    [InlineData(1_900, 0, null)]
    [InlineData(2_010, 0, "more than the heaviest container")]
    [InlineData(60_000, 0, "more than the heaviest container")]
    [InlineData(1_063, 0, "as much as 1 x")] // not booked yet: somebody put a pack there a moment ago
    [InlineData(1_090, 0, "as much as 1 x")]
    [InlineData(640, 640, "are booked")] // a half-used pack
    [InlineData(466, 466, "are booked")] // less than half of one
    [InlineData(640, 20, null)] // what an empty slot drifts
    [InlineData(40, 1_063, "are booked")]
    [InlineData(-20, 0, null)] // drift
    [InlineData(-200, 0, "less than its bare cell")]
    public void Only_what_can_be_an_empty_container_is_tared(double gross, double booked, string? said)
    {
        string? wrong = WeighingRules.WhyNoTare(
            Slot, Samples.Household.HeaviestContainer, Line, 5_000 + gross * PerGram, Mass.FromGrams(booked), product => Samples.Household.FindProduct(product.Gtin)!.PackSpread);

        if (said is null)
            wrong.Should().BeNull();
        else
            wrong.Should().Contain(said);
    }

    [Fact]
    public void A_slot_whose_own_container_is_heavier_than_the_households_may_have_it()
    {
        ShelfSlot crock = Slot with { Tare = Mass.FromGrams(6_000) };

        WeighingRules.WhyNoTare(crock, Mass.FromGrams(2_000), Line, 5_000 + 5_900 * PerGram, Mass.Zero, _ => Mass.FromGrams(1)).Should().BeNull();
        WeighingRules.WhyNoTare(crock, Mass.FromGrams(2_000), Line, 5_000 + 6_100 * PerGram, Mass.Zero, _ => Mass.FromGrams(1)).Should().Contain("6000 g");
    }

    [Fact]
    public void An_undo_that_would_leave_less_than_nothing_is_refused()
    {
        Calibration heavier = Line with { Container = Mass.FromGrams(500) };

        WeighingRules.WhyNoUndo(Slot, heavier, 5_000 + 200 * PerGram).Should().Contain("-300 g").And.Contain("container back");
        WeighingRules.WhyNoUndo(Slot, heavier, 5_000 + 510 * PerGram).Should().BeNull();
        WeighingRules.WhyNoUndo(Slot, heavier, null).Should().BeNull("a cell that says nothing contradicts nothing");
    }

    [Theory]
    [InlineData(105, 5_000, null)]
    [InlineData(89, 5_000, "make a gram")]
    [InlineData(111, 5_000, "make a gram")]
    [InlineData(-100, 5_000, "make a gram")]
    [InlineData(100, 14_000, null)]
    [InlineData(100, 16_000, "move the zero")]
    public void The_home_broker_corrects_a_line_by_little(double slope, double offset, string? said)
    {
        string? wrong = WeighingRules.WhyNotFromHome(Slot, Line, new Calibration(slope, offset, 10));

        (wrong?.Contains(said ?? "", StringComparison.Ordinal) ?? said is null).Should().BeTrue(wrong);
        (wrong is null).Should().Be(said is null);
    }

    [Fact]
    public void A_slot_that_was_never_calibrated_is_not_calibrated_by_the_home_broker() =>
        WeighingRules.WhyNotFromHome(Slot, null, Line).Should().Contain("never calibrated").And.Contain("logging in");

    [Fact]
    public void A_slot_that_settled_below_zero_is_uncalibrated_until_it_settles_right_again()
    {
        ShelfBoard board = new(Samples.Household, TimeProvider.System);

        SlotHealth Show(double grams, bool stable)
        {
            board.Show(new StockReading(Slot.Slot, Samples.Morning, Mass.FromGrams(grams), Mass.FromGrams(0.4), stable, SlotHealth.Ok));
            return board[Slot.Slot].Health;
        }

        Show(-10, stable: true).Should().Be(SlotHealth.Ok, "an empty cell drifts");
        Show(-703, stable: false).Should().Be(SlotHealth.Ok, "a hand lifts");
        Show(-703, stable: true).Should().Be(SlotHealth.Uncalibrated);
        Show(900, stable: false).Should().Be(SlotHealth.Uncalibrated, "no order may slip through while a hand is there");
        board.IsHealthy(Samples.Household, Samples.Milk).Should().BeFalse();
        Show(360, stable: true).Should().Be(SlotHealth.Ok);
    }
}
