using PantryChain.Domain.Quantities;

namespace PantryChain.DeviceDrivers.Shelf;

/// <summary>What one load cell's counts mean: a straight line through two weighings, kept for good and never re-zeroed at a start.</summary>
/// <param name="CountsPerGram">Slope; negative when the bridge is wired the other way round, never 0.</param>
/// <param name="OffsetCounts">Counts with the bare cell.</param>
/// <param name="NoiseCounts">Standard deviation of one conversion while nothing moved, above 0.</param>
/// <param name="Container">Container tare: what stands on the cell and is not stock, as a mass (not as a shift of the offset, so taring twice changes nothing).</param>
/// <remarks>Immutable; a plain record of numbers, so that a host can keep it as JSON. Masses and noise must be finite.</remarks>
public sealed record Calibration(double CountsPerGram, double OffsetCounts, double NoiseCounts, Mass Container = default)
{
    /// <summary>The two weighings must differ by this many standard deviations (targets of the sensing design: "refuse if Δcounts &lt; 20 σ").</summary>
    public const double SmallestSpan = 20;

    /// <summary>Fewest samples of each weighing.</summary>
    public const int SmallestWeighing = 10;

    /// <summary>Fits the line through the bare cell and a known mass; medians, so that a touch in the middle does not spoil it.</summary>
    /// <param name="empty">Conversions with nothing on the cell, at least <see cref="SmallestWeighing"/>.</param>
    /// <param name="loaded">Conversions with <paramref name="reference"/> on it, as many.</param>
    /// <param name="reference">The known mass, above zero.</param>
    /// <param name="calibration">The fit, or null.</param>
    /// <param name="refusal">Null, or what is wrong and what to do.</param>
    public static bool TryFit(ReadOnlySpan<int> empty, ReadOnlySpan<int> loaded, Mass reference, out Calibration? calibration, out string? refusal)
    {
        calibration = null;
        refusal = null;
        if (reference <= Mass.Zero)
            refusal = "The reference mass must be above zero. Weigh a full pack on a kitchen scale and give its grams.";
        else if (empty.Length < SmallestWeighing || loaded.Length < SmallestWeighing)
            refusal = $"At least {SmallestWeighing} samples of each weighing are needed. Check that the cell answers and calibrate again.";
        if (refusal is not null)
            return false;
        (double zero, double zeroNoise) = MedianAndNoise(empty);
        (double full, double fullNoise) = MedianAndNoise(loaded);
        double noise = Math.Max(Math.Max(zeroNoise, fullNoise), SmallestNoise);
        if (Math.Abs(full - zero) < SmallestSpan * noise)
        {
            refusal = $"The two weighings differ by {Math.Abs(full - zero):0} counts, less than {SmallestSpan:0} times their noise of {noise:0}. Use a heavier mass or check the cell's wiring.";
            return false;
        }
        calibration = new Calibration((full - zero) / reference.Grams, zero, noise);
        return true;
    }

    /// <summary>The same line with the container that stands on the cell now taken as tare.</summary>
    /// <param name="counts">Counts with the empty container on the cell.</param>
    public Calibration WithContainer(double counts) => this with { Container = Gross(counts) };

    /// <summary>The mass on the bare cell, container included.</summary>
    public Mass Gross(double counts) => Mass.FromGrams((counts - OffsetCounts) / CountsPerGram);

    /// <summary>The mass of the stock: <see cref="Gross"/> without the container.</summary>
    public Mass Net(double counts) => Gross(counts) - Container;

    /// <summary>The counts that a stock of <paramref name="net"/> gives; the way back from <see cref="Net"/>.</summary>
    public double CountsAt(Mass net) => OffsetCounts + (net + Container).Grams * CountsPerGram;

    /// <summary>The mass that a difference of counts means.</summary>
    public Mass Difference(double counts) => Mass.FromGrams(counts / CountsPerGram);

    /// <summary>Rounding to whole counts alone gives 1/√12.</summary>
    internal const double SmallestNoise = 0.3;

    /// <summary>Median, and the standard deviation by the median absolute deviation (1.4826 for a normal distribution; Rousseeuw and Croux 1993).</summary>
    private static (double Median, double Noise) MedianAndNoise(ReadOnlySpan<int> samples)
    {
        double[] sorted = [.. samples.ToArray().Select(counts => (double)counts).Order()];
        double median = Middle(sorted);
        double[] deviations = [.. sorted.Select(counts => Math.Abs(counts - median)).Order()];
        return (median, 1.4826 * Middle(deviations));
    }

    private static double Middle(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
