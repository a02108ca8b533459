namespace PantryChain.DeviceDrivers.Shelf;

/// <summary>How far a resting load wanders: the mean square of what one window moved, taken as a random walk between windows; and the largest moves that were drift.</summary>
/// <remarks>With it a level is averaged as long as drift allows and no longer: the local level model (Harvey 1989, section 2.3).</remarks>
/// <param name="length">Samples in a window.</param>
/// <param name="clip">A move counts at most as this many usual ones.</param>
internal struct WanderMeter(int length, double clip)
{
    /// <summary>Remembers about this many windows: five minutes at 2.2 s.</summary>
    private const int Memory = 128;

    /// <summary>The largest moves that were drift fade to a third in so many windows: five hours at 2.2 s, a day at one sample in 2 s.</summary>
    private const double PeakMemory = 8192;

    /// <summary>What trimming costs: variance over that of a plain mean, between a window of three and a long one.</summary>
    private const double TrimCost = 1.2;

    /// <summary>What an exponential mean moves within its own length: of a random walk 1/e of the walk's variance, of noise 1 − 1/e of the noise's over that length.</summary>
    private const double OfWalk = 0.368, OfNoise = 0.632;

    /// <summary>Drift is never taken for less than this share of what was seen to move, however much of it noise alone would explain.</summary>
    private const double LeastWalk = 0.2;

    private int _windows;

    /// <summary>Mean square of what one window moved, in counts².</summary>
    public double Square { get; private set; }

    /// <summary>The largest move within one touch window that was taken for drift lately, in counts.</summary>
    public double Peak { get; private set; }

    /// <summary>The largest change between two plateaus that was taken for drift lately, in counts.</summary>
    public double Creep { get; private set; }

    /// <summary>A guess to begin with, worth one window.</summary>
    /// <param name="guess">What one window moves.</param>
    /// <param name="peak">The largest move at once that is to be expected before any was seen.</param>
    /// <param name="creep">The largest slow change likewise.</param>
    public void Begin(double guess, double peak, double creep) => (Square, _windows, Peak, Creep) = (guess * guess, 1, peak, creep);

    /// <summary>Takes what one window moved.</summary>
    /// <param name="moved">In counts.</param>
    /// <param name="noise">Variance of one conversion.</param>
    public void Add(double moved, double noise)
    {
        if (_windows < Memory)
            _windows++;
        Square += (Math.Min(moved * moved, clip * clip * (Square + noise / length)) - Square) / _windows;
        Peak -= Peak / PeakMemory;
        Creep -= Creep / PeakMemory;
    }

    /// <summary>Takes the largest move of a change that was drift.</summary>
    /// <param name="move">In counts.</param>
    /// <param name="most">No more than this is remembered, so that one mistake does not hide what follows.</param>
    public void AddPeak(double move, double most) => Peak = Math.Max(Peak, Math.Min(move, most));

    /// <summary>Takes a whole change that was drift; the same bound holds.</summary>
    public void AddCreep(double change, double most) => Creep = Math.Max(Creep, Math.Min(change, most));

    /// <summary>Variance that drift adds in one sample.</summary>
    /// <param name="noise">Variance of one conversion.</param>
    public readonly double PerSample(double noise) => Math.Max(Square - OfNoise * noise / length, LeastWalk * Square) / (OfWalk * length);

    /// <summary>Samples to average for a level next to a step, where noise and drift weigh the same: 3 to two windows.</summary>
    public readonly int Window(double noise) => (int)Math.Clamp(Math.Sqrt(3 * noise / Math.Max(PerSample(noise), 1e-12)), 3, 2 * length);

    /// <summary>Variance of a level over a window beside a step: noise over its samples, and a random walk's mean distance from its end.</summary>
    public readonly double LevelVariance(double noise, int window) => TrimCost * noise / window + PerSample(noise) * window / 3;

    /// <summary>Variance of the running mean of a plateau against the present level: half a window of each.</summary>
    public readonly double RunningVariance(double noise) => (noise / length + PerSample(noise) * length) / 2;
}
