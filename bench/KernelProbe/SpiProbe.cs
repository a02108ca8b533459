using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.KernelProbe;

/// <summary>Transfers through a real <c>/dev/spidev*</c>, whose controller bit-bangs a parallel port that has nothing on it.</summary>
internal static class SpiProbe
{
    public static void Show()
    {
        IReadOnlyList<FoundSpiDevice> found = BusInventory.SpiDevices();
        foreach (FoundSpiDevice device in found)
            BusProbe.Say($"inventory: {device.Path}{(device.Problem is null ? "" : ", " + device.Problem)}");
        if (found.Count == 0)
        {
            BusProbe.Say("spi: not shown, because this kernel has no SPI controller for an emulated PC");
            return;
        }
        using NamedSpiDevice spi = NamedSpiDevice.Open(found[0].Path, hertz: 1_000_000);
        byte[] written = [0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0x80]; // the 25 pulses of a load cell's frame
        byte[] read = [1, 2, 3, 4, 5, 6, 7];
        spi.TransferFullDuplex(written, read);
        BusProbe.Say($"spi: {Convert.ToHexString(written)} out, {Convert.ToHexString(read)} in");
        BusProbe.Expect(read.Distinct().Count() == 1 && read[0] is 0x00 or 0xFF, "as many bytes come in as go out, from a line that nothing drives");
        byte[] tooLong = new byte[70_000];
        try
        {
            spi.TransferFullDuplex(tooLong, tooLong);
            BusProbe.Expect(holds: false, "more bytes than the driver's buffer are refused");
        }
        catch (BusException refused)
        {
            BusProbe.Say($"refused: {refused.Message}");
            BusProbe.Expect(refused.Failure == BusFailure.Unsupported, "more bytes than the driver's buffer are refused");
        }
    }
}
