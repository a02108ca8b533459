using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.Rfid;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Sensing;

/// <summary>Opens a tag reader by its wiring.</summary>
internal sealed class ReaderOpener(IHardware hardware, SharedBuses buses)
{
    private const int Pn532SpiHertz = 1_000_000; // the chip takes up to 5 MHz (UM0701-02, 6.2.5); long wires to a shelf take less

    /// <summary>Bus time in nanoseconds.</summary>
    public long Now() => hardware.Now();

    /// <summary>Opens it; the chip itself is not asked yet.</summary>
    /// <exception cref="IOException">Bus or device cannot be opened now; the text says what to do.</exception>
    public OpenedReader Open(ShelfReader reader)
    {
        if (reader.Place is not { } place)
            return new OpenedReader(new Pn532(hardware.OpenSpi(reader.Device!, Pn532SpiHertz)));
        BusLease lease = buses.Open(place);
        try
        {
            return new OpenedReader(reader.Kind == ReaderKind.Pn532 ? new Pn532(lease.Bus) : new Mfrc522(lease.Bus, place.Address), lease);
        }
        catch (IOException)
        {
            lease.Dispose();
            throw;
        }
    }
}
