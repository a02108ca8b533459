using PantryChain.Domain.Quantities;

namespace PantryChain.DeviceDrivers.Shelf;

/// <summary>What one load cell's counts mean: a straight line through two weighings, kept for good and never re-zeroed at a start.</summary>
/// <param name="CountsPerGram">Slope; negative when the bridge is wired the other way round, never 0.</param>
/// <param name="OffsetCounts">Counts with the bare cell.</param>
/// <param name="NoiseCounts">Standard deviation of one conversion while nothing moved, above 0.</param>
/// <param name="Container">Container tare: what stands on the cell and is not stock, as a mass (not as a shift of the offset, so taring twice changes nothing).</param>
/// <param name="FitError">One standard deviation of what the line says at the reference mass, from the scatter of the two weighings; zero when not known.</param>
/// <remarks>Immutable; a plain record of numbers, so that a host can keep it as JSON. Masses and noise must be finite.</remarks>
public sealed record Calibration(double CountsPerGram, double OffsetCounts, double NoiseCounts, Mass Container = default, Mass FitError = default)
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
        else if (IsOverloaded(empty) || IsOverloaded(loaded))
            refusal = "The converter is at the end of its range. Use a lighter mass; with nothing on the cell, check its four wires.";
        if (refusal is not null)
            return false;
        (double zero, double zeroNoise) = Scatter.Of(empty);
        (double full, double fullNoise) = Scatter.Of(loaded);
        double noise = Math.Max(Math.Max(zeroNoise, fullNoise), SmallestNoise);
        if (Math.Abs(full - zero) < SmallestSpan * noise)
        {
            refusal = $"The two weighings differ by {Math.Abs(full - zero):0} counts, less than {SmallestSpan:0} times their noise of {noise:0}. Use a heavier mass or check the cell's wiring.";
            return false;
        }
        double slope = (full - zero) / reference.Grams;
        double error = Math.Sqrt(MedianVariance(zeroNoise, empty.Length) + MedianVariance(fullNoise, loaded.Length));
        calibration = new Calibration(slope, zero, noise, FitError: Mass.FromGrams(Math.Abs(error / slope)));
        return true;
    }

    /// <summary>Weighs another known mass with this line: what it misses shows a bent cell, a shelf that touches something, or a wrong first mass.</summary>
    /// <param name="samples">Conversions with the bare cell and <paramref name="known"/> on it, at least <see cref="SmallestWeighing"/>.</param>
    /// <param name="known">The known mass, above zero; a quarter to a half of the reference shows most.</param>
    /// <exception cref="ArgumentException">There are too few samples, or the mass is not above zero.</exception>
    public VerificationWeighing Verify(ReadOnlySpan<int> samples, Mass known)
    {
        if (samples.Length < SmallestWeighing || known <= Mass.Zero)
            throw new ArgumentException($"At least {SmallestWeighing} samples and a mass above zero are expected.", nameof(samples));
        (double counts, double noise) = Scatter.Of(samples);
        double own = Math.Sqrt(MedianVariance(noise, samples.Length)) / Math.Abs(CountsPerGram);
        return new VerificationWeighing(known, Gross(counts), Mass.FromGrams(Math.Sqrt(own * own + FitError.Grams * FitError.Grams)));
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

    /// <summary>Ends of the range of a 24-bit converter.</summary>
    private const int HighestCounts = 0x7F_FFFF, LowestCounts = -0x80_0000;

    private static bool IsOverloaded(ReadOnlySpan<int> samples)
    {
        int ends = 0;
        foreach (int counts in samples)
            ends += counts is >= HighestCounts or <= LowestCounts ? 1 : 0;
        return 2 * ends > samples.Length;
    }

    /// <summary>Variance of a median of n normal samples: π/2 of that of their mean (Kenney and Keeping 1962, section 13.13); rounding to counts included.</summary>
    private static double MedianVariance(double noise, int samples) => Math.PI / 2 * (noise * noise + 1.0 / 12) / samples;
}

/// <summary>A known mass weighed by a line that was fitted without it.</summary>
/// <param name="Known">What it is.</param>
/// <param name="Measured">What the line says.</param>
/// <param name="Sigma">One standard deviation of <paramref name="Measured"/> from the scatter of all weighings.</param>
public readonly record struct VerificationWeighing(Mass Known, Mass Measured, Mass Sigma)
{
    /// <summary>By how much the line misses.</summary>
    public Mass Error => Measured - Known;

    /// <summary>The same in percent of the known mass.</summary>
    public double ErrorPercent => 100 * Error.Grams / Known.Grams;

    /// <summary>False when the line misses by more than four <see cref="Sigma"/>, a bent cell and a kitchen scale's 1 g explain.</summary>
    public bool IsGood => Math.Abs(Error.Grams) <= 1 + BentShare * Known.Grams + 4 * Sigma.Grams;

    /// <summary>The share of the mass by which consumer cells are bent: 0.05 % of full scale, for a check with a quarter of it.</summary>
    private const double BentShare = 0.002;
}
