using PantryChain.Reorder.Patterns;

namespace PantryChain.Reorder.Tests.Patterns;

public sealed class PriorFitSpecs
{
    private static CycleSums Of(params double[] days) => days.Aggregate(default(CycleSums), (sums, d) => sums.Add(d));

    [Fact]
    public void Moments_follow_by_hand_from_three_households()
    {
        // ln days: (0, 2), (3, 5), (8, 10): means 1, 4, 9; scatter 2 each over one degree of freedom each.
        CycleSums[] households = [Of(1, Math.Exp(2)), Of(Math.Exp(3), Math.Exp(5)), Of(Math.Exp(8), Math.Exp(10))];

        CyclePrior prior = PriorFit.Fit(households, CyclePrior.Global)!;

        prior.LogMean.Should().BeApproximately(14.0 / 3.0, 1e-12);
        prior.WithinVariance.Should().BeApproximately(2.0, 1e-12);
        prior.BetweenVariance.Should().BeApproximately(49.0 / 3.0 - 1.0, 1e-12);
        prior.Strength.Should().Be(CyclePrior.Global.Strength);
        prior.Discount.Should().Be(CyclePrior.Global.Discount);
    }

    [Fact]
    public void Nothing_is_fitted_to_one_household_or_to_single_cycles()
    {
        PriorFit.Fit([Of(3, 4, 5)], CyclePrior.Global).Should().BeNull();
        PriorFit.Fit([Of(3), Of(4), Of(5)], CyclePrior.Global).Should().BeNull();
    }

    [Fact]
    public void A_class_needs_eight_households_for_a_prior_of_its_own()
    {
        IEnumerable<(string, CycleSums)> milk = Enumerable.Range(0, 8).Select(i => ("milk", Of(4, 5, 6 + i)));
        IEnumerable<(string, CycleSums)> salt = Enumerable.Range(0, 7).Select(i => ("salt", Of(90, 120, 80 + i)));

        PriorFit.FitByClass(milk.Concat(salt), CyclePrior.Global).Keys.Should().Equal("milk");
    }

    [Fact]
    public void Equal_households_still_leave_room_for_one_that_differs() =>
        PriorFit.Fit(Enumerable.Repeat(Of(7, 7, 7), 9), CyclePrior.Global)!.BetweenVariance.Should().Be(0.02);
}
