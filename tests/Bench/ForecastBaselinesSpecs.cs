namespace PantryChain.Bench.Tests;

/// <summary>The yardsticks against series computed by hand.</summary>
public sealed class ForecastBaselinesSpecs
{
    private static ForecastBaselines Of(params double[] days)
    {
        ForecastBaselines baselines = new();
        foreach (double d in days)
            baselines.Learn(d);
        return baselines;
    }

    [Fact]
    public void Last_mean_and_median_are_what_they_say()
    {
        ForecastBaselines three = Of(9, 2, 4), four = Of(9, 2, 4, 7);

        (three.Last, three.Mean, three.Median).Should().Be((4.0, 5.0, 4.0));
        (four.Last, four.Mean, four.Median).Should().Be((7.0, 5.5, 5.5));
    }

    [Fact]
    public void Smoothing_starts_at_the_first_interval_and_moves_by_three_tenths()
    {
        Of(10).Ses.Should().Be(10.0);
        Of(10, 20, 5).Ses.Should().BeApproximately(10.6, 1e-12); // 10 → 13 → 13 − 0.3·8
        Of(10, 20, 5).Sba.Should().BeApproximately(10.6 * 0.85, 1e-12);
    }

    [Fact]
    public void The_daily_chance_decays_on_days_without_a_purchase_and_rises_on_the_day_with_one()
    {
        // p = 1/4; two days without: 0.25·0.96² = 0.2304; then with: 0.2304 + 0.04·(1 − 0.2304) = 0.261184.
        Of(4, 3).Tsb.Should().BeApproximately(1.0 / 0.261184, 1e-12);
        Of(1, 1, 1).Tsb.Should().BeApproximately(1.0, 1e-12);
    }

    [Fact]
    public void The_gamma_poisson_median_is_lomax()
    {
        GammaPrior prior = new(2.0, 20.0);

        double median = Of(6, 10).GammaPoisson(prior);

        median.Should().BeApproximately(36.0 * (Math.Pow(2.0, 0.25) - 1.0), 1e-12);
        Math.Pow(36.0 / (36.0 + median), 4.0).Should().BeApproximately(0.5, 1e-12); // P(T > t) = ((b + Σ)/(b + Σ + t))^(k + n)
    }

    [Fact]
    public void The_gamma_prior_is_found_again_in_drawn_households()
    {
        Random chance = new(5);
        List<(int, double)> drawn = [];
        for (int household = 0; household < 4000; household++)
        {
            double rate = -Math.Log((1 - chance.NextDouble()) * (1 - chance.NextDouble()) * (1 - chance.NextDouble())) / 30.0; // Gamma(3, 30)
            drawn.Add((12, Enumerable.Range(0, 12).Sum(_ => -Math.Log(1 - chance.NextDouble()) / rate)));
        }

        GammaPrior prior = GammaPrior.Fit(drawn)!.Value;

        prior.Shape.Should().BeApproximately(3.0, 0.3);
        prior.Rate.Should().BeApproximately(30.0, 3.0);
        GammaPrior.Fit([(12, 40.0)]).Should().BeNull();
    }
}
