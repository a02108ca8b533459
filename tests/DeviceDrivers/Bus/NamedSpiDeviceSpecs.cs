using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.Tests.Bus;

public sealed class NamedSpiDeviceSpecs : IDisposable
{
    private readonly TempFolder _devices = new();

    [Fact]
    public void A_device_that_is_not_there_is_told_to_be_enabled() =>
        FluentActions.Invoking(() => NamedSpiDevice.Open("/dev/spidev99.0", hertz: 1_000_000)).Should().Throw<BusException>()
            .WithMessage("/dev/spidev99.0 does not exist*dtparam=spi=on*");

    [Fact]
    public void A_file_that_is_no_spi_device_is_named()
    {
        string file = _devices.Inside("spidev0.0");
        File.WriteAllText(file, "");

        FluentActions.Invoking(() => NamedSpiDevice.Open(file, hertz: 1_000_000)).Should().Throw<BusException>().WithMessage("*spidev0.0 is no SPI device*");
    }

    [Theory]
    [InlineData("Error 90 performing SPI data transfer.", BusFailure.Unsupported, "*spidev0.0: 70000 bytes are more*spidev.bufsiz=65536*")]
    [InlineData("Error 22. Can not set SPI mode to Mode0.", BusFailure.Unsupported, "*spidev0.0 cannot do mode 0*1000000 Hz*gateway.json*")]
    [InlineData("Error 110 performing SPI data transfer.", BusFailure.TimedOut, "*took too long*dmesg*")]
    [InlineData("Error 25. Can not set SPI mode to Mode0.", BusFailure.Unsupported, "*is no SPI device*doctor*")]
    [InlineData("Error 5 performing SPI data transfer.", BusFailure.Broken, "*broke off*overlay*")]
    [InlineData("Something else.", BusFailure.Broken, "*broke off (Something else.)*")]
    public void A_failure_that_the_library_tells_by_number_gets_its_class_and_the_next_step(string told, BusFailure failure, string expected)
    {
        BusException explained = NamedSpiDevice.Explain("/dev/spidev0.0", hertz: 1_000_000, length: 70_000, new IOException(told));

        explained.Failure.Should().Be(failure);
        explained.Message.Should().Match(expected);
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
