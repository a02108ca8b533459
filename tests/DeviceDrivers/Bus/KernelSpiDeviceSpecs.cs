using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.Tests.Bus;

public sealed class KernelSpiDeviceSpecs : IDisposable
{
    private readonly TempFolder _devices = new();

    [Fact]
    public void A_device_that_is_not_there_is_told_to_be_enabled() =>
        FluentActions.Invoking(() => KernelSpiDevice.Open("/dev/spidev99.0", mode: 0, hertz: 1_000_000)).Should().Throw<BusException>()
            .WithMessage("/dev/spidev99.0 does not exist*dtparam=spi=on*");

    [Fact]
    public void A_file_that_is_no_spi_device_is_named()
    {
        string file = _devices.Inside("spidev0.0");
        File.WriteAllText(file, "");

        FluentActions.Invoking(() => KernelSpiDevice.Open(file, mode: 0, hertz: 1_000_000)).Should().Throw<BusException>().WithMessage("*spidev0.0 is no SPI device*");
    }

    [Fact]
    public void The_inventory_gives_devices_by_bus_and_chip_select()
    {
        foreach (string name in (string[])["spidev10.0", "spidev0.1", "spidev0.0", "spidev-broken"])
            File.WriteAllText(_devices.Inside(name), "");

        BusInventory.SpiDevices(_devices.Path).Select(device => Path.GetFileName(device.Path)).Should().Equal("spidev0.0", "spidev0.1", "spidev10.0");
    }

    public void Dispose() => _devices.Dispose();
}
