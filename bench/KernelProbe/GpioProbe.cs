using System.Device.Gpio;
using System.Diagnostics;
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
        GpioLine[] wanted = [new(Clock, PinMode.Output), .. Data.Select(line => new GpioLine(line, PinMode.InputPullUp))];
        using KernelGpioDriver driver = KernelGpioDriver.Open(GpioChip.RaspberryPiLabels);
        using GpioController pins = new(driver);
        driver.Take(wanted);
        foreach (GpioLine line in wanted)
            pins.OpenPin(line.Number);
        BusProbe.Say($"gpio: clock {Clock} and data {string.Join(", ", Data)} of a chip with {pins.PinCount} lines, in one request");
        BusProbe.Expect(Refusal(() => driver.Take(wanted)) is { } refusal && refusal.Contains("used by 'pantrychain'", StringComparison.Ordinal), "a second request is refused and names who holds the lines");
        BusProbe.Expect(AreAll(pins, PinValue.High), "the pull-ups hold the data lines high");
        pins.Write(Clock, PinValue.High);
        bool rose = Line(Clock, "value") == "1";
        pins.Write([new PinValuePair(Clock, PinValue.Low)]);
        BusProbe.Expect(rose && Line(Clock, "value") == "0", "the clock follows, written as a pin and as a span");
        ShowOwnPin(pins);
        BusProbe.Expect(Refusal(() => pins.OpenPin(28)) is { } absent && absent.Contains("lines 0 to 27", StringComparison.Ordinal), "a line that the chip lacks is refused");

        long began = Stopwatch.GetTimestamp();
        bool low = driver.WaitLow(Data, Short, out _);
        long slept = Stopwatch.GetTimestamp() - began;
        BusProbe.Expect(!low && slept >= 50_000_000 && slept < 2_000_000_000, string.Create(CultureInfo.InvariantCulture, $"with no edge the sleep ends after its patience ({slept / 1e6:0} of 50 ms)"));
        // An emulated processor may be so late that a line has fallen before it is watched: then the level tells, and the time is that of the look.
        int stamped = Enumerable.Range(0, 5).Count(_ => IsStamped(driver, pins));
        BusProbe.Expect(stamped > 0, $"the kernel's time stamp was that of the last fall in {stamped} of 5 rounds; in the others the line fell before it was watched");
    }

    private static bool IsStamped(KernelGpioDriver driver, GpioController pins)
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
                before = Stopwatch.GetTimestamp();
                Pull(line, "pull-down");
                after = Stopwatch.GetTimestamp();
            }
        });
        converters.Start();
        bool low = driver.WaitLow(Data, Long, out long fallen);
        long woken = Stopwatch.GetTimestamp();
        converters.Join();
        BusProbe.Expect(low && AreAll(pins, PinValue.Low) && fallen >= before && fallen <= woken,
            string.Create(CultureInfo.InvariantCulture, $"the sleeper wakes when the last line has fallen, {(woken - before) / 1e3:0} us after it was let go"));
        return fallen <= after;
    }

    /// <summary>A pin of its own: opened alone, slept on by System.Device.Gpio's own words, and given back.</summary>
    private static void ShowOwnPin(GpioController pins)
    {
        pins.OpenPin(Ready, PinMode.Input);
        Pull(Ready, "pull-up");
        bool high = pins.Read(Ready) == PinValue.High;
        Pull(Ready, "pull-down");
        BusProbe.Expect(high && pins.Read(Ready) == PinValue.Low, "a data-ready line of its own follows its pin");
        using ManualResetEventSlim pause = new();
        Thread chip = new(() =>
        {
            for (int turn = 0; turn < 20; turn++)
            {
                pause.Wait(millisecondsTimeout: 50);
                Pull(Ready, turn % 2 == 0 ? "pull-up" : "pull-down");
            }
        });
        chip.Start();
        WaitForEventResult risen = pins.WaitForEvent(Ready, PinEventTypes.Rising, Long);
        chip.Join();
        BusProbe.Expect(!risen.TimedOut && risen.EventTypes == PinEventTypes.Rising, "WaitForEvent wakes on a rise");
        pins.ClosePin(Ready);
        BusProbe.Expect(Refusal(() => pins.OpenPin(Ready)) is null, "a pin that was closed can be opened again");
        pins.ClosePin(Ready);
    }

    private static bool AreAll(GpioController pins, PinValue value)
    {
        PinValuePair[] read = [.. Data.Select(line => new PinValuePair(line, PinValue.Low))];
        pins.Read(read);
        return Array.TrueForAll(read, pin => pin.PinValue == value);
    }

    private static string? Refusal(Action request)
    {
        try
        {
            request();
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
