using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Quantities;

namespace PantryChain.Gateway.Sensing;

/// <summary>What two weighings of a calibration gave, before it is kept.</summary>
/// <param name="Line">The line, with the configured container.</param>
/// <param name="Reference">The known mass.</param>
/// <param name="SpanSigmas">How far the two weighings lie apart, in standard deviations of one conversion; at least <see cref="Calibration.SmallestSpan"/>.</param>
/// <param name="Error">One standard deviation of what the line says at the known mass.</param>
/// <param name="Check">The check weighing, or null.</param>
internal sealed record CalibrationFit(Calibration Line, Mass Reference, double SpanSigmas, Mass Error, CalibrationCheck? Check = null)
{
    /// <summary>One standard deviation of one conversion.</summary>
    public Mass Noise => Line.Difference(Line.NoiseCounts).Abs();

    /// <summary>Describes a fit.</summary>
    /// <param name="line">The line.</param>
    /// <param name="reference">The known mass.</param>
    public static CalibrationFit Of(Calibration line, Mass reference) =>
        new(line, reference, Math.Abs(reference.Grams * line.CountsPerGram) / line.NoiseCounts, line.FitError);
}

/// <summary>Another known mass, weighed by a fitted line.</summary>
/// <param name="Known">What it is.</param>
/// <param name="Measured">What the line says.</param>
internal sealed record CalibrationCheck(Mass Known, Mass Measured)
{
    /// <summary>The share of the mass by which consumer cells are bent: 0.05 % of full scale, for a check with a quarter of it.</summary>
    private const double BentShare = 0.002;

    /// <summary>By how much the line misses.</summary>
    public Mass Error => Measured - Known;

    /// <summary>False when the line misses by more than noise, a bent cell and a kitchen scale's 1 g explain.</summary>
    /// <param name="fit">The fit that was checked.</param>
    public bool IsGood(CalibrationFit fit) => Math.Abs(Error.Grams) <= 1 + BentShare * Known.Grams + 4 * fit.Error.Grams;
}

/// <summary>Tells a weighing of something that lies still from one of something that moves.</summary>
internal static class StillWeighing
{
    private const double Sigmas = 6; // two medians of twenty differ by 0.4 sigma; drift and creep of seconds by less

    /// <summary>True when both halves of a weighing agree within the noise of neighbours.</summary>
    public static bool IsStill(ReadOnlySpan<int> counts)
    {
        int half = counts.Length / 2;
        double[] differences = new double[counts.Length - 1];
        for (int i = 0; i < differences.Length; i++)
            differences[i] = Math.Abs(counts[i + 1] - counts[i]);
        Array.Sort(differences);
        double noise = Math.Max(differences[differences.Length / 2] * (1.4826 / Math.Sqrt(2)), 1); // of neighbours, by their median; at least the rounding
        return Math.Abs(Median(counts[half..]) - Median(counts[..half])) <= Sigmas * noise;
    }

    /// <summary>The median.</summary>
    public static double Median(ReadOnlySpan<int> counts)
    {
        int[] sorted = counts.ToArray();
        Array.Sort(sorted);
        return (sorted[(sorted.Length - 1) / 2] + (double)sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The standard deviation of conversions, by the median absolute deviation; 0 for fewer than two.</summary>
    public static double Noise(ReadOnlySpan<int> counts)
    {
        if (counts.Length < 2)
            return 0;
        double median = Median(counts);
        double[] deviations = new double[counts.Length];
        for (int i = 0; i < counts.Length; i++)
            deviations[i] = Math.Abs(counts[i] - median);
        Array.Sort(deviations);
        return 1.4826 * deviations[deviations.Length / 2];
    }
}
