using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Shelf;

/// <summary>What a calibrated scale says about itself: ok, noisy or drifting, each with hysteresis. What ails the converter comes from station 1.</summary>
internal struct ScaleHealth()
{
    /// <summary>So many times its calibrated noise makes a cell noisy; below three times it is well again.</summary>
    private const double Noisy = 4, Quiet = 3;

    /// <summary>Half of the time over which drift is looked at: creep is rated per half hour.</summary>
    private const long HalfWindow = 900_000_000_000;

    /// <summary>The same where the household lives faster than the bus: uses that are too small to be told from drift add up there to what no half hour has.</summary>
    private const long HalfWindowTicks = TimeSpan.TicksPerDay;

    /// <summary>Wandering by more than this share of the load within the window is drift that creep (0.1 % of full scale in half an hour at worst) and a fridge's
    /// compressor (up to 1.3 % of the load in the kegerator series) do not explain.</summary>
    private const double DriftShare = 0.02;

    /// <summary>On an almost empty cell: warming by three degrees at the 7 g/°C of the worst cells.</summary>
    private const double DriftGrams = 20;

    /// <summary>What a degree may do to a cell; the worst measured (hiveeyes field reports, 1 to 7 g/°C).</summary>
    private const double GramsPerCelsius = 7;

    private Span _older = Span.None, _newer = Span.None;
    private long _since = long.MinValue, _sinceTicks;
    private bool _noisy, _drifting;

    /// <summary>The state as last looked at.</summary>
    public readonly SlotHealth Now => _drifting ? SlotHealth.Drifting : _noisy ? SlotHealth.Noisy : SlotHealth.Ok;

    /// <summary>How far the resting load wandered within the time that is looked at, in grams.</summary>
    public double Wandered { readonly get; private set; }

    /// <summary>Looks at the noise, in counts.</summary>
    public void LookAtNoise(double sigma, double calibrated) => _noisy = sigma > (_noisy ? Quiet : Noisy) * calibrated;

    /// <summary>Looks at where a resting load has wandered.</summary>
    /// <param name="grams">The level apart from everything that somebody did.</param>
    /// <param name="load">What rests on the cell, container included, in grams.</param>
    /// <param name="celsius">Temperature, or NaN.</param>
    /// <param name="busNanoseconds">Bus time.</param>
    /// <param name="household">Household time.</param>
    public void LookAtDrift(double grams, double load, double celsius, long busNanoseconds, DateTimeOffset household)
    {
        if (_since == long.MinValue)
            (_since, _sinceTicks) = (busNanoseconds, household.UtcTicks);
        if (busNanoseconds - _since >= HalfWindow || household.UtcTicks - _sinceTicks >= HalfWindowTicks)
            (_older, _newer, _since, _sinceTicks) = (_newer, Span.None, busNanoseconds, household.UtcTicks);
        _newer.Take(grams, celsius);
        Span both = _newer;
        if (_older.Lowest <= _older.Highest)
            both.Join(_older);
        double explained = Math.Max(DriftGrams, DriftShare * Math.Abs(load)) + GramsPerCelsius * both.Warming;
        Wandered = both.Highest - both.Lowest;
        _drifting = Wandered > (_drifting ? explained / 2 : explained);
    }

    /// <summary>Lowest and highest of what was seen.</summary>
    private record struct Span(double Lowest, double Highest, double Coldest, double Warmest)
    {
        public static Span None => new(double.MaxValue, double.MinValue, double.MaxValue, double.MinValue);

        public readonly double Warming => Math.Max(0, Warmest - Coldest);

        public void Take(double grams, double celsius)
        {
            (Lowest, Highest) = (Math.Min(Lowest, grams), Math.Max(Highest, grams));
            if (!double.IsNaN(celsius))
                (Coldest, Warmest) = (Math.Min(Coldest, celsius), Math.Max(Warmest, celsius));
        }

        public void Join(in Span other)
        {
            (Lowest, Highest) = (Math.Min(Lowest, other.Lowest), Math.Max(Highest, other.Highest));
            (Coldest, Warmest) = (Math.Min(Coldest, other.Coldest), Math.Max(Warmest, other.Warmest));
        }
    }
}
