using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>Lines held through one request of the kernel's GPIO character device: line 0 of the request is the clock, the others are data.</summary>
/// <remarks>When the request is closed the kernel lets go of the clock; a converter whose clock then floats high powers down, which the next start notices.</remarks>
internal sealed class KernelGpioLines(SafeFileHandle request, int dataLines) : IGpioLines
{
    public const ulong ClockBit = 1;

    private readonly ulong _dataMask = ((1UL << dataLines) - 1) << 1;

    /// <inheritdoc />
    public int DataLines => dataLines;

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
    public long Now() => Stopwatch.GetTimestamp(); // CLOCK_MONOTONIC in nanoseconds on Linux

    /// <inheritdoc />
    public void Dispose() => request.Dispose();

    private static void Check(int error)
    {
        if (error != 0)
            throw new IOException($"The GPIO lines stopped answering ({SystemCall.Explain(error)}). Start the gateway again; if it stays, look into 'dmesg'.");
    }
}
