using System.ComponentModel;

namespace PantryChain.Telemetry.Mqtt;

/// <summary>Lets any thread wake the link's thread out of its wait for the socket: an eventfd beside it (eventfd(2)).</summary>
internal sealed unsafe class Wakeup : IDisposable
{
    private const int CloseOnExec = 0x80000; // EFD_CLOEXEC
    private const int NonBlocking = 0x800; // EFD_NONBLOCK

    private readonly Lock _using = new();
    private int _file = Native.EventFd(0, CloseOnExec | NonBlocking);

    public Wakeup()
    {
        if (_file < 0)
            throw new Win32Exception(); // out of file handles: the message of errno says it
    }

    /// <summary>Ends the wait under way, or the next one; does nothing once disposed.</summary>
    public void Ring()
    {
        lock (_using)
        {
            ulong one = 1;
            if (_file >= 0)
                _ = Native.Write(_file, &one, sizeof(ulong));
        }
    }

    /// <summary>Waits until <paramref name="socket"/> is ready, somebody rang, or the time is over; called by one thread only.</summary>
    /// <returns>What the socket is ready for; errors and hang-ups count as readable, so that the reader finds them.</returns>
    public (bool Readable, bool Writable) Wait(int socket, bool wantsWrite, int milliseconds)
    {
        Native.PollFd* files = stackalloc Native.PollFd[2];
        files[0] = new Native.PollFd { File = socket, Wanted = (short)(Native.PollIn | (wantsWrite ? Native.PollOut : 0)) };
        files[1] = new Native.PollFd { File = _file, Wanted = Native.PollIn };
        if (Native.Poll(files, 2, milliseconds) <= 0)
            return (false, false);
        ulong count;
        if (files[1].Got != 0)
            _ = Native.Read(_file, &count, sizeof(ulong));
        return ((files[0].Got & ~Native.PollOut) != 0, (files[0].Got & Native.PollOut) != 0);
    }

    public void Dispose()
    {
        lock (_using)
        {
            if (_file >= 0)
                _ = Native.Close(_file);
            _file = -1;
        }
    }
}
