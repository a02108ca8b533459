using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.Tests.Bus;

public sealed class GpioChipSpecs : IDisposable
{
    private readonly string _devices = Directory.CreateTempSubdirectory("pantrychain-dev-").FullName;

    [Fact]
    public void A_machine_without_gpio_is_told_to_simulate()
    {
        Action open = () => GpioChip.Open(_devices, GpioChip.RaspberryPiLabels);

        open.Should().Throw<IOException>().WithMessage("*no*gpiochip*'simulated'*");
    }

    [Fact]
    public void A_file_that_is_no_gpio_chip_is_named()
    {
        File.WriteAllText(Path.Combine(_devices, "gpiochip0"), "");

        Action open = () => GpioChip.Open(_devices, GpioChip.RaspberryPiLabels);

        open.Should().Throw<IOException>().WithMessage("*gpiochip0 is no GPIO chip*");
    }

    public void Dispose() => Directory.Delete(_devices, recursive: true);
}
