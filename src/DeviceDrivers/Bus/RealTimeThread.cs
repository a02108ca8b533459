using System.Runtime.InteropServices;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>Lets the thread that clocks converters run before ordinary work, so that a busy machine costs fewer frames; never needed for a right value.</summary>
public static unsafe partial class RealTimeThread
{
    /// <summary>The lowest real-time priorities already run before all ordinary threads; the kernel's own interrupt threads stand at 50 and stay before it.</summary>
    public const int Priority = 10;

    // sched.h and linux/mman.h, the same numbers on x86-64, arm and arm64
    private const int Fifo = 1; // SCHED_FIFO
    private const int ResetOnFork = 0x4000_0000; // SCHED_RESET_ON_FORK: threads and processes that this one starts are ordinary
    private const int CurrentFutureOnFault = 1 | 2 | 4; // MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT: pages stay once used, unused ones cost nothing

    /// <summary>Gives the calling thread SCHED_FIFO at <see cref="Priority"/>, and keeps the process's pages in memory where that is permitted.</summary>
    /// <param name="why">What was refused and which setting permits it; null when both were given.</param>
    /// <returns>Whether the thread has the priority; without it everything works as before.</returns>
    /// <remarks>For a thread that sleeps between conversions: one that never does would keep a core for itself.</remarks>
    public static bool TryEnter(out string? why)
    {
        why = null;
        if (!OperatingSystem.IsLinux())
        {
            why = "Real-time priority is for Linux only; the thread stays an ordinary one.";
            return false;
        }
        int priority = Priority;
        bool entered = SetScheduler(0, Fifo | ResetOnFork, &priority) == 0;
        if (!entered)
            why = $"No real-time priority ({Explain()}). Set 'LimitRTPRIO={Priority}' in the systemd unit, or give the process CAP_SYS_NICE.";
        if (LockAll(CurrentFutureOnFault) != 0)
            why = $"{(why is null ? "" : why + " ")}Memory is not locked ({Explain()}). Set 'LimitMEMLOCK=infinity' in the systemd unit, or give the process CAP_IPC_LOCK.";
        return entered;
    }

    private static string Explain()
    {
        int error = Marshal.GetLastPInvokeError();
        return $"{Marshal.GetPInvokeErrorMessage(error)}, error {error}";
    }

    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    private static partial int SetScheduler(int thread, int policy, int* priority);

    [LibraryImport("libc", EntryPoint = "mlockall", SetLastError = true)]
    private static partial int LockAll(int flags);
}
