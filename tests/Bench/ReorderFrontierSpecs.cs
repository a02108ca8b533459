namespace PantryChain.Bench.Tests;

public sealed class ReorderFrontierSpecs
{
    /// <summary>Packs whose call is the day's number: threshold d orders at the end of day d and lands on day d + 2.</summary>
    private static ReorderFrontier Counting(params int[] days) =>
        new("days", [.. days.Select(d => new WatchedPack(0, d, [.. Enumerable.Range(0, d).Select(day => (double)day)]))]);

    [Fact]
    public void Stock_out_excess_and_lateness_of_one_setting_follow_by_hand()
    {
        // Ordered at the end of day 3, landing on day 5: packs of 4, 5, 10 days are a day late, just in time, five days early; one of 2 days calls only when empty.
        FrontierPoint point = Counting(4, 5, 10, 2).Score(3.0);

        point.StockOut.Should().Be(0.5);
        point.Excess.Should().Be(5.0 / 4.0);
        point.Late.Should().Be((1.0 + 2.0) / 4.0);
    }

    [Fact]
    public void Settings_around_a_rate_are_weighed_and_unreachable_rates_have_none()
    {
        ReorderFrontier ten = Counting(1, 3, 4, 5, 6, 7, 8, 9, 10, 11);

        ten.At(0.05).Should().BeNull("a pack of one day is always late");
        ten.At(0.1)!.Value.Excess.Should().BeApproximately((0 + 0 + 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8) / 10.0, 1e-12, "landing on day 3 is in time for all but that one");
        ten.At(0.15)!.Value.Excess.Should().BeApproximately((3.6 + 2.8) / 2.0, 1e-12, "half way between landing on day 3 and on day 4");
    }

    [Fact]
    public void A_call_that_is_never_loud_enough_orders_when_the_pack_is_empty() =>
        Counting(4, 9).Score(double.PositiveInfinity).Should().Be(new FrontierPoint(1.0, 0.0, ReorderFrontier.LeadDays));

    [Fact]
    public void Drawn_daily_use_has_the_spread_that_was_asked_for()
    {
        Random chance = new(9);
        foreach (double shape in new[] { 1.0, 0.31, 4.0 })
        {
            double[] drawn = [.. Enumerable.Range(0, 40_000).Select(_ => ReorderTrial.Gamma(shape, chance))];
            double mean = drawn.Average(), variance = drawn.Average(x => (x - mean) * (x - mean));

            mean.Should().BeApproximately(shape, 0.05 * shape);
            variance.Should().BeApproximately(shape, 0.1 * shape);
        }
    }

    [Fact]
    public void With_even_use_seeing_the_shelf_leaves_far_less_excess_than_a_fixed_threshold()
    {
        List<Purchase> purchases = [];
        Random chance = new(2);
        for (int household = 0; household < 12; household++)
        {
            for (int i = 0, day = 1000; i < 14; i++, day += 8 + chance.Next(25))
                purchases.Add(new Purchase($"h{household}", "rice", day));
        }

        List<ReorderFrontier> frontiers = [.. ReorderTrial.WithShelf(ForecastPanel.Of(purchases), new PackUse("even", 0.0)).Frontiers];
        double Excess(string policy) => frontiers.Single(frontier => frontier.Name == policy).At(0.1)!.Value.Excess;

        Excess("ours").Should().BeLessThan(0.5 * Excess("fixed threshold"));
    }
}
