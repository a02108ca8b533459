using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Tests.Shelf;

/// <summary>A scale at 10 samples a second with a load that the test lays on it; settled on the first load when made.</summary>
internal sealed class ScaleBench
{
    private static readonly Calibration Line = new(430, 84_000, 97);

    private readonly Random _chance;
    private readonly double _noise;
    private long _samples;

    public ScaleBench(double grams, int seed = 5, Mass? restored = null, double noise = 97)
    {
        (_chance, _noise) = (new Random(seed), noise);
        if (restored is { } level)
            Scale.Restore(level);
        Lay(grams, seconds: 60);
    }

    public DateTimeOffset Start { get; } = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    public Scale Scale { get; } = new(new SlotId(1), Line, ScaleSettings.ForRate(10));

    public List<StockStep> Steps { get; } = [];

    public StockReading Last { get; private set; }

    public ScaleBench Lay(double grams, double seconds) => Creep(grams, grams, seconds);

    public ScaleBench Creep(double from, double to, double seconds)
    {
        int samples = (int)Math.Round(seconds * 10);
        for (int i = 0; i < samples; i++)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - _chance.NextDouble())) * Math.Cos(2 * Math.PI * _chance.NextDouble());
            Glitch((int)(Line.CountsAt(Mass.FromGrams(from + (to - from) * i / samples)) + _noise * normal));
        }
        return this;
    }

    public void Glitch(int counts)
    {
        Scale.TryWeigh(new SensorSample(new SlotId(1), counts, _samples * 100_000_000), Start.AddSeconds(_samples / 10.0), out StockReading reading, out StockStep? step);
        (Last, _samples) = (reading, _samples + 1);
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
