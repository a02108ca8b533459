using System.Device.Gpio;
using System.Device.I2c;
using Iot.Device.Tca954x;
using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.DeviceDrivers.Tests.Bus;
using ForeignHx711 = Iot.Device.Hx711.Hx711;
using ForeignOptions = Iot.Device.Hx711.Hx711Options;

namespace PantryChain.DeviceDrivers.Tests.Witness;

/// <summary>The multiplexer and the load-cell converter of Iot.Device.Bindings on our buses and simulated chips, beside ours.</summary>
public sealed class BusWitnessSpecs
{
    [Fact]
    public void The_witness_finds_the_same_chips_behind_the_same_channels()
    {
        using SimulatedI2cBus bus = new(new SteppedBusClock());
        SimulatedTca9548a chip = new();
        for (int channel = 0; channel < Tca9548a.Channels; channel++)
            chip.Attach(channel, new RegisterChip(0x2A) { [0] = (byte)(10 + channel) });
        bus.Attach(chip);
        using Tca9548A foreign = new(bus.CreateDevice(Tca9548a.FirstAddress), bus);

        int[] theirs = [.. Enumerable.Range(0, Tca9548a.Channels).Select(channel => Register(foreign.GetChannel(channel)))];

        using Tca9548a own = new(bus);
        theirs.Should().Equal(Enumerable.Range(0, Tca9548a.Channels).Select(channel => Register(own.Channel(channel))));
        theirs.Should().Equal(10, 11, 12, 13, 14, 15, 16, 17);
    }

    [Fact]
    public void The_witness_weighs_what_we_weigh()
    {
        Steady bridge = new();
        SteppedBusClock clock = new(); // moved on by every look at a line, so that no pause of the machine stretches a pulse: the binding would not notice
        SimulatedHx711 chips = new(1, bridge, TimeSpan.FromMilliseconds(12.5), clock);
        using (ForeignHx711 foreign = new(pinDout: 1, pinPdSck: 0, new ForeignOptions(), new GpioController(chips.ToPins()), shouldDispose: true))
        {
            foreign.PowerUp();
            foreign.SetConversionRatio(1);
            foreign.Tare(5);
            bridge.Value = 345_678;
            foreign.GetWeight(5).Grams.Should().Be(bridge.Value);
        }

        using Hx711 own = chips.Open(new Hx711Options { SamplesPerSecond = 80 });
        int[] counts = new int[1];
        for (int i = 0; i < 1_000 && !own.TryRead(counts, out _, out _); i++)
            clock.Advance(TimeSpan.FromMilliseconds(1));
        counts.Should().Equal(bridge.Value);
    }

    private static int Register(I2cBus bus)
    {
        using I2cDevice chip = bus.CreateDevice(0x2A);
        byte[] value = new byte[1];
        chip.WriteRead([0], value);
        return value[0];
    }

    private sealed class Steady : IBridge
    {
        public int Value { get; set; }

        public long Counts(int cell, long conversion, long busNanoseconds) => Value;
    }
}
