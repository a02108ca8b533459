using System.Runtime.CompilerServices;

namespace PantryChain.DeviceDrivers.Shelf;

/// <summary>Median of the last five samples: up to two wrong ones in a row leave no trace, and a step stays a step.</summary>
internal struct MedianOfFive
{
    private int _a, _b, _c, _d, _seen;

    /// <summary>Takes the newest sample and gives the median of it and the four before; the first five are padded with the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Next(int sample)
    {
        if (_seen == 0)
            (_a, _b, _c, _d, _seen) = (sample, sample, sample, sample, 1);
        int median = Of(_a, _b, _c, _d, sample);
        (_a, _b, _c, _d) = (_b, _c, _d, sample);
        return median;
    }

    /// <summary>Six exchanges without a branch: of the two lower and the two upper of four, the outer ones cannot be the median of five.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Of(int a, int b, int c, int d, int e)
    {
        int low = Math.Max(Math.Min(a, b), Math.Min(c, d));
        int high = Math.Min(Math.Max(a, b), Math.Max(c, d));
        return Math.Max(Math.Min(low, high), Math.Min(Math.Max(low, high), e));
    }
}

/// <summary>A run of filtered samples that stay together: its mean follows slow drift, a sample outside its band ends it.</summary>
/// <param name="length">Samples that make a plateau; also the memory of the running mean.</param>
internal struct Plateau(int length)
{
    private readonly double _gain = 1.0 / length;

    /// <summary>Mean of the run so far, over the last <c>length</c> samples by exponential forgetting.</summary>
    public double Mean { get; private set; }

    /// <summary>Samples in the run, counted up to <c>length</c>.</summary>
    public int Run { get; private set; }

    /// <summary>Whether the run is long enough to be trusted.</summary>
    public readonly bool IsSettled => Run >= length;

    /// <summary>Takes one filtered sample of a settled run; false, and nothing done, when it lies outside the band.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryStay(int sample, double band)
    {
        double off = sample - Mean;
        if (Math.Abs(off) > band)
            return false;
        Mean += off * _gain;
        return true;
    }

    /// <summary>Takes one filtered sample; outside the band the run starts anew with it.</summary>
    public void Extend(int sample, double band)
    {
        double off = sample - Mean;
        if (Run == 0 || Math.Abs(off) > band)
        {
            (Mean, Run) = (sample, 1);
            return;
        }
        if (Run < length)
            Run++;
        Mean += off / Run;
    }
}

/// <summary>The noise of single conversions, from differences of neighbours, so that drift does not count and spikes hardly do.</summary>
internal struct NoiseMeter(double calibrated)
{
    /// <summary>Remembers about this many samples.</summary>
    private const double Memory = 256;

    /// <summary>A difference counts at most as this many standard deviations.</summary>
    private const double Clip = 6;

    private readonly double _least = Math.Max(calibrated / 4, Calibration.SmallestNoise) * Math.Max(calibrated / 4, Calibration.SmallestNoise);
    private int _previous;

    /// <summary>Variance of one conversion in counts².</summary>
    public double Variance { get; private set; } = Math.Max(calibrated, Calibration.SmallestNoise) * Math.Max(calibrated, Calibration.SmallestNoise);

    /// <summary>Standard deviation of one conversion in counts.</summary>
    public readonly double Sigma => Math.Sqrt(Variance);

    /// <summary>Takes one conversion of a settled shelf.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int sample)
    {
        double difference = (double)sample - _previous;
        _previous = sample;
        double square = Math.Min(difference * difference * 0.5, Clip * Clip * Variance);
        Variance = Math.Max(Variance + (square - Variance) * (1 / Memory), _least);
    }
}

/// <summary>How far a resting load wanders: the mean square of what one window moved, taken as a random walk between windows.</summary>
/// <remarks>With it a level is averaged as long as drift allows and no longer: the local level model (Harvey 1989, section 2.3).</remarks>
internal struct WanderMeter(int length)
{
    /// <summary>Remembers about this many windows: five minutes at 2.2 s.</summary>
    private const int Memory = 128;

    /// <summary>The largest move that was drift fades to a third in so many windows: two and a half hours at 2.2 s.</summary>
    private const double PeakMemory = 4096;

    /// <summary>What trimming costs: variance over that of a plain mean, between a window of three and a long one.</summary>
    private const double TrimCost = 1.2;

    private int _windows;

    /// <summary>Mean square of what one window moved, in counts².</summary>
    public double Square { get; private set; }

    /// <summary>The largest move within one touch window that was taken for drift lately, in counts.</summary>
    public double Peak { get; private set; }

    /// <summary>Variance that drift adds in one sample.</summary>
    public readonly double PerSample => Square / length;

    /// <summary>A guess to begin with, worth one window.</summary>
    public void Begin(double guess) => (Square, _windows) = (guess * guess, 1);

    /// <summary>Takes what one window moved.</summary>
    public void Add(double moved)
    {
        if (_windows < Memory)
            _windows++;
        Square += (moved * moved - Square) / _windows;
        Peak -= Peak / PeakMemory;
    }

    /// <summary>Takes the largest move of a change that was drift.</summary>
    /// <param name="move">In counts.</param>
    /// <param name="most">No more than this is remembered, so that one mistake does not hide what follows.</param>
    public void AddPeak(double move, double most) => Peak = Math.Max(Peak, Math.Min(move, most));

    /// <summary>Samples to average for a level next to a step, where noise and drift weigh the same: 3 to two windows.</summary>
    public readonly int Window(double noise) => (int)Math.Clamp(Math.Sqrt(3 * noise / Math.Max(PerSample, 1e-12)), 3, 2 * length);

    /// <summary>Variance of a level over a window beside a step: noise over its samples, and a random walk's mean distance from its end.</summary>
    public readonly double LevelVariance(double noise, int window) => TrimCost * noise / window + PerSample * window / 3;

    /// <summary>Variance of the running mean of a plateau against the present level.</summary>
    public readonly double RunningVariance(double noise) => (noise / length + Square) / 2;
}
