using System.Device.Gpio;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>The queue of edges that a request of the kernel's GPIO character device fills.</summary>
internal sealed class EdgeEvents(SafeFileHandle request)
{
    private readonly GpioAbi.LineEvent[] _events = new GpioAbi.LineEvent[16]; // as many as the kernel queues for one line

    /// <summary>Sleeps until there is an edge; a signal may end the sleep early. 0 with the answer, or the error number.</summary>
    public int Wait(long nanoseconds, out bool any) =>
        SystemCall.Wait(request, (int)Math.Clamp((nanoseconds + 999_999) / 1_000_000, 0, int.MaxValue), out any);

    /// <summary>Takes all edges out of the queue; 0, or the error number.</summary>
    /// <param name="offset">The line that counts; what other lines left in the queue is dropped.</param>
    /// <param name="since">Bus time from which edges count: one that the kernel queued late belongs to an earlier wait.</param>
    /// <param name="fallen">Time stamp of the line's last fall, or left as it is.</param>
    /// <param name="seen">What the line did.</param>
    public int Take(uint offset, long since, ref long fallen, out PinEventTypes seen)
    {
        seen = PinEventTypes.None;
        while (true)
        {
            int error = SystemCall.Wait(request, 0, out bool any);
            if (error != 0 || !any)
                return error;
            error = SystemCall.Read(request, MemoryMarshal.AsBytes(_events.AsSpan()), out int bytes);
            if (error != 0)
                return error;
            foreach (ref readonly GpioAbi.LineEvent edge in _events.AsSpan(0, bytes / Marshal.SizeOf<GpioAbi.LineEvent>()))
            {
                if (edge.Offset != offset || (long)edge.TimestampNanoseconds < since)
                    continue;
                seen |= edge.Id == GpioAbi.EventRisingEdge ? PinEventTypes.Rising : PinEventTypes.Falling;
                if (edge.Id == GpioAbi.EventFallingEdge)
                    fallen = (long)edge.TimestampNanoseconds;
            }
            if (bytes == 0)
                return 0;
        }
    }
}
