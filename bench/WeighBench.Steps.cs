using System.Globalization;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Sensing;

namespace PantryChain.Bench;

/// <summary>What the filter made of steps laid over a resting load.</summary>
/// <param name="Laid">Steps laid over the series.</param>
/// <param name="Found">Bookings within 3 s (or one sample, where that is longer) of the step's first sample, in its direction.</param>
/// <param name="False">Bookings that no step explains.</param>
/// <param name="RmsGrams">Root mean square of size errors beyond 0.2 % of the step.</param>
/// <param name="WorstSeconds">Largest distance in time of a found step.</param>
/// <param name="WithinTwoSigma">Share of size errors within two of the standard deviations that the scale itself gave.</param>
/// <param name="ShownSeconds">Time after which 99 of 100 steps showed in a stable reading.</param>
/// <param name="FlagSamples">Samples after which 99 of 100 steps showed as motion.</param>
internal sealed record StepScore(int Laid, int Found, int False, double RmsGrams, double WorstSeconds, double WithinTwoSigma, double ShownSeconds, double FlagSamples)
{
    public double Recall => Laid == 0 ? 1 : (double)Found / Laid;

    public double Precision => Found + False == 0 ? 1 : (double)Found / (Found + False);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Found} of {Laid} found ({Recall:0.0%}), {False} false, error {RmsGrams:0.00} g rms beyond 0.2 %, dated within {WorstSeconds:0.0} s, {WithinTwoSigma:0.0%} within 2 sigma, motion after {FlagSamples:0} samples, shown after {ShownSeconds:0.0} s");
}

/// <summary>Lays steps over a resting series and scores what the product's filter books.</summary>
internal static class StepTrial
{
    /// <summary>Two steps lie this far apart at least: longer than a change waits for its return.</summary>
    private const double Apart = 80;

    /// <summary>Scores steps of random size, direction and time.</summary>
    /// <param name="grams">The resting series.</param>
    /// <param name="period">Seconds between two samples.</param>
    /// <param name="smallest">Smallest step in grams.</param>
    /// <param name="largest">Largest step in grams; sizes are spread evenly over their logarithm.</param>
    /// <param name="seeds">So many runs over the whole series.</param>
    public static StepScore Run(IReadOnlyList<double> grams, double period, double smallest, double largest, int seeds)
    {
        Tally tally = new(period);
        for (int seed = 1; seed <= seeds; seed++)
        {
            Random chance = new(seed * 7919);
            double[] laid = [.. grams];
            List<(int At, double Grams)> steps = [];
            double sum = 0, next = 40 + 60 * chance.NextDouble();
            for (int at = (int)(next / period); at < laid.Length - 8 - (int)(4 / period); at = (int)(next / period))
            {
                double size = smallest * Math.Pow(largest / smallest, chance.NextDouble()) * (chance.Next(2) == 0 ? -1 : 1);
                size = Math.Abs(sum + size) > 3 * largest ? -size : size;
                steps.Add((at, size));
                sum += size;
                next += Apart + Apart * chance.NextDouble();
            }
            int step = 0;
            sum = 0;
            for (int i = 0; i < laid.Length; i++)
            {
                if (step < steps.Count && steps[step].At == i)
                    sum += steps[step++].Grams;
                laid[i] += sum;
            }
            tally.Add(laid, steps);
        }
        return tally.Score;
    }

    /// <summary>The series at another rate: what moved slowly is interpolated, the noise of its own size is drawn anew.</summary>
    public static double[] Resample(IReadOnlyList<double> grams, double period, double samplesPerSecond, double seconds)
    {
        Random chance = new(11);
        double[] calm = [.. Enumerable.Range(2, grams.Count - 4).Select(i => grams.Skip(i - 2).Take(5).Order().ElementAt(2))];
        double noise = 1.4826 / Math.Sqrt(2) * grams.Zip(grams.Skip(1), (a, b) => Math.Abs(b - a)).Order().ElementAt(grams.Count / 2);
        double[] series = new double[(int)(Math.Min(seconds, (calm.Length - 1) * period) * samplesPerSecond)];
        for (int i = 0; i < series.Length; i++)
        {
            double at = i / samplesPerSecond / period;
            series[i] = calm[(int)at] + (calm[(int)at + 1] - calm[(int)at]) * (at - (int)at) + noise * Normal(chance);
        }
        return series;
    }

    /// <summary>A fridge's shelf as the recorded ones move: every twelve minutes the compressor moves it by 10 to 40 g within seconds, between that it creeps.</summary>
    public static double[] Fridge(double load, double period, double seconds, int seed)
    {
        Random chance = new(seed);
        double[] series = new double[(int)(seconds / period)];
        double place = load, goal = load, slow = 0, next = 100;
        for (int i = 0; i < series.Length; i++)
        {
            if (i * period >= next)
            {
                goal = load + (goal > load ? -1 : 1) * (5 + 15 * chance.NextDouble());
                next += 500 + 450 * chance.NextDouble();
            }
            place += (goal - place) * (1 - Math.Exp(-period / 4));
            slow += 0.15 * Math.Sqrt(period) * Normal(chance);
            series[i] = place + slow + 0.8 * Normal(chance);
        }
        return series;
    }

    public static double Normal(Random chance) => Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());

    private sealed class Tally(double period)
    {
        private readonly List<double> _errors = [], _shown = [], _flagged = [];
        private int _laid, _found, _false, _within;
        private double _worst;

        public StepScore Score => new(_laid, _found, _false, Math.Sqrt(_errors.Sum(error => error * error) / Math.Max(1, _errors.Count)), _worst,
            (double)_within / Math.Max(1, _found), Percentile(_shown), Percentile(_flagged));

        public void Add(double[] laid, List<(int At, double Grams)> steps)
        {
            int[] restless = new int[steps.Count], shown = new int[steps.Count];
            int current = -1;
            SeriesResult result = RecordedSeries.Weigh(laid, TimeSpan.FromSeconds(period), watch: (i, reading) =>
            {
                if (current + 1 < steps.Count && steps[current + 1].At == i)
                    current++;
                if (current < 0)
                    return;
                if (!reading.Stable && restless[current] == 0)
                    restless[current] = i - steps[current].At + 1;
                if (reading.Stable && restless[current] > 0 && shown[current] == 0)
                    shown[current] = i - steps[current].At + 1;
            });
            List<StockStep> unmatched = [.. result.Steps];
            foreach ((int at, double grams) in steps)
            {
                _laid++;
                int match = unmatched.FindIndex(step => Math.Abs(Seconds(step) - at * period) <= Math.Max(3, period) && Math.Sign(step.Delta.Grams) == Math.Sign(grams));
                if (match < 0)
                    continue;
                StockStep step = unmatched[match];
                unmatched.RemoveAt(match);
                _found++;
                double error = Math.Abs(step.Delta.Grams - grams);
                _errors.Add(Math.Max(0, error - 0.002 * Math.Abs(grams)));
                _within += error <= 2 * step.Sigma.Grams ? 1 : 0;
                _worst = Math.Max(_worst, Math.Abs(Seconds(step) - at * period));
            }
            _false += unmatched.Count;
            _flagged.AddRange(restless.Where(samples => samples > 0).Select(samples => (double)samples));
            _shown.AddRange(shown.Where(samples => samples > 0).Select(samples => samples * period));
        }

        private static double Seconds(StockStep step) => (step.At - DateTimeOffset.UnixEpoch).TotalSeconds;

        private static double Percentile(List<double> values) => values.Count == 0 ? 0 : values.Order().ElementAt((int)(0.99 * (values.Count - 1)));
    }
}

/// <summary>Prints how well steps are found over a resting series: as it is, and at the rates of the converters.</summary>
internal static class StepReport
{
    private static readonly double[] Curve = [10, 15, 20, 25, 30, 40, 50];

    public static int Run(IReadOnlyList<double> grams, double period, int seeds, bool json)
    {
        Console.WriteLine($"50-2000 g  {StepTrial.Run(grams, period, 50, 2000, seeds)}");
        Console.WriteLine($"50-60 g    {StepTrial.Run(grams, period, 50, 60, seeds)}");
        foreach (double size in Curve)
            Console.WriteLine($"{size} g    {StepTrial.Run(grams, period, size, size, seeds)}");
        foreach (double rate in new double[] { 10, 80 })
            Console.WriteLine($"{rate}/s 50-2000 g {StepTrial.Run(StepTrial.Resample(grams, period, rate, rate > 10 ? 2500 : 10000), 1 / rate, 50, 2000, Math.Max(1, seeds / 10))}");
        Console.WriteLine(new UsesTrial(1).Run());
        Console.WriteLine(new UsesTrial(2).Run());
        return 0;
    }
}
