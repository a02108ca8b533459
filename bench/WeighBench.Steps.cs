using System.Globalization;
using System.Text;
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

    /// <summary>A fridge's shelf as the recorded ones move: every 15 to 30 minutes the compressor moves it by 10 to 40 g, half of it within 2 s, between that it creeps.</summary>
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
                next += 900 + 900 * chance.NextDouble();
            }
            place += (goal - place) * (1 - Math.Exp(-period / 2.6));
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

/// <summary>One line of the report: which steps, at which rate.</summary>
internal sealed record StepRow(double FromGrams, double ToGrams, double SamplesPerSecond, StepScore Score);

/// <summary>How well steps are found over a resting series: as it is, and at the rates of the converters.</summary>
internal sealed record StepReport(IReadOnlyList<StepRow> Rows, UsesScore Uses)
{
    private static readonly double[] Curve = [10, 15, 20, 25, 30, 40, 50];

    /// <summary>Over a recording, as it is and resampled with its own noise.</summary>
    public static StepReport Over(IReadOnlyList<double> grams, double period, int seeds) =>
        Measure(grams, period, seeds, rate => StepTrial.Resample(grams, period, rate, rate > 10 ? 2_500 : 10_000));

    /// <summary>Over a simulated fridge of 15 kg, for machines without recordings.</summary>
    public static StepReport Simulated(int seeds) =>
        Measure(StepTrial.Fridge(15_000, 2, 10_800, 1), 2, seeds, rate => StepTrial.Fridge(15_000, 1 / rate, rate > 10 ? 2_500 : 10_000, 2));

    private static StepReport Measure(IReadOnlyList<double> grams, double period, int seeds, Func<double, double[]> atRate)
    {
        List<StepRow> rows = [Row(grams, period, 50, 2000, seeds)];
        foreach (double rate in new double[] { 10, 80 })
            rows.Add(Row(atRate(rate), 1 / rate, 50, 2000, Math.Max(1, seeds / 5)));
        rows.AddRange(Curve.Select(size => Row(grams, period, size, size, Math.Max(1, seeds / 2))));
        return new StepReport(rows, new UsesTrial(1).Run());
    }

    private static StepRow Row(IReadOnlyList<double> grams, double period, double from, double to, int seeds) =>
        new(from, to, 1 / period, StepTrial.Run(grams, period, from, to, seeds));

    /// <summary>Everything as one object for <c>--json</c>.</summary>
    public object ToJson() => new
    {
        steps = Rows.Select(row => new
        {
            fromGrams = row.FromGrams,
            toGrams = row.ToGrams,
            samplesPerSecond = row.SamplesPerSecond,
            laid = row.Score.Laid,
            recall = Math.Round(row.Score.Recall, 4),
            precision = Math.Round(row.Score.Precision, 4),
            falseBookings = row.Score.False,
            rmsGrams = Math.Round(row.Score.RmsGrams, 3),
            datedWithinSeconds = Math.Round(row.Score.WorstSeconds, 2),
            withinTwoSigma = Math.Round(row.Score.WithinTwoSigma, 3),
            motionAfterSamples = row.Score.FlagSamples,
            shownAfterSeconds = Math.Round(row.Score.ShownSeconds, 2),
        }),
        uses = new
        {
            Uses.Uses,
            usedGrams = Math.Round(Uses.UsedGrams, 1),
            bookedGrams = Math.Round(Uses.BookedGrams, 1),
            sumError = Math.Round(Uses.SumError, 5),
            rmsGrams = Math.Round(Uses.RmsGrams, 3),
            withinTwoSigma = Math.Round(Uses.WithinTwoSigma, 3),
            otherBookings = Uses.Others,
        },
    };

    /// <inheritdoc />
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append("steps laid over a resting load, each 80 s or more apart; error beyond 0.2 %; dated from the first sample of the new level\n");
        text.Append("  grams     samples/s   laid   recall  precision  false  error rms  dated within  in 2 sigma  motion after  shown after\n");
        foreach ((double from, double to, double rate, StepScore score) in Rows)
        {
            string size = from == to ? from.ToString("0", CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{from:0}-{to:0}");
            text.Append(CultureInfo.InvariantCulture,
                $"  {size,-9} {rate,9:0.##} {score.Laid,6} {score.Recall,8:0.0%} {score.Precision,10:0.0%} {score.False,6} {score.RmsGrams,8:0.00} g {score.WorstSeconds,11:0.0} s {score.WithinTwoSigma,11:0.0%} {score.FlagSamples,5:0} samples {score.ShownSeconds,10:0.0} s\n");
        }
        return text.Append("spoons            ").Append(Uses).ToString();
    }
}
