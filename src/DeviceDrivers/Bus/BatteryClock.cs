using System.Globalization;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>What a battery-backed clock says.</summary>
/// <param name="Name">The name that its driver gave it, for example <c>rtc-ds1307 1-0068</c> for a DS3231; empty when there is none.</param>
/// <param name="Time">Its time, in whole seconds; null when it lost it, because its battery was flat or away.</param>
public readonly record struct BatteryClockReading(string Name, DateTimeOffset? Time)
{
    /// <summary>No clock at all.</summary>
    public static BatteryClockReading None => new("", null);

    /// <summary>Whether there is a clock.</summary>
    public bool IsThere => Name?.Length > 0;
}

/// <summary>Battery-backed clocks of the kernel (Documentation/ABI/testing/rtc-cdev, /sys/class/rtc): a DS3231 under <c>dtoverlay=i2c-rtc,ds3231</c>, the Pi 5's own.</summary>
/// <remarks>
/// The kernel's driver holds the chip, sets the system's clock from it before any program runs and, while a time server is heard, sets the chip every eleven minutes.
/// Reading asks the chip over its bus, so it may take as long as the adapter's time-out.
/// </remarks>
public static class BatteryClock
{
    /// <summary>Reads the first clock that knows the time, else the first one.</summary>
    /// <param name="folder">The kernel's folder of clocks.</param>
    public static BatteryClockReading Read(string folder = "/sys/class/rtc")
    {
        BatteryClockReading found = BatteryClockReading.None;
        if (!Directory.Exists(folder))
            return found;
        foreach (string clock in Directory.EnumerateFileSystemEntries(folder, "rtc*").Order(StringComparer.Ordinal))
        {
            BatteryClockReading read = ReadOne(clock);
            if (read.Time is not null)
                return read;
            found = found.IsThere ? found : read;
        }
        return found;
    }

    private static BatteryClockReading ReadOne(string clock)
    {
        string name = Path.GetFileName(clock);
        try
        {
            name = File.ReadAllText(Path.Combine(clock, "name")).Trim();
            long seconds = long.Parse(File.ReadAllText(Path.Combine(clock, "since_epoch")), NumberStyles.AllowLeadingSign | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
            return new BatteryClockReading(name, DateTimeOffset.FromUnixTimeSeconds(seconds));
        }
        catch (Exception error) when (error is IOException or FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            return new BatteryClockReading(name, null); // EINVAL while the chip's oscillator had stopped (DS3231 data sheet, status register, OSF)
        }
    }
}
