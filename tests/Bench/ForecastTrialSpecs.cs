using PantryChain.Reorder.Patterns;

namespace PantryChain.Bench.Tests;

public sealed class ForecastTrialSpecs
{
    /// <summary>Households whose intervals are drawn from the model itself: ln T ~ N(N(ln 12, 0.5), 0.4).</summary>
    private static List<Purchase> Drawn(int households, int classes, int seed)
    {
        Random chance = new(seed);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());
        List<Purchase> purchases = [];
        for (int household = 0; household < households; household++)
        {
            for (int group = 0; group < classes; group++)
            {
                double mean = Math.Log(12.0) + Math.Sqrt(0.5) * Normal(), day = 700_000;
                for (int i = 0; i < 15; i++, day += Math.Max(1.0, Math.Round(Math.Exp(mean + Math.Sqrt(0.4) * Normal()))))
                    purchases.Add(new Purchase($"h{household}", $"c{group}", (int)day));
            }
        }
        return purchases;
    }

    [Fact]
    public void On_households_drawn_from_the_model_the_figures_are_honest()
    {
        ForecastScore score = new(ForecastTrial.Run(ForecastPanel.Of(Drawn(households: 40, classes: 6, seed: 3))));

        score.N.Should().Be(40 * 6 * 11);
        score.Coverage80.Should().BeApproximately(0.8, 0.03);
        score.Overdue05.Should().BeApproximately(0.05, 0.02);
        score.Differences[Array.IndexOf(ForecastBaselines.Names, "mean")].High.Should().BeNegative();
    }

    [Fact]
    public void Neither_line_order_nor_repeated_lines_change_a_figure()
    {
        List<Purchase> purchases = Drawn(households: 12, classes: 3, seed: 4);
        List<Purchase> shuffled = [.. purchases, .. purchases.Take(50)];
        new Random(1).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(shuffled));

        ForecastScore one = new(ForecastTrial.Run(ForecastPanel.Of(purchases))), other = new(ForecastTrial.Run(ForecastPanel.Of(shuffled)));

        other.Should().BeEquivalentTo(one);
    }

    [Fact]
    public void A_household_never_speaks_in_its_own_prior()
    {
        List<Purchase> purchases = Drawn(households: 10, classes: 1, seed: 5);
        ForecastPanel panel = ForecastPanel.Of(purchases);
        PurchasePair first = panel.Scored[0];
        ForecastLine before = ForecastTrial.Run(panel).First(line => line.Household == first.Household);

        // Whatever that household does after the first origin, its first prediction stays the same.
        int origin = first.Days[ForecastPanel.FirstOrigin - 1];
        IEnumerable<Purchase> slower = purchases.Select(p => p.Household == panel.Households[first.Household] && p.Day > origin ? p with { Day = origin + 3 * (p.Day - origin) } : p);
        ForecastLine after = ForecastTrial.Run(ForecastPanel.Of(slower)).First(line => line.Household == first.Household);

        after.Ours.Should().Be(before.Ours);
        after.Days.Should().Be(3 * before.Days);
    }

    [Fact]
    public void Pairs_with_fewer_than_five_distinct_days_are_left_out_and_counted()
    {
        List<Purchase> purchases = [.. Enumerable.Range(0, 5).Select(i => new Purchase("a", "milk", 10 + 3 * i)),
            .. Enumerable.Range(0, 8).Select(i => new Purchase("a", "salt", 10 + 3 * (i % 4)))];

        ForecastPanel panel = ForecastPanel.Of(purchases);

        panel.Scored.Should().ContainSingle().Which.Intervals.Should().Equal(3, 3, 3, 3);
        panel.Excluded.Should().ContainSingle().Which.Class.Should().Be("salt");
        ForecastTrial.Run(panel).Should().ContainSingle("the fifth day is predicted from the fourth on, from the global prior, as there is no other household");
    }

    [Fact]
    public void Scores_of_a_small_set_follow_by_hand()
    {
        CycleForecast tenDays = new(Math.Log(10.0), 0.5, 0.0);
        double[] nines = [.. ForecastBaselines.Names.Select(_ => 9.0)];
        List<ForecastLine> lines = [new(0, 8, 20, tenDays, nines), new(0, 13, 20, tenDays, nines), new(1, 100, 20, tenDays, nines)];

        ForecastScore score = new(lines);

        score.Ours.Mae.Should().BeApproximately(95.0 / 3.0, 1e-12);
        score.Ours.MedianError.Should().BeApproximately(3.0, 1e-12);
        score.Ours.Bias.Should().BeApproximately(-91.0 / 3.0, 1e-12);
        score.Bins.Should().ContainSingle().Which.Observed.Should().BeApproximately(1.0 / 3.0, 1e-12); // within 2.5 days of 10: only the 8
        score.Overdue01.Should().BeApproximately(1.0 / 3.0, 1e-12);
        score.Differences[0].Days.Should().BeApproximately((1 - 1 - 1) / 3.0, 1e-12); // 2 against 1, 3 against 4, 90 against 91
        ForecastScore.Pinball(10, 12, 0.1).Should().BeApproximately(0.2, 1e-12);
        ForecastScore.Pinball(10, 8, 0.1).Should().BeApproximately(1.8, 1e-12);
    }
}
