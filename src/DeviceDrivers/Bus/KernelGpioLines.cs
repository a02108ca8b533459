using System.Diagnostics;
using System.Numerics;
using Microsoft.Win32.SafeHandles;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>Lines held through one request of the kernel's GPIO character device: line 0 of the request is the clock, the others are data.</summary>
/// <remarks>When the request is closed the kernel lets go of the clock; a converter whose clock then floats high powers down, which the next start notices.</remarks>
internal sealed class KernelGpioLines(SafeFileHandle request, int[] data) : IEdgeLines
{
    public const ulong ClockBit = 1;

    private const long LookEvery = 1_000_000; // nanoseconds between two looks at a line of a chip without interrupts

    private readonly ulong _dataMask = ((1UL << data.Length) - 1) << 1;
    private readonly EdgeEvents _events = new(request);
    private bool _interrupts = true;

    /// <inheritdoc />
    public int DataLines => data.Length;

    /// <summary>The request's configuration: the clock an output that is low, the data inputs with the flags given.</summary>
    public static GpioAbi.LineConfig Configure(ulong dataFlags)
    {
        GpioAbi.LineConfig config = new() { Flags = GpioAbi.FlagInput | dataFlags, AttributeCount = 2 };
        config.Attributes[0] = new() { Mask = ClockBit, Attribute = new() { Id = GpioAbi.AttributeFlags, Value = GpioAbi.FlagOutput } };
        config.Attributes[1] = new() { Mask = ClockBit, Attribute = new() { Id = GpioAbi.AttributeOutputValues, Value = 0 } };
        return config;
    }

    /// <inheritdoc />
    public void SetClock(bool high)
    {
        GpioAbi.LineValues values = new() { Bits = high ? ClockBit : 0, Mask = ClockBit };
        Check(SystemCall.Control(request, GpioAbi.SetValues, ref values));
    }

    /// <inheritdoc />
    public ulong ReadData()
    {
        GpioAbi.LineValues values = new() { Mask = _dataMask };
        Check(SystemCall.Control(request, GpioAbi.GetValues, ref values));
        return (values.Bits & _dataMask) >> 1;
    }

    /// <inheritdoc />
    /// <remarks>
    /// Only one line is watched at a time, and none while bits are clocked out: an armed line costs an interrupt per edge, which would stretch the clock, and arming
    /// starts a kernel thread for each line (drivers/gpio/gpiolib-cdev.c, edge_detector_setup). The level is read again after arming, so an edge before it is not
    /// missed. Lines of a chip without interrupts, such as a port expander, are looked at every millisecond.
    /// </remarks>
    public bool WaitLow(ulong lines, TimeSpan patience, out long busNanoseconds)
    {
        busNanoseconds = Now();
        long until = busNanoseconds + patience.Ticks * TimeSpan.NanosecondsPerTick;
        ulong high = ReadData() & lines;
        while (high != 0)
        {
            ulong watched = high & (~high + 1); // its lowest bit
            WaitOne(watched, lines, until, ref high, ref busNanoseconds);
            if ((high & watched) != 0)
                return false;
        }
        return true;
    }

    /// <inheritdoc />
    public long Now() => Stopwatch.GetTimestamp(); // CLOCK_MONOTONIC in nanoseconds on Linux

    /// <inheritdoc />
    public void Dispose() => request.Dispose();

    /// <summary>Sleeps until the watched line is low; keeps account of what is still high, and of the time of the last fall.</summary>
    private void WaitOne(ulong watched, ulong lines, long until, ref ulong high, ref long fallen)
    {
        long since = Now();
        Arm(watched << 1);
        try
        {
            ulong before = high;
            while (((high = ReadData() & lines) & watched) != 0 && Now() < until)
            {
                before = high;
                Check(_events.Wait(_interrupts ? until - Now() : Math.Min(until - Now(), LookEvery), out _));
            }
            fallen = Now();
            long stamp = fallen;
            Check(_events.Take((uint)data[BitOperations.TrailingZeroCount(watched)], since, ref stamp));
            // If others fell between the same two looks, the last fall may be one of theirs, which has no stamp.
            if ((before & ~high) == watched)
                fallen = stamp;
        }
        finally
        {
            Arm(watched: 0);
        }
    }

    /// <summary>Notes falling edges of the watched line only; of none when it is 0. The pull-ups stay as the request set them.</summary>
    private void Arm(ulong watched)
    {
        GpioAbi.LineConfig config = Configure(dataFlags: 0);
        if (watched != 0)
            config.Attributes[(int)config.AttributeCount++] = new() { Mask = watched, Attribute = new() { Id = GpioAbi.AttributeFlags, Value = GpioAbi.FlagInput | GpioAbi.FlagEdgeFalling } };
        int error = SystemCall.Control(request, GpioAbi.SetConfig, ref config);
        if (error == BusErrors.NoSuchAddress)
            _interrupts = false;
        else
            Check(error);
    }

    internal static void Check(int error)
    {
        if (error != 0)
            throw new IOException($"The GPIO lines stopped answering ({SystemCall.Explain(error)}). Start the gateway again; if it stays, look into 'dmesg'.");
    }
}
