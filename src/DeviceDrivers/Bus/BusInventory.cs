using System.Device.I2c;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>A GPIO controller of this machine.</summary>
/// <param name="Path">Its device file.</param>
/// <param name="Name">The kernel's name, for example <c>gpiochip0</c>; empty when it cannot be asked.</param>
/// <param name="Label">What it is found by, for example <c>pinctrl-rp1</c>; empty when it cannot be asked.</param>
/// <param name="Lines">Number of lines.</param>
/// <param name="Problem">Why it cannot be used and what to do, or null.</param>
public sealed record FoundGpioChip(string Path, string Name, string Label, int Lines, string? Problem);

/// <summary>An I²C bus of this machine.</summary>
/// <param name="Path">Its device file.</param>
/// <param name="Name">The adapter's name; empty when the kernel does not tell.</param>
/// <param name="Node">Its node in the device tree, for example <c>i2c@7e804000</c>; empty where there is none.</param>
/// <param name="IsPlainI2c">Whether it can do any I²C transaction; false for SMBus only, or when it cannot be asked.</param>
/// <param name="Problem">Why it cannot be used and what to do, or null.</param>
public sealed record FoundI2cBus(string Path, string Name, string Node, bool IsPlainI2c, string? Problem);

/// <summary>An SPI device file of this machine.</summary>
/// <param name="Path">The device file.</param>
/// <param name="Problem">Why it cannot be used and what to do, or null.</param>
public sealed record FoundSpiDevice(string Path, string? Problem);

/// <summary>An address on an I²C bus that answered, or could not be asked.</summary>
/// <param name="Address">7-bit address.</param>
/// <param name="Problem">Why it cannot be used and what to do; null when it acknowledged.</param>
public sealed record FoundI2cChip(int Address, string? Problem);

/// <summary>What this machine has to wire sensors to; looks and changes nothing.</summary>
public static class BusInventory
{
    /// <summary>All GPIO controllers, by number; empty when there is none.</summary>
    public static IReadOnlyList<FoundGpioChip> GpioChips() => GpioChips("/dev");

    /// <summary>All I²C buses that have a device file, by number; empty when there is none.</summary>
    public static IReadOnlyList<FoundI2cBus> I2cBuses() => I2cBuses("/dev", "/sys/class/i2c-dev");

    /// <summary>All SPI device files, by number; empty when there is none.</summary>
    public static IReadOnlyList<FoundSpiDevice> SpiDevices() => SpiDevices("/dev");

    /// <summary>Asks each address for one byte, which no chip of this project minds, and gives those that acknowledge or cannot be asked.</summary>
    /// <param name="bus">The bus, or a multiplexer's channel.</param>
    /// <param name="addresses">7-bit addresses. Do not ask those of foreign chips: a read may mean something to them.</param>
    public static IReadOnlyList<FoundI2cChip> Chips(I2cBus bus, params IReadOnlyList<int> addresses)
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(addresses);
        List<FoundI2cChip> found = [];
        Span<byte> answer = stackalloc byte[1];
        foreach (int address in addresses)
        {
            try
            {
                using I2cDevice chip = bus.CreateDevice(address);
                chip.Read(answer);
                found.Add(new FoundI2cChip(address, Problem: null));
            }
            catch (BusException silence) when (silence.Failure == BusFailure.NotAcknowledged)
            {
                continue;
            }
            catch (IOException refusal)
            {
                found.Add(new FoundI2cChip(address, refusal.Message));
                if (refusal is BusException { Failure: BusFailure.TimedOut })
                    break; // the bus is stuck: every further address would take the adapter's time-out and say the same
            }
        }
        return found;
    }

    internal static IReadOnlyList<FoundGpioChip> GpioChips(string deviceFolder) => [.. DeviceFiles.Numbered(deviceFolder, "gpiochip").Select(DescribeGpio)];

    internal static IReadOnlyList<FoundI2cBus> I2cBuses(string deviceFolder, string classFolder) =>
        [.. I2cAdapter.List(deviceFolder, classFolder).Select(adapter => DescribeI2c(adapter, deviceFolder, classFolder))];

    internal static IReadOnlyList<FoundSpiDevice> SpiDevices(string deviceFolder) => [.. DeviceFiles.Numbered(deviceFolder, "spidev").Select(DescribeSpi)];

    private static FoundGpioChip DescribeGpio(string path)
    {
        try
        {
            using GpioChip chip = GpioChip.OpenPath(path);
            return new FoundGpioChip(path, chip.Name, chip.Label, chip.Lines, Problem: null);
        }
        catch (IOException refusal)
        {
            return new FoundGpioChip(path, "", "", 0, refusal.Message);
        }
    }

    private static FoundI2cBus DescribeI2c(I2cAdapter adapter, string deviceFolder, string classFolder)
    {
        try
        {
            using KernelI2cBus bus = KernelI2cBus.Open(adapter.Path, deviceFolder, classFolder);
            return new FoundI2cBus(adapter.Path, adapter.Name, adapter.Node, bus.IsPlainI2c, Problem: null);
        }
        catch (IOException refusal)
        {
            return new FoundI2cBus(adapter.Path, adapter.Name, adapter.Node, IsPlainI2c: false, refusal.Message);
        }
    }

    private static FoundSpiDevice DescribeSpi(string path)
    {
        bool opened = SystemCall.TryOpen(path, out Microsoft.Win32.SafeHandles.SafeFileHandle device, out int error);
        device.Dispose();
        return new FoundSpiDevice(path, opened ? null : BusErrors.Open(path, "spi", error).Message);
    }
}
