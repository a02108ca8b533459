using System.Device.Gpio;
using System.Device.Spi;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>This machine's own pins and buses, over the kernel's device files.</summary>
public sealed class KernelHardware : IHardware
{
    private const string IioFolder = "/sys/bus/iio/devices";

    /// <inheritdoc />
    public TimeProvider BusTime => TimeProvider.System;

    /// <inheritdoc />
    public GpioController OpenGpio(IReadOnlyList<string> chips, IReadOnlyList<GpioLine> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        KernelGpioDriver driver = KernelGpioDriver.Open(chips);
        try
        {
            driver.Take(lines);
            GpioController controller = new(driver);
            foreach (GpioLine line in lines)
                controller.OpenPin(line.Number);
            return controller;
        }
        catch
        {
            driver.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public GatedI2cBus OpenI2c(string bus) => KernelI2cBus.Open(bus);

    /// <inheritdoc />
    public SpiDevice OpenSpi(string device, int clockHertz) => NamedSpiDevice.Open(device, clockHertz);

    /// <inheritdoc />
    public string FindIio(string device) => FindIio(IioFolder, device);

    /// <inheritdoc />
    public BatteryClockReading ReadBatteryClock() => BatteryClock.Read();

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
