using PantryChain.Domain.Ordering;
using PantryChain.Reorder.Policy;

namespace PantryChain.Reorder.Tests.Policy;

public sealed class SeasonSpecs
{
    private static readonly Season Winter = Season.OfMonths(11, 12, 1, 2);

    [Theory]
    [InlineData("2026-02-28", true, "2026-02-28")]
    [InlineData("2026-03-01", false, "2026-11-01")]
    [InlineData("2026-10-31", false, "2026-11-01")]
    [InlineData("2026-12-31", true, "2026-12-31")]
    public void A_season_runs_over_the_turn_of_the_year(string date, bool open, string opening)
    {
        DateOnly day = DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture);

        Winter.Includes(day).Should().Be(open);
        Winter.NextOpening(day).Should().Be(DateOnly.Parse(opening, System.Globalization.CultureInfo.InvariantCulture));
        Season.Always.Includes(day).Should().BeTrue();
    }

    [Fact]
    public void What_is_no_month_is_refused()
    {
        ((Action)(() => Season.OfMonths(13))).Should().Throw<ArgumentOutOfRangeException>();
        ((Action)(() => Season.OfMonths())).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void A_product_out_of_season_is_skipped_with_its_opening_day_and_wakes_by_itself_on_it()
    {
        ReorderSituation march = PolicySamples.Situation(packs: 0.2) with { Rules = new ProductRules { Season = Season.OfMonths(4, 5, 6) } };
        ReorderPolicy policy = new();
        List<int> woken = [.. Enumerable.Range(0, 40).Where(day => policy.Advise(march with { Now = march.Now.AddDays(day) }).Quantity > 0)];

        ReorderAdvice skipped = policy.Advise(march);

        skipped.Blocks.Should().Equal(ReorderBlock.OutOfSeason);
        skipped.Why!.SeasonOpensAt!.Value.DateTime.Should().Be(new DateTime(2026, 4, 1));
        woken.Should().Equal(Enumerable.Range(18, 22), "the 1st of April is 18 days after the 14th of March");
    }
}
