namespace PantryChain.DeviceDrivers.Shelf;

/// <summary>Where conversions lie and how far they scatter, by medians, so that a touch in the middle does not spoil it.</summary>
/// <param name="Median">The median in counts.</param>
/// <param name="Noise">One standard deviation in counts, from the median absolute deviation (1.4826 for a normal distribution; Rousseeuw and Croux 1993).</param>
public readonly record struct Scatter(double Median, double Noise)
{
    /// <summary>Of conversions in any order; both 0 when there are none.</summary>
    public static Scatter Of(ReadOnlySpan<int> samples)
    {
        if (samples.IsEmpty)
            return default;
        double[] values = new double[samples.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = samples[i];
        double median = MiddleOf(values);
        for (int i = 0; i < values.Length; i++)
            values[i] = Math.Abs(values[i] - median);
        return new Scatter(median, 1.4826 * MiddleOf(values));
    }

    private static double MiddleOf(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
