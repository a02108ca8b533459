using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>A chip on an SPI bus of the kernel, <c>/dev/spidevB.C</c>: bus B, chip select C.</summary>
/// <remarks>One <c>SPI_IOC_MESSAGE</c> per transfer; the bytes leave back to back and the chip is selected throughout. Not thread safe.</remarks>
public sealed unsafe class KernelSpiDevice : SpiDevice
{
    private const int MessageTooLong = 90; // EMSGSIZE: longer than the module's buffer

    private readonly SafeFileHandle _device;
    private readonly uint _speed;

    private KernelSpiDevice(SafeFileHandle device, string path, uint speed) => (_device, Name, _speed) = (device, path, speed);

    /// <inheritdoc />
    public override string Name { get; }

    /// <summary>Opens a device with eight bits a word.</summary>
    /// <param name="path">Its file, for example <c>/dev/spidev0.0</c>.</param>
    /// <param name="mode">Clock polarity and phase, 0 to 3.</param>
    /// <param name="hertz">Clock rate; the controller takes the nearest one below it can do.</param>
    /// <exception cref="BusException">No such device, it may not be opened, or it refuses mode or rate; the text says what to do.</exception>
    public static KernelSpiDevice Open(string path, int mode, int hertz)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentOutOfRangeException.ThrowIfNegative(mode);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(mode, 3);
        ArgumentOutOfRangeException.ThrowIfLessThan(hertz, 1);
        if (!SystemCall.TryOpen(path, out SafeFileHandle device, out int error))
        {
            device.Dispose();
            throw BusErrors.Open(path, "spi", error);
        }
        byte wireMode = (byte)mode, bits = 8;
        uint speed = (uint)hertz;
        error = SystemCall.Control(device, SpiAbi.WriteMode, ref wireMode);
        if (error == 0)
            error = SystemCall.Control(device, SpiAbi.WriteBitsPerWord, ref bits);
        if (error == 0)
            error = SystemCall.Control(device, SpiAbi.WriteMaxSpeed, ref speed);
        if (error == 0)
            return new KernelSpiDevice(device, path, speed);
        device.Dispose();
        throw error == BusErrors.InvalidArgument
            ? new BusException(BusFailure.Unsupported, $"{path} cannot do mode {mode} with eight bits at {hertz} Hz. Use the Raspberry Pi's own SPI, or give another rate in gateway.json.")
            : BusErrors.Foreign(path, "SPI", error);
    }

    /// <inheritdoc />
    protected override void Exchange(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        fixed (byte* written = writeBuffer, taken = readBuffer)
        {
            SpiAbi.Transfer transfer = new()
            {
                WriteBuffer = (ulong)written, ReadBuffer = (ulong)taken, Length = (uint)writeBuffer.Length, Speed = _speed, BitsPerWord = 8,
            };
            int error = SystemCall.Control(_device, SpiAbi.Message1, ref transfer);
            if (error != 0)
                throw Failed(error, writeBuffer.Length);
        }
    }

    /// <inheritdoc />
    public override long Now() => Stopwatch.GetTimestamp(); // CLOCK_MONOTONIC in nanoseconds on Linux

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        _device.Dispose();
        base.Dispose(disposing);
    }

    private BusException Failed(int error, int length) => error switch
    {
        MessageTooLong => new(BusFailure.Unsupported, $"{Name}: {length} bytes are more than the driver's buffer. Add 'spidev.bufsiz=65536' to cmdline.txt and reboot."),
        BusErrors.TimedOut => new(BusFailure.TimedOut, $"{Name}: the controller took too long ({SystemCall.Explain(error)}). Look into 'dmesg', then restart the gateway."),
        _ => new(BusErrors.Classify(error), $"{Name}: the transfer of {length} bytes broke off ({SystemCall.Explain(error)}). Check that no overlay has taken the SPI pins, and look into 'dmesg'."),
    };
}
