using PantryChain.Domain.Sensing;

namespace PantryChain.Gateway.Sensing;

/// <summary>The newest conversions of one slot, before calibration: for whoever watches, and for the weighings of a calibration.</summary>
/// <remarks>The sensing thread adds, any thread looks; nothing is locked, so a look may mix two neighbouring moments. Adding allocates nothing.</remarks>
internal sealed class SlotMeter
{
    private const int Kept = 64; // power of two; most of a second at 80/s, six seconds at 10/s
    private const long RateWindow = 1_000_000_000; // of bus time

    private readonly int[] _counts = new int[Kept];
    private long _samples;
    private long _windowFrom;
    private long _windowSamples;
    private long _addedAt;
    private double _rate;

    /// <summary>Verified conversions since the start.</summary>
    public long Samples => Interlocked.Read(ref _samples);

    /// <summary>Conversions per second of bus time; 0 once none came for three seconds.</summary>
    public double Rate => TimeProvider.System.GetElapsedTime(Volatile.Read(ref _addedAt)) < TimeSpan.FromSeconds(3) ? Volatile.Read(ref _rate) : 0;

    /// <summary>Takes one conversion.</summary>
    public void Add(in SensorSample sample)
    {
        long number = _samples;
        _counts[number % Kept] = sample.Counts;
        long elapsed = sample.BusNanoseconds - _windowFrom;
        if (number == 0 || elapsed < 0)
            (_windowFrom, _windowSamples) = (sample.BusNanoseconds, number);
        else if (elapsed >= RateWindow)
        {
            Volatile.Write(ref _rate, (number - _windowSamples) * 1e9 / elapsed);
            (_windowFrom, _windowSamples) = (sample.BusNanoseconds, number);
        }
        Volatile.Write(ref _addedAt, TimeProvider.System.GetTimestamp());
        Interlocked.Exchange(ref _samples, number + 1);
    }

    /// <summary>The newest conversions, oldest first; up to 64 of them.</summary>
    public int[] Newest()
    {
        long samples = Samples;
        int[] newest = new int[Math.Min(samples, Kept)];
        for (int i = 0; i < newest.Length; i++)
            newest[i] = _counts[(samples - newest.Length + i) % Kept];
        return newest;
    }
}
