using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Tests.Shelf;

/// <summary>A scale at 10 samples a second or another rate with a load that the test lays on it; settled on the first load when made.</summary>
internal sealed class ScaleBench
{
    private static readonly Calibration Line = new(430, 84_000, 97);

    private readonly Random _chance;
    private readonly double _noise;
    private readonly double _rate;
    private long _samples;

    public ScaleBench(double grams, int seed = 5, Mass? restored = null, double noise = 97, double rate = 10, ScaleSettings? settings = null)
    {
        (_chance, _noise, _rate) = (new Random(seed), noise, rate);
        Scale = new Scale(new SlotId(1), Line, settings ?? ScaleSettings.ForRate(rate));
        if (restored is { } level)
            Scale.Restore(level);
        Lay(grams, seconds: 60);
    }

    public DateTimeOffset Start { get; } = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    public Scale Scale { get; }

    public List<StockStep> Steps { get; } = [];

    public StockReading Last { get; private set; }

    /// <summary>Seconds since the start.</summary>
    public double Clock => _samples / _rate;

    /// <summary>Household seconds in a second of the bus.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Looked at after every sample.</summary>
    public Action<StockReading>? Watch { get; set; }

    /// <summary>Lets pass what has settled at the end of a recording.</summary>
    public ScaleBench Finish()
    {
        while (Scale.TryFinish(Start.AddSeconds(Clock * Speed), out StockStep? step))
            Steps.Add(step!.Value);
        return this;
    }

    /// <summary>Lets time pass without a sample: a plug that came loose.</summary>
    public ScaleBench Silence(double seconds)
    {
        _samples += (int)Math.Round(seconds * _rate);
        return this;
    }

    public ScaleBench Lay(double grams, double seconds) => Creep(grams, grams, seconds);

    public ScaleBench Creep(double from, double to, double seconds)
    {
        int samples = (int)Math.Round(seconds * _rate);
        for (int i = 0; i < samples; i++)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - _chance.NextDouble())) * Math.Cos(2 * Math.PI * _chance.NextDouble());
            Glitch((int)(Line.CountsAt(Mass.FromGrams(from + (to - from) * i / samples)) + _noise * normal));
        }
        return this;
    }

    public void Glitch(int counts)
    {
        Scale.TryWeigh(new SensorSample(new SlotId(1), counts, (long)(_samples * 1e9 / _rate)), Start.AddSeconds(Clock * Speed), out StockReading reading, out StockStep? step);
        (Last, _samples) = (reading, _samples + 1);
        Watch?.Invoke(reading);
        if (step is { } booked)
            Steps.Add(booked);
    }

    public long BytesOf(Action weigh)
    {
        weigh();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            weigh();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
