using System.Diagnostics;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>This machine's own pins and buses, over the kernel's device files.</summary>
public sealed class KernelHardware : IHardware
{
    private const string IioFolder = "/sys/bus/iio/devices";

    /// <inheritdoc />
    public long Now() => Stopwatch.GetTimestamp(); // CLOCK_MONOTONIC in nanoseconds on Linux

    /// <inheritdoc />
    public IGpioLines OpenLines(IReadOnlyList<string> chips, int clock, IReadOnlyList<int> data)
    {
        using GpioChip chip = GpioChip.Open(chips);
        return chip.Request(clock, data); // the kernel keeps the request when its chip is closed
    }

    /// <inheritdoc />
    public IGpioInput OpenInput(IReadOnlyList<string> chips, int line)
    {
        using GpioChip chip = GpioChip.Open(chips);
        return chip.RequestInput(line);
    }

    /// <inheritdoc />
    public I2cBus OpenI2c(string bus) => KernelI2cBus.Open(bus);

    /// <inheritdoc />
    public SpiDevice OpenSpi(string device, int clockHertz) => KernelSpiDevice.Open(device, mode: 0, clockHertz);

    /// <inheritdoc />
    public string FindIio(string device) => FindIio(IioFolder, device);

    internal static string FindIio(string folder, string device)
    {
        string[] all = Directory.Exists(folder) ? [.. Directory.EnumerateFileSystemEntries(folder, "iio:device*").Order(StringComparer.Ordinal)] : [];
        string[] found = [.. all.Where(entry => Path.GetFileName(entry) == device || NameOf(entry) == device)];
        return found switch
        {
            [string only] => only,
            [] => throw new IOException($"There is no IIO device {device} below {folder}; it has {(all.Length == 0 ? "none" : string.Join(", ", all.Select(Describe)))}. "
                + "Load the kernel's hx711 driver by its overlay in config.txt and start the machine again, or wire the converter as 'hx711' or 'hx711-spi'."),
            _ => throw new IOException($"{found.Length} IIO devices are called {device}: {string.Join(", ", found.Select(Path.GetFileName))}. Give one of these names as 'device' in gateway.json."),
        };
    }

    private static string Describe(string entry) => $"{Path.GetFileName(entry)} ({NameOf(entry)})";

    private static string NameOf(string entry)
    {
        string file = Path.Combine(entry, "name");
        return File.Exists(file) ? File.ReadAllText(file).Trim() : "";
    }
}
