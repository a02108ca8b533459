using System.Device.Spi;
using System.Globalization;
using System.Text.RegularExpressions;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>A chip on an SPI bus of the kernel, <c>/dev/spidevB.C</c>: System.Device.Spi's own device, whose errors name the file and the next step.</summary>
/// <remarks>One <c>SPI_IOC_MESSAGE</c> per transfer; the bytes leave back to back and the chip is selected throughout. Not thread safe.</remarks>
public sealed partial class NamedSpiDevice : SpiDevice
{
    private const int MessageTooLong = 90; // EMSGSIZE: longer than the module's buffer

    private readonly SpiDevice _device;
    private readonly string _path;

    private NamedSpiDevice(SpiDevice device, string path) => (_device, _path) = (device, path);

    /// <inheritdoc />
    public override SpiConnectionSettings ConnectionSettings => _device.ConnectionSettings;

    /// <summary>Opens a device, mode 0, eight bits a word. Mode and rate are set by the first transfer.</summary>
    /// <param name="path">Its file, for example <c>/dev/spidev0.0</c>, or a link to it.</param>
    /// <param name="hertz">Clock rate; the controller takes the nearest one below it can do.</param>
    /// <exception cref="BusException">No such device, or it may not be opened; the text says what to do.</exception>
    public static NamedSpiDevice Open(string path, int hertz)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(hertz, 1);
        bool opened = SystemCall.TryOpen(path, out Microsoft.Win32.SafeHandles.SafeFileHandle probe, out int error);
        probe.Dispose();
        if (!opened)
            throw BusErrors.Open(path, "spi", error);
        string target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        Match file = DeviceFile().Match(target);
        if (!file.Success)
        {
            throw new BusException(BusFailure.Unsupported,
                $"{path} is no SPI device: those are called /dev/spidev and two numbers. Name the right one in gateway.json; './pantry gateway doctor' lists those of this machine.");
        }
        SpiConnectionSettings settings = new(Number(file, "bus"), Number(file, "select")) { Mode = SpiMode.Mode0, ClockFrequency = hertz };
        return new NamedSpiDevice(Create(settings), path);
    }

    /// <inheritdoc />
    public override void Read(Span<byte> buffer)
    {
        try
        {
            _device.Read(buffer);
        }
        catch (IOException failure)
        {
            throw Explain(_path, ConnectionSettings.ClockFrequency, buffer.Length, failure);
        }
    }

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _device.Write(buffer);
        }
        catch (IOException failure)
        {
            throw Explain(_path, ConnectionSettings.ClockFrequency, buffer.Length, failure);
        }
    }

    /// <inheritdoc />
    public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        try
        {
            _device.TransferFullDuplex(writeBuffer, readBuffer);
        }
        catch (IOException failure)
        {
            throw Explain(_path, ConnectionSettings.ClockFrequency, writeBuffer.Length, failure);
        }
    }

    /// <summary>What to do about a failure that System.Device.Spi tells by the kernel's number only.</summary>
    internal static BusException Explain(string path, int hertz, int length, IOException failure) => BusErrors.NumberIn(failure) switch
    {
        MessageTooLong => new(BusFailure.Unsupported, $"{path}: {length} bytes are more than the driver's buffer. Add 'spidev.bufsiz=65536' to cmdline.txt and reboot.", failure),
        BusErrors.InvalidArgument => new(BusFailure.Unsupported,
            $"{path} cannot do mode 0 with eight bits at {hertz} Hz. Use the Raspberry Pi's own SPI, or give another rate in gateway.json.", failure),
        BusErrors.NotATerminal => new(BusFailure.Unsupported, $"{path} is no SPI device ({failure.Message}). Name the right one in gateway.json; './pantry gateway doctor' lists those of this machine.", failure),
        BusErrors.TimedOut => new(BusFailure.TimedOut, $"{path}: the controller took too long ({failure.Message}). Look into 'dmesg', then restart the gateway.", failure),
        int error => new(BusErrors.Classify(error), $"{path}: the transfer of {length} bytes broke off ({failure.Message}). Check that no overlay has taken the SPI pins, and look into 'dmesg'.", failure),
    };

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _device.Dispose();
        base.Dispose(disposing);
    }

    private static int Number(Match file, string part) => int.Parse(file.Groups[part].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex("^/dev/spidev(?<bus>[0-9]{1,5})[.](?<select>[0-9]{1,5})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex DeviceFile();
}
