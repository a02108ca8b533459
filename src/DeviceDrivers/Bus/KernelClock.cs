using System.Runtime.InteropServices;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>Whether the kernel's wall clock follows a time server or a receiver; a Raspberry Pi has no clock of its own that outlives a power cut.</summary>
public static unsafe partial class KernelClock
{
    private const int Unsynchronised = 5; // TIME_ERROR, linux/timex.h
    private const int Room = 512; // struct timex has 208 bytes on 64 bits and 128 on 32 (linux/timex.h)

    /// <summary>True once something has set the clock and keeps it; asking changes nothing (adjtimex(2), modes 0).</summary>
    public static bool IsSynchronised
    {
        get
        {
            byte* asked = stackalloc byte[Room];
            new Span<byte>(asked, Room).Clear();
            int state = Adjust(asked);
            return state is >= 0 and not Unsynchronised;
        }
    }

    [LibraryImport("libc", EntryPoint = "adjtimex", SetLastError = true)]
    private static partial int Adjust(byte* timex);
}
