using System.Device.I2c;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>A bus of System.Device.I2c that somebody else implements; its failures get our classes and texts.</summary>
internal sealed class AdoptedI2cBus(I2cBus bus, string name) : GatedI2cBus
{
    private readonly I2cDevice?[] _devices = new I2cDevice?[LastAddress + 1];

    public override string Name => name;

    protected internal override void Exchange(int address, ReadOnlySpan<byte> write, Span<byte> read)
    {
        I2cDevice device = _devices[address] ??= bus.CreateDevice(address);
        try
        {
            if (read.IsEmpty)
                device.Write(write);
            else if (write.IsEmpty)
                device.Read(read);
            else
                device.WriteRead(write, read);
        }
        catch (IOException failure) when (failure is not BusException)
        {
            throw BusErrors.Exchange(name, address, BusErrors.FailureOf(failure), failure.Message);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            bus.Dispose();
        base.Dispose(disposing);
    }
}
