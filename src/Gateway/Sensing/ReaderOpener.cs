using System.Device.I2c;
using System.Device.Spi;
using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.Rfid;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Sensing;

/// <summary>Opens a tag reader by its wiring.</summary>
internal sealed class ReaderOpener(IHardware hardware, SharedBuses buses)
{
    private const int SpiHertz = 1_000_000; // the chips take 5 and 10 MHz; long wires to a shelf take less

    /// <summary>Bus time in nanoseconds.</summary>
    public long Now() => hardware.BusTime.GetTimestamp();

    /// <summary>Opens it; the chip itself is not asked yet.</summary>
    /// <exception cref="IOException">Bus or device cannot be opened now; the text says what to do.</exception>
    public OpenedReader Open(ShelfReader reader)
    {
        if (reader.Place is not { } place)
        {
            SpiDevice chip = hardware.OpenSpi(reader.Device!, SpiHertz);
            return new OpenedReader(reader.Kind == ReaderKind.Pn532 ? new Pn532(chip, hardware.BusTime) : new Mfrc522(chip, hardware.BusTime));
        }
        BusLease lease = buses.Open(place);
        try
        {
            I2cDevice chip = lease.Bus.CreateDevice(place.Address);
            return new OpenedReader(reader.Kind == ReaderKind.Pn532 ? new Pn532(chip, hardware.BusTime) : new Mfrc522(chip, hardware.BusTime), lease);
        }
        catch (IOException)
        {
            lease.Dispose();
            throw;
        }
    }
}
