using PantryChain.Reorder.Patterns;

namespace PantryChain.Reorder.Tests.Patterns;

/// <summary>Golden vectors, computed with SciPy by an independent program, to the digits printed there.</summary>
public sealed class ModelSpecs
{
    private static readonly CyclePrior Golden = new(Math.Log(10.0), 0.5, 0.6, 6.0, 0.9);

    public static TheoryData<double[], double[]> Cycles => new()
    {
        { [], [2.302585, .600000, .500000, 1.048809, 2.6077, 38.3474, .1923, .625824] },
        { [7], [2.140460, .600000, .272727, .934199, 2.5683, 28.1538, .2153, .703231] },
        { [7, 8, 6, 7], [2.010259, .430804, .100173, .728682, 2.9341, 18.9936, .2934, .805911] },
        { [7, 8, 6, 7, 7, 6, 8, 7, 7, 7], [1.974728, .316816, .044329, .600954, 3.3353, 15.5628, .3640, .865519] },
        { [3, 20, 9, 41, 5], [2.339039, .788567, .139022, .963115, 3.0185, 35.6347, .2090, .622293] },
    };

    [Theory]
    [MemberData(nameof(Cycles))]
    public void The_cycle_model_agrees_with_the_golden_vectors(double[] days, double[] expected)
    {
        CycleForecast forecast = days.Aggregate(CycleHistory.Empty, (history, d) => history.Learn(d, Golden.Discount)).Forecast(Golden);

        forecast.LogMean.Should().BeApproximately(expected[0], 5e-7);
        forecast.WithinVariance.Should().BeApproximately(expected[1], 5e-7);
        forecast.MeanVariance.Should().BeApproximately(expected[2], 5e-7);
        forecast.Sigma.Should().BeApproximately(expected[3], 5e-7);
        forecast.Quantile(0.1).Should().BeApproximately(expected[4], 5e-5);
        forecast.Quantile(0.9).Should().BeApproximately(expected[5], 5e-5);
        forecast.Confidence.Should().BeApproximately(expected[6], 5e-5);
        forecast.Cdf(14.0).Should().BeApproximately(expected[7], 5e-7);
    }

    [Theory]
    [InlineData(1.0, 2.8, 14, 0, 0.0, 1.0, 3, 2.8, .128571, .071429, .017484)]
    [InlineData(1.0, 2.8, 14, 5, 0.4, 0.6, 3, 7.8, .528571, .077731, .040006)]
    [InlineData(1.0, 2.8, 14, 10, 0.85, 0.15, 3, 12.8, .978571, .082930, .686709)]
    [InlineData(0.5, 3.0, 20, 6, 0.1, 0.9, 4, 6.0, .3, .03, .001343)]
    public void The_shelf_model_agrees_with_the_golden_vectors(
        double dailyShape, double priorShape, double packDays, int days, double used, double stock, double horizon,
        double shape, double scale, double rate, double chance)
    {
        ShelfHistory history = ShelfHistory.Empty;
        for (int day = 0; day < days; day++)
            history = history.Learn(used / days, discount: 1.0);

        ShelfForecast forecast = history.Forecast(priorShape, packDays, dailyShape);

        forecast.Shape.Should().BeApproximately(shape, 5e-7);
        forecast.Scale.Should().BeApproximately(scale, 5e-7);
        forecast.PacksPerDay.Should().BeApproximately(rate, 5e-7);
        forecast.ChanceOfUsingMore(stock, horizon).Should().BeApproximately(chance, 5e-7);
    }

    [Fact]
    public void A_new_habit_shows_within_the_pack_in_which_it_begins()
    {
        CycleForecast tenDays = CycleHistory.Empty.Forecast(CyclePrior.Global);
        ShelfHistory history = ShelfHistory.Empty;
        for (int day = 0; day < 60; day++)
            history = (day % 10 == 0 ? history.NextPack() : history).Learn(0.1);
        history = history.NextPack().Learn(0.3).Learn(0.3).Learn(0.3);

        history.Forecast(tenDays).PacksPerDay.Should().BeGreaterThan(0.2);
        history.DaysSeen.Should().Be(63);
    }

    [Fact]
    public void A_habit_that_changes_between_packs_is_not_mistaken_for_uneven_days()
    {
        ShelfHistory steady = ShelfHistory.Empty, changing = ShelfHistory.Empty;
        for (int day = 0; day < 80; day++)
            (steady, changing) = (steady.Learn(0.2), changing.Learn(day / 20 % 2 == 0 ? 0.05 : 0.35));

        changing.DailyShape.Should().BeGreaterThan(0.75 * steady.DailyShape);
    }

    [Fact]
    public void Even_use_gives_a_narrow_day_and_bursts_a_wide_one()
    {
        ShelfHistory even = ShelfHistory.Empty, bursts = ShelfHistory.Empty;
        for (int day = 0; day < 30; day++)
            (even, bursts) = (even.Learn(0.2), bursts.Learn(day % 6 == 0 ? 1.2 : 0.0));

        even.DailyShape.Should().BeGreaterThan(3.0);
        bursts.DailyShape.Should().BeLessThan(0.5);
    }

    [Fact]
    public void Days_until_gone_is_the_inverse_of_the_chance_of_using_more()
    {
        ShelfForecast forecast = new(7.8, 0.528571, 1.0);

        double days = forecast.DaysUntilGone(0.6, 0.9);

        forecast.ChanceOfUsingMore(0.6, days).Should().BeApproximately(0.9, 1e-5);
        forecast.DaysUntilGone(0.0, 0.1).Should().Be(0.0);
    }
}
