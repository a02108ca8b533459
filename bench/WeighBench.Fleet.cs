using System.Diagnostics;
using System.Globalization;
using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;

namespace PantryChain.Bench;

/// <summary>64 cells at 80 conversions a second in real time, every conversion read and weighed: what of one core it takes.</summary>
/// <remarks>Counted is the whole process: sensing thread with its sleeps, driver, filter, and the simulated chips in place of the kernel's GPIO calls.</remarks>
internal sealed record FleetBench(double Share, double SamplesPerSecond, double Complete, double BytesPerSample, double AccessesPerSecond, bool IsRealTime)
{
    private const int Groups = 8;
    private const int CellsOfGroup = 8;
    private const double Rate = 80;

    public static FleetBench Run(double seconds, Calibration line, IBridge bridge)
    {
        FleetBench? result = null;
        Thread sensing = new(() => result = Measure(seconds, line, bridge, RealTimeThread.TryEnter(out _))) { Name = "sensing" };
        sensing.Start();
        sensing.Join();
        return result!;
    }

    public object ToJson() => new { cells = Groups * CellsOfGroup, shareOfOneCore = Math.Round(Share, 4), target = 0.15, samplesPerSecond = Math.Round(SamplesPerSecond), complete = Math.Round(Complete, 4), bytesPerSample = BytesPerSample, realTime = IsRealTime, lineAccessesPerSecond = Math.Round(AccessesPerSecond) };

    public void Print() => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
        64 cells at 80/s  {Share:0.0%} of one core (target 15 %) for driver, filter, sleeps and simulated chips; {SamplesPerSecond:N0} samples/s, {Complete:0.0%} of all conversions ({(IsRealTime ? "real-time" : "ordinary")} priority); {BytesPerSample:0.###} bytes allocated per sample
                          {AccessesPerSecond:N0} line accesses/s, which on pins are a system call each: 1 µs apiece would add {AccessesPerSecond / 1e6:0.0%}
        """));

    private static FleetBench Measure(double seconds, Calibration line, IBridge bridge, bool isRealTime)
    {
        LoadCellSensors sensors = new(new SamplingDuty { Alert = TimeSpan.FromHours(1) }); // every conversion
        using IDisposable owned = sensors;
        List<SimulatedGpioDriver> lines = [];
        for (int group = 0; group < Groups; group++)
        {
            SimulatedHx711 chips = new(CellsOfGroup, bridge, TimeSpan.FromSeconds(1 / Rate), SimulatedBusClock.Real);
            lines.Add(chips.ToPins());
            sensors.Add(chips.Open(new Hx711Options { SamplesPerSecond = Rate }, lines[^1]), [.. Enumerable.Range(1 + group * CellsOfGroup, CellsOfGroup).Select(number => new SlotId((ushort)number))]);
        }
        Scale[] scales = [.. Enumerable.Range(1, Groups * CellsOfGroup).Select(number => new Scale(new SlotId((ushort)number), line, ScaleSettings.ForRate(Rate)))];
        using ManualResetEvent never = new(false);
        Weigh(sensors, scales, never, 1.5); // the chips settle, the compiler's tiers

        using Process self = Process.GetCurrentProcess();
        long accesses = lines.Sum(group => group.Accesses), start = Stopwatch.GetTimestamp();
        TimeSpan used = self.TotalProcessorTime;
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        long samples = Weigh(sensors, scales, never, seconds);
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        self.Refresh();
        used = self.TotalProcessorTime - used;
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new FleetBench(used.TotalSeconds / elapsed, samples / elapsed, samples / (elapsed * Rate * Groups * CellsOfGroup), (double)bytes / samples, (lines.Sum(group => group.Accesses) - accesses) / elapsed, isRealTime);
    }

    /// <summary>As the gateway's sensing thread does it.</summary>
    private static long Weigh(LoadCellSensors sensors, Scale[] scales, WaitHandle never, double seconds)
    {
        long samples = 0, until = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < until)
        {
            if (!sensors.TrySample(out SensorSample sample))
            {
                never.WaitOne(sensors.Pause);
                continue;
            }
            scales[sample.Slot.Value - 1].TryWeigh(sample, DateTimeOffset.UnixEpoch.AddTicks(sample.BusNanoseconds / TimeSpan.NanosecondsPerTick), out _, out _);
            samples++;
        }
        return samples;
    }
}
