using PantryChain.DeviceDrivers.Shelf;
using PantryChain.DeviceDrivers.Shelf.Fusion;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
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
    /// <summary>One conversion of a recording whose scale nobody knows is taken for so many grams of noise, as a kitchen's cells of 5 to 20 kg show (0.2 to 1 g).</summary>
    private const double UnknownNoiseGrams = 0.5;

    /// <summary>A recording whose neighbours differ at all this often is read in steps of its smallest difference; one that differs less rests on one number.</summary>
    private const double Toggles = 0.05;

    /// <summary>Standard deviation of numbers that toggle between two neighbouring steps, as a share of the step: at most one half.</summary>
    private const double OfStep = 0.4;

    /// <summary>Runs a scale over a series; what has settled at its end is booked, for no return can be seen any more.</summary>
    /// <param name="grams">The series in grams, evenly spaced; NaN where a sample is missing, which takes its time and says nothing.</param>
    /// <param name="period">Time between two samples, above zero.</param>
    /// <param name="countsPerGram">Resolution to weigh with; recordings in converter counts bring their own.</param>
    /// <param name="celsius">Temperature at each sample, or null.</param>
    /// <param name="watch">Sees every reading with the number of its sample, or null.</param>
    /// <param name="seconds">Time of each sample since the first, never backwards; null for samples that are <paramref name="period"/> apart.</param>
    /// <param name="zeroKnown">False where nobody knows what an empty scale reads: nothing then goes by a share of the load, and an empty slot is none.</param>
    /// <exception cref="ArgumentException">The series is empty, or has another length than its temperatures.</exception>
    public static SeriesResult Weigh(
        IReadOnlyList<double> grams, TimeSpan period, double countsPerGram = 1000, IReadOnlyList<double>? celsius = null, Action<int, StockReading>? watch = null,
        bool zeroKnown = true, IReadOnlyList<double>? seconds = null)
    {
        ArgumentNullException.ThrowIfNull(grams);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        if (grams.Count == 0 || (celsius is not null && celsius.Count != grams.Count))
            throw new ArgumentException("At least one sample is expected, and as many temperatures when there are any.", nameof(grams));
        int?[] counts = [.. grams.Select(value => double.IsFinite(value) ? checked((int)Math.Round(value * countsPerGram)) : (int?)null)];
        Calibration calibration = new(countsPerGram, 0, Math.Max(Noise([.. counts.OfType<int>()]), Calibration.SmallestNoise));
        ScaleSettings settings = ScaleSettings.ForRate(Math.Clamp(1 / period.TotalSeconds, 0.1, 400));
        // A recording is no pantry: nothing in it waits an hour for its return, and what its scale carries nobody knows.
        settings = settings with { UndoneWithin = TimeSpan.Zero, Capacity = Mass.FromGrams(1e9), KnowsZero = zeroKnown && StandsAboveZero(grams) };
        settings = zeroKnown ? settings : settings with { CreepShare = 0, ReturnWithinWhenEmpty = settings.ReturnWithin };
        Scale scale = new(new SlotId(1), calibration, settings);
        StepGate gate = new(scale.Slot, settings, calibration);
        List<StockStep> steps = [];
        double booked = 0, lowest = double.MaxValue, highest = double.MinValue;
        for (int i = 0; i < grams.Count; i++)
        {
            if (celsius is not null)
                scale.Feel(celsius[i]);
            if (counts[i] is not { } conversion)
                continue;
            TimeSpan since = seconds is null ? i * period : TimeSpan.FromSeconds(seconds[i]);
            SensorSample sample = new(new SlotId(1), conversion, since.Ticks * TimeSpan.NanosecondsPerTick);
            DateTimeOffset now = DateTimeOffset.UnixEpoch + since;
            bool known = scale.TryWeigh(sample, now, out StockReading reading, out StockStep? step);
            watch?.Invoke(i, reading);
            if (step is { } one)
                gate.Take(one, TagEvidence.None, now);
            if (!known || !reading.Stable)
                continue;
            while (gate.TryRelease(now, scale.BookedLevel!.Value, out GatedStep due))
                (booked, _) = (booked + due.Step.Delta.Grams, Add(steps, due.Step));
            double drift = (scale.BookedLevel!.Value - gate.Pending).Grams - booked;
            (lowest, highest) = (Math.Min(lowest, drift), Math.Max(highest, drift));
        }
        double length = seconds is null ? grams.Count * period.TotalSeconds : seconds[^1] + period.TotalSeconds;
        DateTimeOffset end = DateTimeOffset.UnixEpoch.AddSeconds(length);
        while (scale.TryFinish(end, out StockStep? last))
            gate.Take(last!.Value, TagEvidence.None, end);
        while (scale.BookedLevel is { } left && gate.TryFinish(left, out GatedStep due))
            Add(steps, due.Step);
        return new SeriesResult(counts.Count(one => one is not null), steps, scale.SampleSigma.Grams, Math.Max(0, highest - lowest), length);
    }

    /// <summary>A scale that rests below nothing was tared with something on it: there 0 is no empty slot.</summary>
    private static bool StandsAboveZero(IReadOnlyList<double> grams)
    {
        double[] known = [.. grams.Where(double.IsFinite).Order()];
        return known.Length == 0 || known[known.Length / 2] > -20;
    }

    private static int Add(List<StockStep> steps, StockStep step)
    {
        steps.Add(step);
        return steps.Count;
    }

    /// <summary>A scale factor for converter counts that bring none, by their noise: every limit of the filter then sits where it would for a kitchen's cell.</summary>
    /// <param name="counts">The series in counts; NaN where a sample is missing.</param>
    /// <returns>Counts per gram, above zero.</returns>
    public static double GuessCountsPerGram(IReadOnlyList<double> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        return Math.Max(Noise([.. counts.Where(double.IsFinite).Select(one => checked((int)Math.Round(one)))]), Calibration.SmallestNoise) / UnknownNoiseGrams;
    }

    /// <summary>From neighbours' differences by their median, which touches and drift hardly move: 1.4826/√2 for a normal distribution.</summary>
    private static double Noise(int[] counts)
    {
        int[] differences = [.. counts.Zip(counts.Skip(1), (a, b) => Math.Abs(b - a)).Order()];
        int still = differences.TakeWhile(one => one == 0).Count();
        if (differences.Length - still <= Toggles * differences.Length)
            return 0;
        return Math.Max(differences[differences.Length / 2] * (1.4826 / Math.Sqrt(2)), differences[still] * OfStep);
    }
}
