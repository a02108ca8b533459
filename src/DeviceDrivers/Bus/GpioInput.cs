using Microsoft.Win32.SafeHandles;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>One input line of the kernel's GPIO character device, such as a converter's data-ready pin.</summary>
/// <remarks>Thread safe. Disposing releases the line.</remarks>
public sealed class GpioInput : IGpioInput
{
    private readonly SafeFileHandle _request;

    internal GpioInput(SafeFileHandle request) => _request = request;

    /// <inheritdoc />
    public bool IsHigh()
    {
        GpioAbi.LineValues values = new() { Mask = 1 };
        KernelGpioLines.Check(SystemCall.Control(_request, GpioAbi.GetValues, ref values));
        return (values.Bits & 1) != 0;
    }

    /// <inheritdoc />
    public void Dispose() => _request.Dispose();
}
