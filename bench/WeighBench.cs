using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;

namespace PantryChain.Bench;

/// <summary><c>bench weigh</c>: driver and filter on simulated converters, beside the same filter in C; or the filter over a recorded series.</summary>
internal static class WeighBench
{
    private const int Cells = 8;

    /// <summary>The best of so many slices is what a core can do; the median is what this machine's other work left of it.</summary>
    private const int Slices = 40;

    private static readonly Calibration Line = new(430, 84_000, 97);

    public static Command Create()
    {
        Option<double> seconds = new("--seconds") { Description = "How long each measurement runs.", DefaultValueFactory = _ => 2 };
        Option<bool> json = new("--json") { Description = "One JSON object instead of text." };
        Command command = new("weigh", "Driver and filter: cell-samples per second on one core, 8 cells on a shared clock. With --series: what the filter makes of a recording.") { seconds, json };
        Option<long> frames = new("--faults") { Description = "Frames of the fault campaign; 0 leaves it out.", DefaultValueFactory = _ => 1_000_000 };
        command.Add(frames);
        SeriesOptions series = SeriesOptions.AddTo(command);
        command.SetAction(parsed => series.IsAsked(parsed)
            ? SeriesReport.Run(series.Read(parsed), parsed.GetValue(json))
            : Run(Math.Clamp(parsed.GetValue(seconds), 0.1, 60), Math.Clamp(parsed.GetValue(frames), 0, 100_000_000), parsed.GetValue(json)));
        return command;
    }

    private static int Run(double seconds, long frames, bool json)
    {
        FleetBench fleet = FleetBench.Run(Math.Max(2, seconds), Line, new Noise());
        FaultBench? faults = frames > 0 ? FaultBench.Run(frames) : null;
        DriverResult driver = MeasureDriver(seconds);
        int[] series = Noise.Series(1 << 17); // short runs, so that the best of them met no other work
        NativeFilter.TryCompile(out NativeFilter? filter, out string why);
        (double managed, double? native, FilterResult managedResult) = MeasureFilters(series, filter, seconds);
        filter?.Dispose();
        StepReport steps = StepReport.Simulated(seeds: 10);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                cellSamplesPerSecond = driver.PerSecond,
                medianCellSamplesPerSecond = driver.Median,
                target = 2_500_000,
                bytesPerSample = driver.BytesPerSample,
                pulsesChecked = driver.Pulses,
                badFrames = driver.BadFrames,
                filterNanoseconds = managed,
                filterNanosecondsInC = native,
                simulated = steps.ToJson(),
                fleet = fleet.ToJson(),
                faults = faults?.ToJson(),
            }, JsonSerializerOptions.Web));
            return 0;
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            driver + filter   {driver.PerSecond / 1e6:0.00} million cell-samples/s on one core, {Cells} cells on a shared clock (target 2.5), best of {Slices} slices; median {driver.Median / 1e6:0.00}
                              {driver.Pulses:N0} pulses, each timed against CLOCK_MONOTONIC; {driver.BadFrames} frames thrown away; {driver.BytesPerSample:0.###} bytes allocated per sample
            filter alone      {managed:0.0} ns per sample in C#, {(native is { } both ? $"{both:0.0} ns in C (gcc -O2): C# takes {managed / both:0.00} of C's time" : $"no C beside it: {why}")}
                              same level and the same {managedResult.Bookings} bookings from both over {series.Length:N0} samples
            simulated fridge, {steps}
            """));
        fleet.Print();
        faults?.Print();
        return 0;
    }

    /// <summary>The whole way from clock edges to readings, through the types that the gateway uses.</summary>
    private static DriverResult MeasureDriver(double seconds)
    {
        LastReadClock clock = new();
        Hx711 driver = new SimulatedHx711(Cells, new Noise(), TimeSpan.Zero, clock).Open(new Hx711Options { SamplesPerSecond = 1e9 });
        SlotId[] slots = [.. Enumerable.Range(1, Cells).Select(number => new SlotId((ushort)number))];
        using LoadCellSensors sensors = new LoadCellSensors(new SamplingDuty { Calm = TimeSpan.Zero, Alert = TimeSpan.Zero }).Add(driver, slots);
        Scale[] scales = [.. slots.Select(slot => new Scale(slot, Line, ScaleSettings.ForRate(80)))];
        Weigh(sensors, scales, seconds / 2); // the compiler's tiers
        Weigh(sensors, scales, seconds / 2);

        long pulses = driver.Counters.Pulses, bad = Bad(driver.Counters), bytes = 0, samples = 0;
        double[] rates = new double[Slices];
        for (int i = 0; i < Slices; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
            long weighed = Weigh(sensors, scales, seconds / Slices);
            rates[i] = weighed / Stopwatch.GetElapsedTime(start).TotalSeconds;
            bytes += GC.GetAllocatedBytesForCurrentThread() - before;
            samples += weighed;
        }
        Array.Sort(rates);
        return new DriverResult(rates[^1], rates[Slices / 2], (double)bytes / samples, driver.Counters.Pulses - pulses, Bad(driver.Counters) - bad);
    }

    private static long Weigh(LoadCellSensors sensors, Scale[] scales, double seconds)
    {
        long samples = 0, until = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
        DateTimeOffset now = DateTimeOffset.UnixEpoch;
        while ((samples & 1023) != 0 || Stopwatch.GetTimestamp() < until)
        {
            if (!sensors.TrySample(out SensorSample sample))
                continue;
            scales[sample.Slot.Value - 1].TryWeigh(sample, now, out _, out _);
            now = now.AddTicks(15_625);
            samples++;
        }
        return samples;
    }

    private static long Bad(Hx711Counters counters) => counters.LongPulses + counters.Resets + counters.Desynchronised + counters.Saturated;

    /// <summary>The best run of each, by turns, so that this machine's other work meets both.</summary>
    private static (double Managed, double? Native, FilterResult Result) MeasureFilters(int[] series, NativeFilter? filter, double seconds)
    {
        FilterResult result = default;
        double managed = double.MaxValue, native = double.MaxValue;
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < 3 * seconds;)
        {
            managed = Math.Min(managed, Time(() => result = Filter(series)) / series.Length);
            FilterResult other = result;
            if (filter is not null)
                native = Math.Min(native, Time(() => other = filter.Weigh(series, Line, ScaleSettings.ForRate(80))) / series.Length);
            if (other != result)
                throw new InvalidOperationException($"The two filters disagree: C# {result}, C {other}.");
        }
        return (managed, filter is null ? null : native, result);
    }

    private static double Time(Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }

    private static FilterResult Filter(int[] series)
    {
        Scale scale = new(new SlotId(1), Line, ScaleSettings.ForRate(80) with { ReturnWithin = TimeSpan.Zero, ReturnWithinWhenEmpty = TimeSpan.Zero });
        long bookings = 0;
        Mass booked = Mass.Zero;
        StockReading reading = default;
        foreach (int counts in series)
        {
            scale.TryWeigh(new SensorSample(new SlotId(1), counts, 0), DateTimeOffset.UnixEpoch, out reading, out StockStep? step);
            if (step is { } one)
                (bookings, booked) = (bookings + 1, booked + one.Delta);
        }
        return new FilterResult(reading.Level, bookings, booked);
    }

    private sealed record DriverResult(double PerSecond, double Median, double BytesPerSample, long Pulses, long BadFrames);

    /// <summary>Bus time for a bench: the driver pays for a real clock at every pulse, the chip looks at the driver's last reading.</summary>
    private sealed class LastReadClock : SimulatedBusClock
    {
        private long _last = Stopwatch.GetTimestamp();

        public override long Read() => _last = Stopwatch.GetTimestamp();

        public override long Edge() => _last;
    }

    /// <summary>Noise of a 5 kg cell with a pack lifted and put back now and then, made beforehand so that the bench measures no random numbers.</summary>
    private sealed class Noise : IBridge
    {
        private const int Length = 1 << 16;
        private static readonly int[] Table = Series(Length);

        public long Counts(int cell, long conversion, long busNanoseconds) => Table[(int)((conversion + 977 * cell) & (Length - 1))];

        public static int[] Series(int length)
        {
            Random chance = new(7);
            int[] series = new int[length];
            double pack = 1000;
            for (int i = 0; i < length; i++)
            {
                bool away = i % 8192 is >= 4000 and < 4060;
                if (i % 8192 == 4060)
                    pack = pack > 200 ? pack - 37 : 1000;
                double normal = Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());
                series[i] = (int)Math.Round(Line.OffsetCounts + Line.CountsPerGram * (away ? 2000 : 2000 + pack) + Line.NoiseCounts * normal);
            }
            return series;
        }
    }
}

/// <summary>Where a filter ended.</summary>
internal readonly record struct FilterResult(Mass Level, long Bookings, Mass Booked);
