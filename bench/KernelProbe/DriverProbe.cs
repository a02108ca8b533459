using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using System.Diagnostics;
using System.Globalization;
using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.KernelProbe;

/// <summary>Frames of eight HX711 on one clock through our driver and through the one that System.Device.Gpio brings for libgpiod, in one run on the same lines.</summary>
/// <remarks>An emulated processor is slow, so only the ratio counts; a chip allows a pulse 50 µs (HX711 datasheet p. 5).</remarks>
internal static class DriverProbe
{
    private const int Clock = 11, Frames = 100, Pulses = 25;
    private const double LongestPulse = 50; // microseconds
    private static readonly int[] Data = [5, 6, 13, 16, 17, 18, 19, 20];

    public static void Show()
    {
        if (BusInventory.GpioChips().FirstOrDefault(found => found.Label == "pinctrl-rp1") is not { } chip)
            return;
        if (!File.Exists("/usr/lib/x86_64-linux-gnu/libgpiod.so.2"))
        {
            BusProbe.Say("drivers: libgpiod is not compared, because its package could not be fetched");
            return;
        }
        Frame ours = Ours(), theirs = Theirs(int.Parse(chip.Path.AsSpan(chip.Path.IndexOf("gpiochip", StringComparison.Ordinal) + 8), CultureInfo.InvariantCulture));
        double ratio = theirs.Median / Math.Max(ours.Median, Ours().Median); // once before and once behind: the machine's load is in both
        BusProbe.Say(string.Create(CultureInfo.InvariantCulture, $"drivers: a frame through libgpiod's driver takes {ratio:0.0} times as long as through ours"));
        BusProbe.Expect(ratio > 1, "lines held in one request are faster than line by line");
    }

    private static Frame Ours()
    {
        KernelGpioDriver driver = KernelGpioDriver.Open(GpioChip.RaspberryPiLabels);
        driver.Take([new GpioLine(Clock, PinMode.Output), .. Data.Select(line => new GpioLine(line, PinMode.InputPullUp))]);
        using GpioController pins = new(driver);
        foreach (int line in Data.Prepend(Clock))
            pins.OpenPin(line);
        return Measure("ours, one request", pins);
    }

    private static Frame Theirs(int chip)
    {
        using GpioController pins = new(new LibGpiodDriver(chip));
        pins.OpenPin(Clock, PinMode.Output);
        foreach (int line in Data)
            pins.OpenPin(line, PinMode.InputPullUp);
        return Measure("LibGpiodDriver", pins);
    }

    private static Frame Measure(string name, GpioController pins)
    {
        PinValuePair[] high = [new(Clock, PinValue.High)], low = [new(Clock, PinValue.Low)], data = [.. Data.Select(line => new PinValuePair(line, PinValue.Low))];
        List<double> frames = [];
        int late = 0;
        long bytes = 0;
        for (int frame = -20; frame < Frames; frame++) // the first ones are the compiler's
        {
            if (frame == 0)
                (late, bytes) = (0, GC.GetAllocatedBytesForCurrentThread());
            long began = Stopwatch.GetTimestamp();
            for (int pulse = 0; pulse < Pulses; pulse++)
            {
                long risen = Stopwatch.GetTimestamp();
                pins.Write(high);
                pins.Write(low);
                late += Stopwatch.GetElapsedTime(risen).TotalMicroseconds > LongestPulse ? 1 : 0;
                pins.Read(data);
            }
            if (frame >= 0)
                frames.Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
        }
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        frames.Sort();
        Frame measured = new(frames[Frames / 2]);
        BusProbe.Say(string.Create(CultureInfo.InvariantCulture,
            $"drivers: {name}: a frame of {Pulses} pulses and {Data.Length} lines {measured.Median:0} us (median of {Frames}), {late} of {Frames * Pulses} pulses above {LongestPulse:0} us, {bytes / Frames} bytes a frame"));
        return measured;
    }

    private readonly record struct Frame(double Median);
}
