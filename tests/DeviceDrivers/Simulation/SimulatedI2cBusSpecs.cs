using System.Device.I2c;
using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.DeviceDrivers.Tests.Bus;

namespace PantryChain.DeviceDrivers.Tests.Simulation;

public sealed class SimulatedI2cBusSpecs : IDisposable
{
    private readonly SteppedBusClock _clock = new();
    private readonly SimulatedI2cBus _bus;
    private readonly RegisterChip _chip = new(0x2A) { [0x1F] = 0x0F };
    private readonly I2cDevice _device;

    public SimulatedI2cBusSpecs()
    {
        _bus = new SimulatedI2cBus(_clock);
        _bus.Attach(_chip);
        _device = _bus.CreateDevice(0x2A);
    }

    [Fact]
    public void A_register_is_read_back_as_it_was_written()
    {
        _device.Write([0x10, 1, 2, 3]);
        byte[] read = new byte[3];

        _device.WriteRead([0x10], read);

        read.Should().Equal(1, 2, 3);
    }

    [Fact]
    public void An_exchange_takes_as_long_as_its_bytes_at_100_kilohertz()
    {
        _device.WriteRead([0x1F], new byte[3]);

        _chip.Times.Should().Equal(200_000, 300_000); // start, stop, address and a byte; then a repeated start and the address
        _clock.Read().Should().Be(570_000); // and three bytes
    }

    [Fact]
    public void Nobody_at_an_address_is_a_refusal_that_names_bus_and_address()
    {
        using I2cDevice nobody = _bus.CreateDevice(0x24);

        FluentActions.Invoking(() => nobody.Read(new byte[1])).Should().Throw<BusException>()
            .Where(error => error.Failure == BusFailure.NotAcknowledged).WithMessage("the simulated bus*0x24*doctor*");
    }

    [Fact]
    public void A_storm_of_refusals_ends_after_its_count()
    {
        _bus.Refuse(exchanges: 2);

        Refusals(5).Should().Be(2);
    }

    [Fact]
    public void A_storm_on_one_address_spares_the_others()
    {
        _bus.Refuse(exchanges: 2, address: 0x24);

        Refusals(5).Should().Be(0);
    }

    [Fact]
    public void A_storm_of_refusals_ends_after_its_time()
    {
        _bus.RefuseFor(TimeSpan.FromMilliseconds(1));

        Refusals(100).Should().BeInRange(8, 10); // a refused exchange keeps the bus for 110 µs
    }

    [Fact]
    public void A_held_line_costs_the_adapters_patience_and_says_so()
    {
        _bus.HoldFor(TimeSpan.FromMilliseconds(50));

        FluentActions.Invoking(() => _device.Write([0])).Should().Throw<BusException>().Where(error => error.Failure == BusFailure.TimedOut).WithMessage("*held low*");

        _clock.Read().Should().Be(100_000_000);
        Refusals(1).Should().Be(0, "the line was let go meanwhile");
    }

    [Fact]
    public void A_chip_that_vanishes_no_longer_answers()
    {
        _bus.Detach(0x2A).Should().BeTrue();

        Refusals(3).Should().Be(3);
        _bus.Detach(0x2A).Should().BeFalse();
    }

    [Fact]
    public void Two_chips_at_one_address_pull_the_line_together()
    {
        _bus.Attach(new RegisterChip(0x2A) { [0x1F] = 0xF3 });
        byte[] read = new byte[1];

        _device.WriteRead([0x1F], read);

        read[0].Should().Be(0x03);
    }

    [Theory]
    [InlineData(0x07)]
    [InlineData(0x78)]
    public void Reserved_addresses_are_refused(int address) =>
        FluentActions.Invoking(() => _bus.CreateDevice(address)).Should().Throw<ArgumentOutOfRangeException>();

    public void Dispose()
    {
        _device.Dispose();
        _bus.Dispose();
    }

    private int Refusals(int exchanges) => Enumerable.Range(0, exchanges).Count(_ =>
    {
        try
        {
            _device.Write([0]);
            return false;
        }
        catch (BusException error) when (error.Failure == BusFailure.NotAcknowledged)
        {
            return true;
        }
    });
}
