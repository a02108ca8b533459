using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Ordering;
using PantryChain.Reorder.Policy;

namespace PantryChain.Gateway.Tests.Ordering;

public sealed class SupplyTermsSpecs
{
    private static readonly CatalogueEntry Milk = new(
        Samples.Milk.ToString(), "우유", "Milk", 1_063_000, "milk", Samples.Address(5).ToString(), "Dairy", "295000", 0, new Dictionary<string, double> { ["2"] = 1 });

    [Fact]
    public void An_older_store_that_says_nothing_sets_no_limit()
    {
        SupplyTerms supply = SupplyTerms.Of(Milk);

        supply.Should().Be(SupplyTerms.Always);
        supply.Season.IsAlways.Should().BeTrue();
        supply.ComesDaily.Should().BeTrue();
    }

    [Fact]
    public void Weekdays_months_and_shelf_life_are_read()
    {
        SupplyTerms supply = SupplyTerms.Of(Milk with { DeliveryDays = ["tue", "fri"], CutOff = new TimeOnly(14, 0), SeasonMonths = [12, 1], ShelfLifeDays = 9 });

        supply.Days.Should().Equal(DayOfWeek.Tuesday, DayOfWeek.Friday);
        supply.Season.Includes(new DateOnly(2026, 1, 31)).Should().BeTrue();
        supply.Season.NextOpening(new DateOnly(2026, 2, 10)).Should().Be(new DateOnly(2026, 12, 1));
        (supply.CutOff, supply.ShelfLifeDays).Should().Be((new TimeOnly(14, 0), 9));
    }

    [Theory]
    [InlineData("100000000000000", 1)]
    [InlineData("100000000000001", 0)]
    [InlineData("340282366920938463463374607431768211455", 0)]
    [InlineData("-1", 0)]
    [InlineData("1e3", 0)]
    public void A_price_that_no_pack_has_is_no_offer(string hundredths, int offers)
    {
        Outlook.ReadOffers([Milk with { UnitPrice = hundredths }], Samples.Household).Should().HaveCount(offers);
    }

    [Theory]
    [InlineData("someday", 1, 9)]
    [InlineData("mon", 13, 9)]
    [InlineData("mon", 1, 0)]
    public void What_is_no_day_month_or_number_of_days_is_refused(string day, int month, int life)
    {
        Action read = () => SupplyTerms.Of(Milk with { DeliveryDays = [day], SeasonMonths = [month], ShelfLifeDays = life });

        read.Should().Throw<FormatException>();
    }

    [Fact]
    public void The_sellers_word_counts_as_much_as_five_records_of_the_store()
    {
        CatalogueEntry slow = Milk with { LeadRecord = new Dictionary<string, long> { ["4"] = 15 } };

        SupplyTerms.LeadOf(Milk, comesDaily: true).Chances.Should().Equal((2, 1.0));
        SupplyTerms.LeadOf(slow, comesDaily: true).ChanceOf(4).Should().BeApproximately(0.75, 1e-9);
        SupplyTerms.LeadOf(slow, comesDaily: false).ChanceOf(4).Should().Be(0, "the record holds the waiting for the delivery day, which the calendar adds");
        SupplyTerms.LeadOf(Milk with { LeadDays = new Dictionary<string, double>() }, comesDaily: true).Should().BeSameAs(LeadTime.Usual);
    }
}
