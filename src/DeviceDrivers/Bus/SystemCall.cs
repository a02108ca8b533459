using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>The two system calls that device files need, with an interrupted call tried again.</summary>
internal static unsafe partial class SystemCall
{
    public const int PermissionDenied = 13; // EACCES
    public const int Busy = 16; // EBUSY

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

    /// <summary>The kernel's words for an error number.</summary>
    public static string Explain(int error) => $"{Marshal.GetPInvokeErrorMessage(error)}, error {error}";

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoControl(SafeFileHandle device, nuint request, void* argument);
}
