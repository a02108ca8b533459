using System.Device.Gpio;
using System.Diagnostics;
using System.Numerics;
using Microsoft.Win32.SafeHandles;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>Lines held through one request of the kernel's GPIO character device: read and written together by one system call. Bit i is the request's line i.</summary>
/// <remarks>When the request is closed the kernel lets go of the lines; a converter whose clock then floats high powers down, which the next start notices.</remarks>
internal sealed class GpioRequest(SafeFileHandle request, int[] lines, ulong[] flags) : IDisposable
{
    private const long LookEvery = 1_000_000; // nanoseconds between two looks at a line of a chip without interrupts
    private const long SliceEvery = 20_000_000; // nanoseconds between two looks at whether the waiting was called off
    private const ulong Bias = GpioAbi.FlagPullUp | GpioAbi.FlagPullDown | GpioAbi.FlagNoPull;

    private readonly EdgeEvents _events = new(request);
    private readonly Lock _waiting = new();
    private ulong _levels;
    private bool _interrupts = true;

    /// <summary>Lines of the request that are open still.</summary>
    public int Open { get; set; } = lines.Length;

    /// <summary>What the kernel calls a way of using a line.</summary>
    public static ulong FlagsOf(PinMode mode) => mode switch
    {
        PinMode.Output => GpioAbi.FlagOutput,
        PinMode.InputPullUp => GpioAbi.FlagInput | GpioAbi.FlagPullUp,
        PinMode.InputPullDown => GpioAbi.FlagInput | GpioAbi.FlagPullDown,
        _ => GpioAbi.FlagInput,
    };

    /// <summary>The configuration of lines: most by the default flags, the others by an attribute for each kind; outputs at the levels given.</summary>
    public static GpioAbi.LineConfig Configure(ReadOnlySpan<ulong> flags, ulong levels)
    {
        GpioAbi.LineConfig config = new() { Flags = flags[^1] };
        ulong outputs = 0;
        for (int line = 0; line < flags.Length; line++)
        {
            if ((flags[line] & GpioAbi.FlagOutput) != 0)
                outputs |= 1UL << line;
            if (flags[line] == config.Flags || flags[..line].Contains(flags[line]))
                continue;
            ulong mask = 0;
            for (int other = line; other < flags.Length; other++)
                mask |= flags[other] == flags[line] ? 1UL << other : 0;
            config.Attributes[(int)config.AttributeCount++] = new() { Mask = mask, Attribute = new() { Id = GpioAbi.AttributeFlags, Value = flags[line] } };
        }
        if (outputs != 0)
            config.Attributes[(int)config.AttributeCount++] = new() { Mask = outputs, Attribute = new() { Id = GpioAbi.AttributeOutputValues, Value = levels } };
        return config;
    }

    public PinMode ModeOf(int bit) => (flags[bit] & GpioAbi.FlagOutput) != 0 ? PinMode.Output
        : (flags[bit] & GpioAbi.FlagPullUp) != 0 ? PinMode.InputPullUp
        : (flags[bit] & GpioAbi.FlagPullDown) != 0 ? PinMode.InputPullDown : PinMode.Input;

    /// <summary>Uses a line in another way; an output starts at the level given.</summary>
    public void SetMode(int bit, PinMode mode, bool high)
    {
        ulong one = 1UL << bit;
        flags[bit] = FlagsOf(mode);
        _levels = mode == PinMode.Output && high ? _levels | one : _levels & ~one;
        GpioAbi.LineConfig config = Configure(flags, _levels);
        Check(SystemCall.Control(request, GpioAbi.SetConfig, ref config));
    }

    /// <summary>The lines of the mask at one moment.</summary>
    public ulong Get(ulong mask)
    {
        GpioAbi.LineValues values = new() { Mask = mask };
        Check(SystemCall.Control(request, GpioAbi.GetValues, ref values));
        return values.Bits & mask;
    }

    /// <summary>Drives the lines of the mask at once.</summary>
    public void Set(ulong bits, ulong mask)
    {
        GpioAbi.LineValues values = new() { Bits = bits, Mask = mask };
        Check(SystemCall.Control(request, GpioAbi.SetValues, ref values));
        _levels = (_levels & ~mask) | bits;
    }

    /// <remarks>
    /// Only one line is watched at a time, and none while bits are clocked out: an armed line costs an interrupt per edge, which would stretch the clock, and arming
    /// starts a kernel thread for each line (drivers/gpio/gpiolib-cdev.c, edge_detector_setup). The level is read again after arming, so an edge before it is not
    /// missed. Lines of a chip without interrupts, such as a port expander, are looked at every millisecond.
    /// </remarks>
    public bool WaitLow(ulong mask, TimeSpan patience, out long busNanoseconds)
    {
        lock (_waiting)
        {
            busNanoseconds = Now();
            long until = busNanoseconds + patience.Ticks * TimeSpan.NanosecondsPerTick;
            ulong high = mask == 0 ? 0 : Get(mask);
            while (high != 0)
            {
                ulong watched = high & (~high + 1); // its lowest bit
                WaitOne(watched, mask, until, ref high, ref busNanoseconds);
                if ((high & watched) != 0)
                    return false;
            }
            return true;
        }
    }

    /// <summary>Sleeps until the line changes in one of these ways; None when the waiting was called off.</summary>
    public PinEventTypes WaitChange(int bit, PinEventTypes wanted, CancellationToken stop)
    {
        lock (_waiting)
        {
            ulong one = 1UL << bit, before = Get(one);
            long since = Now();
            Arm(one, wanted);
            try
            {
                while (!stop.IsCancellationRequested)
                {
                    Check(_events.Wait(_interrupts ? SliceEvery : LookEvery, out _));
                    long fallen = 0;
                    Check(_events.Take((uint)lines[bit], since, ref fallen, out PinEventTypes seen));
                    if (!_interrupts)
                    {
                        ulong now = Get(one);
                        seen = now == before ? PinEventTypes.None : now == 0 ? PinEventTypes.Falling : PinEventTypes.Rising;
                        before = now;
                    }
                    if ((seen & wanted) != PinEventTypes.None)
                        return seen & wanted;
                }
                return PinEventTypes.None;
            }
            finally
            {
                Arm(watched: 0, PinEventTypes.None);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => request.Dispose();

    /// <summary>Sleeps until the watched line is low; keeps account of what is still high, and of the time of the last fall.</summary>
    private void WaitOne(ulong watched, ulong mask, long until, ref ulong high, ref long fallen)
    {
        long since = Now();
        Arm(watched, PinEventTypes.Falling);
        try
        {
            ulong before = high;
            while (((high = Get(mask)) & watched) != 0 && Now() < until)
            {
                before = high;
                Check(_events.Wait(_interrupts ? until - Now() : Math.Min(until - Now(), LookEvery), out _));
            }
            fallen = Now();
            long stamp = fallen;
            Check(_events.Take((uint)lines[BitOperations.TrailingZeroCount(watched)], since, ref stamp, out _));
            // If others fell between the same two looks, the last fall may be one of theirs, which has no stamp.
            if ((before & ~high) == watched)
                fallen = stamp;
        }
        finally
        {
            Arm(watched: 0, PinEventTypes.None);
        }
    }

    /// <summary>Notes edges of the watched line only; of none when it is 0. Pulls stay as the request set them: naming none leaves them alone.</summary>
    private void Arm(ulong watched, PinEventTypes edges)
    {
        Span<ulong> armed = stackalloc ulong[flags.Length];
        for (int line = 0; line < armed.Length; line++)
            armed[line] = flags[line] & ~Bias;
        if (watched != 0)
        {
            armed[BitOperations.TrailingZeroCount(watched)] |=
                (edges.HasFlag(PinEventTypes.Falling) ? GpioAbi.FlagEdgeFalling : 0) | (edges.HasFlag(PinEventTypes.Rising) ? GpioAbi.FlagEdgeRising : 0);
        }
        GpioAbi.LineConfig config = Configure(armed, _levels);
        int error = SystemCall.Control(request, GpioAbi.SetConfig, ref config);
        if (error == BusErrors.NoSuchAddress)
            _interrupts = false;
        else
            Check(error);
    }

    private static long Now() => Stopwatch.GetTimestamp(); // CLOCK_MONOTONIC in nanoseconds on Linux

    private static void Check(int error)
    {
        if (error != 0)
            throw new IOException($"The GPIO lines stopped answering ({SystemCall.Explain(error)}). Start the gateway again; if it stays, look into 'dmesg'.");
    }
}
