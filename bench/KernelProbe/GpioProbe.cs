using System.Globalization;
using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.KernelProbe;

/// <summary>A shared clock and three data lines on the kernel's simulated GPIO chip, which carries the label of a Raspberry Pi 5's header.</summary>
internal static class GpioProbe
{
    private const int Clock = 11;
    private const int Ready = 22;
    private static readonly int[] Data = [5, 6, 13];
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(5);

    public static void Show()
    {
        if (!BusInventory.GpioChips().Any(found => found.Label == "pinctrl-rp1"))
        {
            BusProbe.Say("gpio: not shown, because this kernel's GPIO simulator could not be built");
            return;
        }
        using GpioChip chip = GpioChip.Open(GpioChip.RaspberryPiLabels);
        using IEdgeLines lines = chip.Request(Clock, Data);
        BusProbe.Say($"gpio: clock {Clock} and data {string.Join(", ", Data)} of {chip.Name} '{chip.Label}', {chip.Lines} lines, in one request");
        BusProbe.Expect(Refusal(() => chip.Request(Clock, Data)) is { } refusal && refusal.Contains("used by 'pantrychain'", StringComparison.Ordinal), "a second request is refused and names who holds the lines");
        BusProbe.Expect(lines.ReadData() == 0b111, "the pull-ups hold the data lines high");
        lines.SetClock(true);
        bool rose = Line(Clock, "value") == "1";
        lines.SetClock(false);
        BusProbe.Expect(rose && Line(Clock, "value") == "0", "the clock follows");

        using (GpioInput ready = chip.RequestInput(Ready))
        {
            Pull(Ready, "pull-up");
            bool high = ready.IsHigh();
            Pull(Ready, "pull-down");
            BusProbe.Expect(high && !ready.IsHigh(), "a data-ready line of its own follows its pin");
        }
        BusProbe.Expect(Refusal(() => chip.RequestInput(28)) is { } absent && absent.Contains("lines 0 to 27", StringComparison.Ordinal), "a line that the chip lacks is refused");

        long began = lines.Now();
        bool low = lines.WaitLow(0b111, Short, out _);
        long slept = lines.Now() - began;
        BusProbe.Expect(!low && slept >= 50_000_000 && slept < 2_000_000_000, string.Create(CultureInfo.InvariantCulture, $"with no edge the sleep ends after its patience ({slept / 1e6:0} of 50 ms)"));
        // An emulated processor may be so late that a line has fallen before it is watched: then the level tells, and the time is that of the look.
        int stamped = Enumerable.Range(0, 5).Count(_ => IsStamped(lines));
        BusProbe.Expect(stamped > 0, $"the kernel's time stamp was that of the last fall in {stamped} of 5 rounds; in the others the line fell before it was watched");
    }

    private static bool IsStamped(IEdgeLines lines)
    {
        foreach (int line in Data)
            Pull(line, "pull-up");
        long before = 0, after = 0;
        using ManualResetEventSlim pause = new();
        Thread converters = new(() =>
        {
            foreach (int line in (int[])[Data[1], Data[0], Data[2]])
            {
                pause.Wait(millisecondsTimeout: 30);
                before = lines.Now();
                Pull(line, "pull-down");
                after = lines.Now();
            }
        });
        converters.Start();
        bool low = lines.WaitLow(0b111, Long, out long fallen);
        long woken = lines.Now();
        converters.Join();
        BusProbe.Expect(low && lines.ReadData() == 0 && fallen >= before && fallen <= woken,
            string.Create(CultureInfo.InvariantCulture, $"the sleeper wakes when the last line has fallen, {(woken - before) / 1e3:0} us after it was let go"));
        return fallen <= after;
    }

    private static string? Refusal(Func<IDisposable> request)
    {
        try
        {
            request().Dispose();
            return null;
        }
        catch (IOException refused)
        {
            BusProbe.Say($"refused: {refused.Message}");
            return refused.Message;
        }
    }

    private static string Line(int line, string attribute) => File.ReadAllText(Attribute(line, attribute)).Trim();

    private static void Pull(int line, string pull) => File.WriteAllText(Attribute(line, "pull"), pull);

    /// <summary>The simulator's control of a line: /sys/devices/platform/gpio-sim.N/gpiochipM/sim_gpioL.</summary>
    private static string Attribute(int line, string name) =>
        Path.Combine(Directory.EnumerateDirectories("/sys/devices/platform", "gpio-sim.*").SelectMany(device => Directory.EnumerateDirectories(device, "gpiochip*")).First(), $"sim_gpio{line}", name);
}
