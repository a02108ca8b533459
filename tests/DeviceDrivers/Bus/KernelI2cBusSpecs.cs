using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.Tests.Bus;

public sealed class KernelI2cBusSpecs : IDisposable
{
    private readonly TempFolder _machine = new();

    public KernelI2cBusSpecs()
    {
        Directory.CreateDirectory(_machine.Inside("dev"));
        Directory.CreateDirectory(_machine.Inside("class"));
    }

    [Fact]
    public void A_bus_that_is_not_there_is_told_to_be_enabled()
    {
        Action open = () => KernelI2cBus.Open("/dev/i2c-99");

        open.Should().Throw<BusException>().WithMessage("/dev/i2c-99 does not exist*dtparam=i2c_arm=on*config.txt*");
    }

    [Fact]
    public void A_file_that_is_no_bus_is_named()
    {
        string file = _machine.Inside("i2c-0");
        File.WriteAllText(file, "");

        FluentActions.Invoking(() => KernelI2cBus.Open(file)).Should().Throw<BusException>().WithMessage("*i2c-0 is no I²C device*");
    }

    [Fact]
    public void A_machine_without_buses_says_so_when_one_is_asked_by_name() =>
        Open("bcm2835").Should().Throw<BusException>().WithMessage("*'bcm2835': this machine has none*i2c_arm=on*");

    [Fact]
    public void A_name_that_no_adapter_has_lists_those_there_are()
    {
        Adapter(1, "bcm2835 (i2c@7e804000)");
        Adapter(20, "fef04500.i2c");

        Open("designware").Should().Throw<BusException>().WithMessage("*called 'designware'*i2c-1 'bcm2835 (i2c@7e804000)'*i2c-20 'fef04500.i2c'*");
    }

    [Fact]
    public void A_name_that_several_adapters_have_asks_for_the_path()
    {
        Adapter(1, "Synopsys DesignWare I2C adapter");
        Adapter(3, "Synopsys DesignWare I2C adapter");

        Open("designware").Should().Throw<BusException>().WithMessage("Several*by its path or by its node*");
    }

    [Fact]
    public void An_adapter_is_found_by_its_name_whatever_its_number()
    {
        Adapter(7, "bcm2835 (i2c@7e804000)");
        Adapter(20, "fef04500.i2c");

        Open("bcm2835").Should().Throw<BusException>("a plain file stands in its place").WithMessage("*i2c-7 is no I²C device*");
    }

    [Fact]
    public void An_adapter_is_found_by_its_node_in_the_device_tree()
    {
        Adapter(1, "Synopsys DesignWare I2C adapter", node: "i2c@74000");
        Adapter(3, "Synopsys DesignWare I2C adapter", node: "i2c@88000");

        Open("i2c@88000").Should().Throw<BusException>("a plain file stands in its place").WithMessage("*i2c-3 is no I²C device*");
    }

    [Fact]
    public void The_inventory_gives_every_bus_in_the_order_of_its_number_with_its_problem()
    {
        Adapter(10, "late");
        Adapter(2, "early");

        IReadOnlyList<FoundI2cBus> found = BusInventory.I2cBuses(_machine.Inside("dev"), _machine.Inside("class"));

        found.Select(bus => bus.Name).Should().Equal("early", "late");
        found.Should().OnlyContain(bus => bus.Problem != null && bus.Problem.Contains("is no I²C device"));
    }

    public void Dispose() => _machine.Dispose();

    private Action Open(string name) => () => KernelI2cBus.Open(name, _machine.Inside("dev"), _machine.Inside("class"));

    private void Adapter(int number, string name, string? node = null)
    {
        File.WriteAllText(_machine.Inside($"dev/i2c-{number}"), "");
        string attributes = Directory.CreateDirectory(_machine.Inside($"class/i2c-{number}/device")).Parent!.FullName;
        File.WriteAllText(Path.Combine(attributes, "name"), name + "\n");
        if (node is null)
            return;
        string tree = Directory.CreateDirectory(_machine.Inside($"tree/{node}")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(attributes, "device", "of_node"), tree);
    }
}
