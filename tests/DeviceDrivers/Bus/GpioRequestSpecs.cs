using System.Device.Gpio;
using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.Tests.Bus;

/// <summary>How lines of several kinds are put into one configuration for the kernel.</summary>
public sealed class GpioRequestSpecs
{
    private const ulong Output = GpioAbi.FlagOutput, PulledUp = GpioAbi.FlagInput | GpioAbi.FlagPullUp, Input = GpioAbi.FlagInput;

    [Fact]
    public void A_clock_and_its_data_lines_are_one_exception_and_one_level()
    {
        GpioAbi.LineConfig config = GpioRequest.Configure([Output, PulledUp, PulledUp], levels: 0);

        config.Flags.Should().Be(PulledUp);
        Attributes(config).Should().Equal((GpioAbi.AttributeFlags, Output, 0b001UL), (GpioAbi.AttributeOutputValues, 0UL, 0b001UL));
    }

    [Fact]
    public void Lines_of_one_kind_share_an_attribute_and_outputs_keep_their_levels()
    {
        GpioAbi.LineConfig config = GpioRequest.Configure([Output, PulledUp, Output, PulledUp, Input], levels: 0b100);

        config.Flags.Should().Be(Input);
        Attributes(config).Should().Equal(
            (GpioAbi.AttributeFlags, Output, 0b00101UL), (GpioAbi.AttributeFlags, PulledUp, 0b01010UL), (GpioAbi.AttributeOutputValues, 0b100UL, 0b00101UL));
    }

    [Fact]
    public void Inputs_alone_need_no_attribute() => Attributes(GpioRequest.Configure([Input, Input], levels: 0)).Should().BeEmpty();

    [Theory]
    [InlineData(PinMode.Output, Output)]
    [InlineData(PinMode.Input, Input)]
    [InlineData(PinMode.InputPullUp, PulledUp)]
    [InlineData(PinMode.InputPullDown, Input | GpioAbi.FlagPullDown)]
    public void Every_mode_has_the_kernels_flags(PinMode mode, ulong flags) => GpioRequest.FlagsOf(mode).Should().Be(flags);

    private static List<(uint Id, ulong Value, ulong Mask)> Attributes(GpioAbi.LineConfig config)
    {
        List<(uint, ulong, ulong)> attributes = [];
        for (int i = 0; i < config.AttributeCount; i++)
            attributes.Add((config.Attributes[i].Attribute.Id, config.Attributes[i].Attribute.Value, config.Attributes[i].Mask));
        return attributes;
    }
}
