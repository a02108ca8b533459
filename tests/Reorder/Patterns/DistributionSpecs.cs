using FsCheck;
using FsCheck.Fluent;
using PantryChain.Reorder.Patterns;

namespace PantryChain.Reorder.Tests.Patterns;

public sealed class DistributionSpecs
{
    // Reference values: the C library's erfc and, for the quantile, Python's statistics.NormalDist.
    [Theory]
    [InlineData(0.0, 0.5)]
    [InlineData(1.96, 0.9750021048517795)]
    [InlineData(-1.0, 0.15865525393145707)]
    [InlineData(-6.0, 9.865876450376981e-10)]
    [InlineData(-10.0, 7.61985302416053e-24)]
    public void The_normal_distribution_agrees_with_the_reference(double x, double expected) =>
        Normal.Cdf(x).Should().BeApproximately(expected, Math.Min(1e-14, 1e-8 * expected));

    [Theory]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.5, 0.0)]
    [InlineData(1e-10, -6.361340902404056)]
    public void The_normal_quantile_agrees_with_the_reference(double p, double expected) =>
        Normal.Quantile(p).Should().BeApproximately(expected, 1e-13);

    [Fact]
    public void The_quantile_undoes_the_distribution() =>
        Prop.ForAll(Gen.Choose(1, 999_999).ToArbitrary(), millionths =>
            Math.Abs(Normal.Cdf(Normal.Quantile(millionths / 1e6)) - millionths / 1e6) < 1e-13).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0.4, 2, 3, 0.5248)]
    [InlineData(0.03, 0.5, 7.2, 0.4849007926)]
    public void The_incomplete_beta_function_agrees_with_the_golden_values(double x, double a, double b, double expected) =>
        Beta.Regularised(x, a, b).Should().BeApproximately(expected, 5e-11);

    [Fact]
    public void The_incomplete_beta_function_keeps_its_symmetry_and_its_closed_form()
    {
        Gen<(double X, double A, double B)> arguments =
            Gen.Choose(1, 999).Three().Select(n => (n.Item1 / 1000.0, n.Item2 / 10.0, n.Item3 / 10.0));

        Prop.ForAll(arguments.ToArbitrary(), v =>
            Math.Abs(Beta.Regularised(v.X, v.A, v.B) + Beta.Regularised(1.0 - v.X, v.B, v.A) - 1.0) < 1e-11
            && Math.Abs(Beta.Regularised(v.X, v.A, 1.0) - Math.Pow(v.X, v.A)) < 1e-11).QuickCheckThrowOnFailure(); // DLMF 8.17.4, 8.17.7
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    [InlineData(double.NaN)]
    public void A_quantile_of_no_probability_is_refused(double p)
    {
        Action ask = () => Normal.Quantile(p);

        ask.Should().Throw<ArgumentOutOfRangeException>();
    }
}
