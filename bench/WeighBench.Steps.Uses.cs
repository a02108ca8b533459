using System.Globalization;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;

namespace PantryChain.Bench;

/// <summary>What a month of spoons came to.</summary>
/// <param name="Uses">Uses of 8 to 15 g.</param>
/// <param name="UsedGrams">What was taken.</param>
/// <param name="BookedGrams">What was booked as used.</param>
/// <param name="Bookings">Bookings of uses.</param>
/// <param name="RmsGrams">Root mean square error of the bookings that belong to one use.</param>
/// <param name="WithinTwoSigma">Share of those within two of their own standard deviations.</param>
/// <param name="Others">Bookings that belong to no use and no refill.</param>
/// <param name="Nothings">Lifts that took nothing.</param>
internal sealed record UsesScore(int Uses, double UsedGrams, double BookedGrams, int Bookings, double RmsGrams, double WithinTwoSigma, int Others, int Nothings)
{
    /// <summary>Error of the month's sum, as a share of it.</summary>
    public double SumError => Math.Abs(BookedGrams - UsedGrams) / UsedGrams;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Uses} uses of 8-15 g and {Nothings} lifts for nothing in 30 days: taken {UsedGrams:0.0} g, booked {BookedGrams:0.0} g ({SumError:0.00%} off), {Bookings} bookings, {RmsGrams:0.00} g rms, {WithinTwoSigma:0.0%} within 2 sigma, {Others} others");
}

/// <summary>A jar of coffee on a calm 5 kg cell for 30 days at 10 samples a second: lifted, a spoon or two taken, put back.</summary>
/// <remarks>
/// Noise as an HX711 gives at 10 samples/s (97 counts at 430 counts/g, 2.5 times the data sheet's); temperature moves the cell by 1.5 g/°C over 4 °C a day and
/// 1 °C within hours; it creeps by 0.03 % of each change of load in ten minutes and 0.01 % in twenty seconds (consumer cells: 0.02 to 0.1 % in half an hour).
/// </remarks>
internal sealed class UsesTrial
{
    private const double Rate = 10, Day = 86_400, FullJar = 1000, Refill = 500, Empty = 420;
    private static readonly Calibration Line = new(430, 84_000, 97);

    private readonly Random _chance;
    private readonly double[] _noise = new double[1 << 16];
    private readonly Scale _scale = new(new SlotId(1), Line, ScaleSettings.ForRate(Rate));
    private readonly List<(double At, double Grams)> _changes = [];
    private readonly List<StockStep> _steps = [];
    private double _slowCreep = FullJar, _fastCreep = FullJar, _jar = FullJar;
    private int _nothings, _uses;

    public UsesTrial(int seed)
    {
        _chance = new Random(seed);
        for (int i = 0; i < _noise.Length; i++)
            _noise[i] = StepTrial.Normal(_chance);
    }

    public UsesScore Run(double days = 30)
    {
        double next = 3 * 3600;
        Lift now = default;
        for (long i = 0; i < (long)(days * Day * Rate); i++)
        {
            double time = i / Rate;
            if (time >= next)
            {
                now = Plan(time);
                next = NextVisit(time);
            }
            Weigh(i, time, now.On(time, _jar));
        }
        return Score();
    }

    /// <summary>Between seven and twenty-two o'clock, about eight times a day.</summary>
    private double NextVisit(double time)
    {
        double next = time + 900 + 1.6 * 3600 * _chance.NextDouble();
        return next % Day is < 7 * 3600 or > 22 * 3600 ? (Math.Floor((next + 2 * 3600) / Day) * Day) + 7 * 3600 + 3600 * _chance.NextDouble() : next;
    }

    private Lift Plan(double time)
    {
        double away = 8 + 30 * _chance.NextDouble(), before = _jar;
        if (_chance.Next(5) == 0)
            _nothings++;
        else if (_jar < Empty)
            Change(time + away, Refill);
        else
            Change(time + away, -(8 + 7 * _chance.NextDouble()));
        return new Lift(time, time + away, before, 200 + 500 * _chance.NextDouble());
    }

    private void Change(double at, double grams)
    {
        _jar += grams;
        _uses += grams < 0 ? 1 : 0;
        _changes.Add((at, grams));
    }

    private void Weigh(long i, double time, double grams)
    {
        _slowCreep += (grams - _slowCreep) / (600 * Rate);
        _fastCreep += (grams - _fastCreep) / (20 * Rate);
        double celsius = 2 * Math.Sin(2 * Math.PI * time / Day) + 0.5 * Math.Sin(2 * Math.PI * time / 7900);
        double seen = grams - 0.0003 * (grams - _slowCreep) - 0.0001 * (grams - _fastCreep) + 1.5 * celsius;
        int counts = (int)Math.Round(Line.OffsetCounts + Line.CountsPerGram * seen + Line.NoiseCounts * _noise[(int)((i * 7 + (i >> 16) * 13) & 0xFFFF)]);
        _scale.TryWeigh(new SensorSample(new SlotId(1), counts, i * 100_000_000), DateTimeOffset.UnixEpoch.AddTicks(i * 1_000_000), out _, out StockStep? step);
        if (step is { } booked)
            _steps.Add(booked);
    }

    private UsesScore Score()
    {
        double squares = 0;
        int matched = 0, within = 0, others = 0;
        foreach (StockStep step in _steps)
        {
            double at = (step.At - DateTimeOffset.UnixEpoch).TotalSeconds;
            double[] near = [.. _changes.Where(change => Math.Abs(change.At - at) <= 3).Select(change => change.Grams)];
            if (near.Length != 1)
            {
                others++;
                continue;
            }
            double error = Math.Abs(step.Delta.Grams - near[0]);
            (squares, matched, within) = (squares + error * error, matched + 1, within + (error <= 2 * step.Sigma.Grams ? 1 : 0));
        }
        double used = -_changes.Where(change => change.Grams < 0).Sum(change => change.Grams);
        double booked = -_steps.Where(step => step.Kind == StepKind.Used).Sum(step => step.Delta.Grams);
        return new UsesScore(_uses, used, booked, _steps.Count(step => step.Kind == StepKind.Used), Math.Sqrt(squares / Math.Max(1, matched)), (double)within / Math.Max(1, matched), others, _nothings);
    }

    /// <summary>A jar in somebody's hand; the hand presses for half a second when it takes and when it gives back.</summary>
    private readonly record struct Lift(double From, double To, double Before, double Hand)
    {
        public double On(double time, double jar)
        {
            if (time >= To + 0.5 || To == 0)
                return jar;
            double edge = Math.Min(time - From, To + 0.5 - time);
            double press = edge < 0.5 ? Hand * Math.Sin(Math.PI * edge / 0.5) : 0;
            return (time < From + 0.5 ? Before : time < To ? 0 : jar) + press;
        }
    }
}
