using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>What a scale made of a recorded series.</summary>
/// <param name="Samples">Samples weighed.</param>
/// <param name="Steps">Booked steps, in the order they were booked; dated from the series' start.</param>
/// <param name="SigmaGrams">Standard deviation of one sample as the scale sees it at the end.</param>
/// <param name="DriftGrams">How far the settled level wandered, highest to lowest, apart from booked steps.</param>
/// <param name="Seconds">Length of the series.</param>
public sealed record SeriesResult(int Samples, IReadOnlyList<StockStep> Steps, double SigmaGrams, double DriftGrams, double Seconds);

/// <summary>A recording of a real scale, weighed again by the product's own filter.</summary>
public static class RecordedSeries
{
    /// <summary>Differences that estimate a recording's noise.</summary>
    private const int NoiseSamples = 200;

    /// <summary>Runs a scale over a series; what has settled at its end is booked, for no return can be seen any more.</summary>
    /// <param name="grams">The series in grams, evenly spaced.</param>
    /// <param name="period">Time between two samples, above zero.</param>
    /// <param name="countsPerGram">Resolution to weigh with; recordings in converter counts bring their own.</param>
    /// <param name="celsius">Temperature at each sample, or null.</param>
    /// <param name="watch">Sees every reading with the number of its sample, or null.</param>
    /// <exception cref="ArgumentException">The series is shorter than two samples, or has another length than its temperatures.</exception>
    public static SeriesResult Weigh(
        IReadOnlyList<double> grams, TimeSpan period, double countsPerGram = 1000, IReadOnlyList<double>? celsius = null, Action<int, StockReading>? watch = null)
    {
        ArgumentNullException.ThrowIfNull(grams);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        if (grams.Count < 2 || (celsius is not null && celsius.Count != grams.Count))
            throw new ArgumentException("At least two samples are expected, and as many temperatures when there are any.", nameof(grams));
        int[] counts = [.. grams.Select(value => checked((int)Math.Round(value * countsPerGram)))];
        Calibration calibration = new(countsPerGram, 0, Math.Max(Noise(counts), Calibration.SmallestNoise));
        Scale scale = new(new SlotId(1), calibration, ScaleSettings.ForRate(Math.Clamp(1 / period.TotalSeconds, 0.1, 400)));
        List<StockStep> steps = [];
        double booked = 0, lowest = double.MaxValue, highest = double.MinValue;
        for (int i = 0; i < counts.Length; i++)
        {
            if (celsius is not null)
                scale.Feel(celsius[i]);
            SensorSample sample = new(new SlotId(1), counts[i], i * period.Ticks * TimeSpan.NanosecondsPerTick);
            bool known = scale.TryWeigh(sample, DateTimeOffset.UnixEpoch + i * period, out StockReading reading, out StockStep? step);
            watch?.Invoke(i, reading);
            if (step is { } one)
                (booked, _) = (booked + one.Delta.Grams, Add(steps, one));
            if (!known || !reading.Stable)
                continue;
            double drift = scale.BookedLevel!.Value.Grams - booked;
            (lowest, highest) = (Math.Min(lowest, drift), Math.Max(highest, drift));
        }
        while (scale.TryFinish(DateTimeOffset.UnixEpoch + counts.Length * period, out StockStep? last))
            Add(steps, last!.Value);
        return new SeriesResult(counts.Length, steps, scale.SampleSigma.Grams, Math.Max(0, highest - lowest), counts.Length * period.TotalSeconds);
    }

    private static int Add(List<StockStep> steps, StockStep step)
    {
        steps.Add(step);
        return steps.Count;
    }

    /// <summary>From neighbours' differences by their median, which touches and drift hardly move: 1.4826/√2 for a normal distribution.</summary>
    private static double Noise(int[] counts)
    {
        int[] differences = [.. counts.Zip(counts.Skip(1), (a, b) => Math.Abs(b - a)).Take(NoiseSamples).Order()];
        return differences[differences.Length / 2] * (1.4826 / Math.Sqrt(2));
    }
}
