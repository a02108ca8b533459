using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>An I²C bus of the kernel, <c>/dev/i2c-*</c>.</summary>
/// <remarks>
/// Exchanges are single <c>I2C_RDWR</c> transactions where the adapter can; an adapter that only speaks SMBus carries those of its shapes: up to 32 bytes behind one
/// register, one byte, or none. The adapter's time-out is set to 100 ms and one retry after a lost arbitration, which bounds every exchange at 200 ms; both settings
/// belong to the adapter and hold for its other users too. Thread safe.
/// </remarks>
public sealed unsafe class KernelI2cBus : GatedI2cBus
{
    private const int TimeoutUnits = 10; // of 10 ms: four times the longest frame of our chips at 100 kHz, 264 bytes of a PN532
    private const int Retries = 1;
    private const int LongestMessage = 8192; // drivers/i2c/i2c-dev.c, i2cdev_ioctl_rdwr

    private readonly SafeFileHandle _device;
    private readonly SmbusShapes _smbus;
    private readonly bool _plain;
    private readonly bool[] _free = new bool[LastAddress + 1];
    private int _slave = -1;

    private KernelI2cBus(SafeFileHandle device, string path, nuint abilities)
    {
        (_device, Name) = (device, path);
        _plain = (abilities & I2cAbi.FuncI2c) != 0;
        _smbus = new SmbusShapes(abilities);
    }

    /// <inheritdoc />
    public override string Name { get; }

    /// <inheritdoc />
    internal override int Number => int.TryParse(Name.AsSpan(Name.LastIndexOf('-') + 1), CultureInfo.InvariantCulture, out int number) ? number : 0;

    /// <summary>Whether the adapter can do any I²C transaction; false for one that only speaks SMBus.</summary>
    public bool IsPlainI2c => _plain;

    /// <summary>Opens a bus.</summary>
    /// <param name="bus">A path such as <c>/dev/i2c-1</c>; or, because numbers may change between boots, the adapter's name or a part of it (<c>bcm2835</c>), or its node in the device tree (<c>i2c@7e804000</c>).</param>
    /// <exception cref="IOException">No such bus, several of that name, or it may not be opened; the text says what to do.</exception>
    public static KernelI2cBus Open(string bus) => Open(bus, "/dev", "/sys/class/i2c-dev");

    internal static KernelI2cBus Open(string bus, string deviceFolder, string classFolder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(bus);
        string path = bus.StartsWith('/') ? bus : Find(bus, I2cAdapter.List(deviceFolder, classFolder));
        if (!SystemCall.TryOpen(path, out SafeFileHandle device, out int error))
        {
            device.Dispose();
            throw BusErrors.Open(path, "i2c", error);
        }
        nuint abilities = 0;
        error = SystemCall.Control(device, I2cAbi.Funcs, ref abilities);
        if (error == 0)
            error = SystemCall.Control(device, I2cAbi.Timeout, TimeoutUnits);
        if (error == 0)
            error = SystemCall.Control(device, I2cAbi.Retries, Retries);
        if (error == 0)
            return new KernelI2cBus(device, path, abilities);
        device.Dispose();
        throw BusErrors.Foreign(path, "I²C", error);
    }

    /// <inheritdoc />
    protected internal override void Exchange(int address, ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (write.Length > LongestMessage || read.Length > LongestMessage)
            throw new ArgumentException($"An exchange holds at most {LongestMessage} bytes each way.", nameof(write));
        int error = Address(address);
        if (error == 0)
            error = _plain ? Transact((ushort)address, write, read) : _smbus.Transact(_device, write, read);
        if (error != 0)
            throw BusErrors.Exchange(Name, address, error);
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        _device.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Sets the address that SMBus calls go to; on the way the kernel refuses one that a driver of its own holds, which plain transactions would not notice.</summary>
    private int Address(int address)
    {
        if (_plain ? _free[address] : _slave == address)
            return 0;
        int error = SystemCall.Control(_device, I2cAbi.Slave, (nuint)address);
        _free[address] = error == 0;
        _slave = error == 0 ? address : -1;
        return error;
    }

    private int Transact(ushort address, ReadOnlySpan<byte> write, Span<byte> read)
    {
        byte none = 0;
        fixed (byte* written = write, taken = read)
        {
            I2cAbi.Message* messages = stackalloc I2cAbi.Message[2];
            uint count = 0;
            if (!write.IsEmpty || read.IsEmpty)
                messages[count++] = new() { Address = address, Length = (ushort)write.Length, Buffer = write.IsEmpty ? &none : written };
            if (!read.IsEmpty)
                messages[count++] = new() { Address = address, Flags = I2cAbi.MessageRead, Length = (ushort)read.Length, Buffer = taken };
            I2cAbi.Transfer transfer = new() { Messages = messages, Count = count };
            return SystemCall.Control(_device, I2cAbi.ReadWrite, ref transfer);
        }
    }

    private static string Find(string name, IReadOnlyList<I2cAdapter> adapters)
    {
        List<I2cAdapter> matching = [.. adapters.Where(adapter => adapter.IsCalled(name))];
        string all = adapters.Count == 0 ? "this machine has none; on a Raspberry Pi enable it with 'dtparam=i2c_arm=on' in config.txt and reboot"
            : $"there are {string.Join(", ", adapters.Select(adapter => $"{adapter.Path} '{adapter.Name}'"))}";
        return matching.Count switch
        {
            1 => matching[0].Path,
            0 => throw new BusException(BusFailure.Broken, $"No I²C bus is called '{name}': {all}. Name one of them in gateway.json."),
            _ => throw new BusException(BusFailure.Broken, $"Several I²C buses are called '{name}': {all}. Name one by its path or by its node in the device tree (such as i2c@7e804000)."),
        };
    }
}
