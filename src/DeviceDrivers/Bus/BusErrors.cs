using System.Globalization;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>What the kernel's error numbers mean for the person who wired the bus: one sentence on what happened, one on what to do.</summary>
/// <remarks>Numbers as in asm-generic/errno.h, the same on x86-64, arm and arm64; their meaning on I²C as in the kernel's Documentation/i2c/fault-codes.rst.</remarks>
internal static class BusErrors
{
    public const int NotPermitted = 1; // EPERM
    public const int NoSuchFile = 2; // ENOENT
    public const int NoSuchAddress = 6; // ENXIO
    public const int TryAgain = 11; // EAGAIN
    public const int PermissionDenied = 13; // EACCES
    public const int InUse = 16; // EBUSY
    public const int NoSuchDevice = 19; // ENODEV
    public const int InvalidArgument = 22; // EINVAL
    public const int NotATerminal = 25; // ENOTTY: no such control, so no such device
    public const int NotSupported = 95; // EOPNOTSUPP
    public const int TimedOut = 110; // ETIMEDOUT
    public const int RemoteIo = 121; // EREMOTEIO

    public static BusFailure Classify(int error) => error switch
    {
        NoSuchAddress or RemoteIo => BusFailure.NotAcknowledged,
        TimedOut => BusFailure.TimedOut,
        InUse or TryAgain => BusFailure.Busy,
        NotSupported => BusFailure.Unsupported,
        _ => BusFailure.Broken,
    };

    /// <summary>Why an exchange failed, of our own buses and of those of System.Device.*, which put the kernel's number into their text.</summary>
    public static BusFailure FailureOf(IOException failure) => failure is BusException ours ? ours.Failure : Classify(NumberIn(failure));

    /// <summary>The kernel's number in a text of System.Device.*, such as "Error 121 (Remote I/O error) performing I2C data transfer."; 0 when there is none.</summary>
    public static int NumberIn(IOException failure)
    {
        ReadOnlySpan<char> text = failure.Message;
        int at = text.IndexOf("Error ", StringComparison.Ordinal);
        ReadOnlySpan<char> number = at < 0 ? [] : text[(at + 6)..];
        int digits = number.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(digits < 0 ? number : number[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out int error) ? error : 0;
    }

    /// <summary>A failed exchange with a chip on an I²C bus.</summary>
    public static BusException Exchange(string bus, int address, int error) => Exchange(bus, address, Classify(error), SystemCall.Explain(error));

    /// <summary>A failed exchange with a chip on an I²C bus.</summary>
    public static BusException Exchange(string bus, int address, BusFailure failure, string? reason = null)
    {
        string why = reason is null ? "" : $" ({reason})";
        return new BusException(failure, failure switch
        {
            BusFailure.NotAcknowledged => $"{bus}: no chip acknowledges at 0x{address:X2}{why}. Check its power, SDA, SCL and address pins; './pantry gateway doctor' shows what answers.",
            BusFailure.TimedOut => $"{bus}: the exchange with 0x{address:X2} took too long{why}: SDA or SCL is held low, or the chip stretches the clock. "
                + "Power the chips down and up; if it stays, take them off one by one, or slow the bus with 'dtparam=i2c_arm_baudrate=50000' in config.txt.",
            BusFailure.Busy => $"{bus}: 0x{address:X2} or the bus is in use by somebody else{why}. Stop that program, or remove the overlay whose driver holds the chip; the next exchange tries again.",
            BusFailure.Unsupported => $"{bus}: the adapter cannot do this kind of exchange with 0x{address:X2}{why}. Use an adapter that can do plain I²C, such as the Raspberry Pi's own.",
            _ => $"{bus}: the exchange with 0x{address:X2} broke off{why}. Look into 'dmesg'; if the adapter is plugged in, plug it in again and restart the gateway.",
        });
    }

    /// <summary>A bus that cannot be opened.</summary>
    /// <param name="path">The device file.</param>
    /// <param name="kind"><c>i2c</c> or <c>spi</c>: the group that owns such files, and the name of the switch in config.txt.</param>
    /// <param name="error">The kernel's error number.</param>
    public static BusException Open(string path, string kind, int error) => new(Classify(error), error switch
    {
        PermissionDenied or NotPermitted => $"{path} may not be opened. Add the user to group {kind} ('sudo usermod -aG {kind} $USER') and log in again.",
        NoSuchFile or NoSuchDevice or NoSuchAddress => $"{path} does not exist. On a Raspberry Pi enable it with 'dtparam={(kind == "i2c" ? "i2c_arm" : kind)}=on' in config.txt and reboot; elsewhere load the kernel's {kind} driver.",
        InUse or TryAgain => $"{path} is in use by another program ({SystemCall.Explain(error)}). Stop that program and start again.",
        _ => $"{path} cannot be opened ({SystemCall.Explain(error)}). Look into 'dmesg' for the adapter's driver.",
    });

    /// <summary>A file that is there, but is not what its name says.</summary>
    public static BusException Foreign(string path, string kind, int error) => new(BusFailure.Unsupported,
        $"{path} is no {kind} device ({SystemCall.Explain(error)}). Name the right one in gateway.json; './pantry gateway doctor' lists those of this machine.");

    /// <summary>One address on both sides of a multiplexer.</summary>
    public static IOException Clash(string bus, int address, int multiplexer) => new(
        $"{bus}: 0x{address:X2} is used on the bus itself and behind multiplexer 0x{multiplexer:X2}; both chips would answer at once. Move the one on the bus to a free channel in gateway.json.");
}
