using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>The system calls that device files need, with an interrupted call tried again.</summary>
internal static unsafe partial class SystemCall
{
    public const int PermissionDenied = BusErrors.PermissionDenied;
    public const int Busy = BusErrors.InUse;

    public const short PollIn = 1; // POLLIN

    private const int Interrupted = 4; // EINTR
    private const int ReadWriteCloseOnExec = 0x80002; // O_RDWR | O_CLOEXEC, the same on x86-64, arm and arm64

    /// <summary>Opens a device file for reading and writing; false with the error number when the kernel refuses.</summary>
    public static bool TryOpen(string path, out SafeFileHandle device, out int error)
    {
        int descriptor;
        do
            descriptor = Open(path, ReadWriteCloseOnExec);
        while (descriptor < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        error = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        device = new SafeFileHandle(descriptor, ownsHandle: true);
        return error == 0;
    }

    /// <summary>Controls a device; 0, or the error number.</summary>
    public static int Control<T>(SafeFileHandle device, nuint request, ref T argument) where T : unmanaged
    {
        fixed (T* pointer = &argument)
        {
            int result;
            do
                result = IoControl(device, request, pointer);
            while (result < 0 && Marshal.GetLastPInvokeError() == Interrupted);
            return result < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
    }

    /// <summary>Controls a device with a number in place of a structure; 0, or the error number.</summary>
    public static int Control(SafeFileHandle device, nuint request, nuint argument)
    {
        int result;
        do
            result = IoControl(device, request, (void*)argument);
        while (result < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return result < 0 ? Marshal.GetLastPInvokeError() : 0;
    }

    /// <summary>Sleeps until the device has something to read; 0 with the answer, or the error number. An interrupted sleep ends early.</summary>
    /// <param name="device">The device file.</param>
    /// <param name="milliseconds">At most so long; 0 only looks.</param>
    /// <param name="readable">Whether a read would not block.</param>
    public static int Wait(SafeFileHandle device, int milliseconds, out bool readable)
    {
        PollDescriptor poll = new() { Events = PollIn };
        bool held = false;
        try
        {
            device.DangerousAddRef(ref held);
            poll.Descriptor = (int)device.DangerousGetHandle();
            int result = Poll(&poll, 1, milliseconds);
            readable = result > 0 && (poll.Returned & PollIn) != 0;
            int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
            return error == Interrupted ? 0 : result > 0 && !readable ? BusErrors.NoSuchDevice : error;
        }
        finally
        {
            if (held)
                device.DangerousRelease();
        }
    }

    /// <summary>Reads what the device has; 0 with the number of bytes, or the error number.</summary>
    public static int Read(SafeFileHandle device, Span<byte> buffer, out int bytes)
    {
        fixed (byte* pointer = buffer)
        {
            nint result;
            do
                result = ReadFile(device, pointer, (nuint)buffer.Length);
            while (result < 0 && Marshal.GetLastPInvokeError() == Interrupted);
            bytes = (int)Math.Max(result, 0);
            return result < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
    }

    /// <summary>The kernel's words for an error number.</summary>
    public static string Explain(int error) => $"{Marshal.GetPInvokeErrorMessage(error)}, error {error}";

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoControl(SafeFileHandle device, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadFile(SafeFileHandle device, byte* buffer, nuint count);

    /// <summary>struct pollfd of poll.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
