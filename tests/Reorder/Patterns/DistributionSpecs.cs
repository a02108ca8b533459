using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace PantryChain.Reorder.Tests.Patterns;

/// <summary>What the forecasts rest on is as exact as they need it, whichever version of the library is pinned.</summary>
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
        Normal.CDF(0.0, 1.0, x).Should().BeApproximately(expected, Math.Min(1e-14, 1e-8 * expected));

    [Theory]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.5, 0.0)]
    [InlineData(1e-10, -6.361340902404056)]
    public void The_normal_quantile_agrees_with_the_reference(double p, double expected) =>
        Normal.InvCDF(0.0, 1.0, p).Should().BeApproximately(expected, 1e-13);

    [Theory]
    [InlineData(0.4, 2, 3, 0.5248)]
    [InlineData(0.03, 0.5, 7.2, 0.4849007926)]
    public void The_incomplete_beta_function_agrees_with_the_golden_values(double x, double a, double b, double expected) =>
        SpecialFunctions.BetaRegularized(a, b, x).Should().BeApproximately(expected, 5e-11);
}
