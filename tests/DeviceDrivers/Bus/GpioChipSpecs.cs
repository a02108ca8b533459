using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.Tests.Bus;

public sealed class GpioChipSpecs : IDisposable
{
    private readonly TempFolder _devices = new();

    [Fact]
    public void A_machine_without_gpio_is_told_to_simulate()
    {
        Action open = () => GpioChip.Open(_devices.Path, GpioChip.RaspberryPiLabels);

        open.Should().Throw<IOException>().WithMessage("*no*gpiochip*'simulated'*");
    }

    [Fact]
    public void A_file_that_is_no_gpio_chip_is_named()
    {
        File.WriteAllText(_devices.Inside("gpiochip0"), "");

        Action open = () => GpioChip.Open(_devices.Path, GpioChip.RaspberryPiLabels);

        open.Should().Throw<IOException>().WithMessage("*gpiochip0 is no GPIO chip*");
    }

    public void Dispose() => _devices.Dispose();
}
