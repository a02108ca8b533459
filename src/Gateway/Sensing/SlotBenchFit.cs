using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Quantities;

namespace PantryChain.Gateway.Sensing;

/// <summary>What two weighings of a calibration gave, before it is kept.</summary>
/// <param name="Line">The line, with the configured container.</param>
/// <param name="Reference">The known mass.</param>
/// <param name="Check">The check weighing, or null.</param>
internal sealed record CalibrationFit(Calibration Line, Mass Reference, VerificationWeighing? Check = null)
{
    /// <summary>How far the two weighings lie apart, in standard deviations of one conversion; at least <see cref="Calibration.SmallestSpan"/>.</summary>
    public double SpanSigmas => Math.Abs(Reference.Grams * Line.CountsPerGram) / Line.NoiseCounts;

    /// <summary>One standard deviation of one conversion.</summary>
    public Mass Noise => Line.Difference(Line.NoiseCounts).Abs();
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
        return Math.Abs(Scatter.Of(counts[half..]).Median - Scatter.Of(counts[..half]).Median) <= Sigmas * noise;
    }
}
