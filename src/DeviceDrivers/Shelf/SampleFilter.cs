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
