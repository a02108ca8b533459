using System.Device.I2c;
using FsCheck;
using FsCheck.Fluent;
using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.Simulation;

namespace PantryChain.DeviceDrivers.Tests.Bus;

public sealed class Tca9548aSpecs : IDisposable
{
    private const int Chip = 0x2A;

    private readonly SimulatedI2cBus _bus = new(new SteppedBusClock());
    private readonly SimulatedTca9548a _simulated = new();
    private readonly Tca9548a _multiplexer;

    public Tca9548aSpecs()
    {
        _bus.Attach(_simulated);
        for (int channel = 0; channel < Tca9548a.Channels; channel++)
            _simulated.Attach(channel, new RegisterChip(Chip) { [0] = (byte)(10 + channel) });
        _multiplexer = new Tca9548a(_bus);
    }

    [Fact]
    public void Chips_of_one_address_are_told_apart_by_their_channels() =>
        Enumerable.Range(0, Tca9548a.Channels).Select(channel => Register(_multiplexer.Channel(channel), 0)).Should().Equal(10, 11, 12, 13, 14, 15, 16, 17);

    [Fact]
    public void A_channel_that_is_still_connected_is_not_selected_again()
    {
        Register(_multiplexer.Channel(3), 0);

        Register(_multiplexer.Channel(3), 0);

        _bus.Exchanges.Should().Be(3);
    }

    [Fact]
    public void After_a_brown_out_one_exchange_fails_and_the_next_selects_again()
    {
        Register(_multiplexer.Channel(3), 0);
        _simulated.Reset();
        Action first = () => Register(_multiplexer.Channel(3), 0);

        first.Should().Throw<BusException>().Where(error => error.Failure == BusFailure.NotAcknowledged).WithMessage("*0x2A*");

        Register(_multiplexer.Channel(3), 0).Should().Be(13);
    }

    [Fact]
    public void A_storm_of_refusals_leaves_the_right_channel_selected()
    {
        Register(_multiplexer.Channel(1), 0);
        _bus.Refuse(exchanges: 5);
        for (int i = 0; i < 5; i++)
            FluentActions.Invoking(() => Register(_multiplexer.Channel(6), 0)).Should().Throw<BusException>();

        Register(_multiplexer.Channel(6), 0).Should().Be(16);
    }

    [Fact]
    public void Two_multiplexers_never_connect_the_same_address_at_once()
    {
        SimulatedTca9548a second = new(0x71);
        second.Attach(0, new RegisterChip(Chip) { [0] = 0x80 });
        _bus.Attach(second);
        second.TryWrite([1], 0); // as the last program left it
        using Tca9548a other = new(_bus, 0x71);

        Register(_multiplexer.Channel(0), 0).Should().Be(10);
        Register(other.Channel(0), 0).Should().Be(0x80);
        Register(_multiplexer.Channel(1), 0).Should().Be(11);
    }

    [Fact]
    public void A_second_multiplexer_that_is_missing_does_not_stop_the_first()
    {
        using Tca9548a absent = new(_bus, 0x77);

        Register(_multiplexer.Channel(5), 0).Should().Be(15);
    }

    [Fact]
    public void A_multiplexer_behind_a_multiplexer_is_reached_through_both()
    {
        SimulatedTca9548a inner = new(0x72);
        inner.Attach(4, new RegisterChip(0x24) { [0] = 99 });
        _simulated.Attach(2, inner);
        using Tca9548a nested = new(_multiplexer.Channel(2), 0x72);

        Register(nested.Channel(4), 0, 0x24).Should().Be(99);
    }

    [Fact]
    public void An_address_on_the_bus_itself_is_refused_behind_the_multiplexer()
    {
        using I2cDevice own = _bus.CreateDevice(Chip);
        Action behind = () => _multiplexer.Channel(0).CreateDevice(Chip);

        behind.Should().Throw<IOException>().WithMessage("*0x2A*behind multiplexer 0x70*gateway.json*");

        own.Dispose();
        behind.Should().NotThrow();
    }

    [Fact]
    public void An_address_behind_the_multiplexer_is_refused_on_the_bus_itself()
    {
        using I2cDevice behind = _multiplexer.Channel(7).CreateDevice(Chip);

        FluentActions.Invoking(() => _bus.CreateDevice(Chip)).Should().Throw<IOException>().WithMessage("*behind multiplexer 0x70*");
    }

    [Fact]
    public async Task Threads_on_different_channels_never_read_each_others_chip()
    {
        Task<bool>[] readers = [.. Enumerable.Range(0, 4).Select(channel => Task.Run(() =>
        {
            using I2cDevice chip = _multiplexer.Channel(channel).CreateDevice(Chip);
            byte[] value = new byte[1];
            for (int i = 0; i < 2_000; i++)
            {
                chip.WriteRead([0], value);
                if (value[0] != 10 + channel)
                    return false;
            }
            return true;
        }))];

        (await Task.WhenAll(readers)).Should().AllBeEquivalentTo(true);
    }

    /// <summary>Each step is a number: its channel, and whether it is preceded by refusals, a brown-out or a held line.</summary>
    [Fact]
    public void Whatever_goes_wrong_a_read_that_succeeds_is_that_of_its_own_chip_and_the_trouble_ends_with_its_cause() =>
        Prop.ForAll<int[]>(steps =>
        {
            bool right = Array.TrueForAll(steps, IsRightOrRefused);
            _bus.Refuse(exchanges: 0);
            _bus.HoldFor(TimeSpan.Zero);
            bool last = IsRightOrRefused(0); // pays for a brown-out that nobody has met yet
            return right && last && Enumerable.Range(0, Tca9548a.Channels).All(channel => Register(_multiplexer.Channel(channel), 0) == 10 + channel);
        }).QuickCheckThrowOnFailure();

    public void Dispose()
    {
        _multiplexer.Dispose();
        _bus.Dispose();
    }

    private bool IsRightOrRefused(int step)
    {
        int channel = step & 7;
        switch (step >> 3 & 7)
        {
            case 1:
                _bus.Refuse(exchanges: step >> 6 & 3);
                break;
            case 2:
                _simulated.Reset();
                break;
            case 3:
                _bus.HoldFor(TimeSpan.FromMilliseconds(1));
                break;
            default:
                break;
        }
        try
        {
            return Register(_multiplexer.Channel(channel), 0) == 10 + channel;
        }
        catch (BusException)
        {
            return true;
        }
    }

    private static int Register(I2cBus bus, byte register, int address = Chip)
    {
        using I2cDevice chip = bus.CreateDevice(address);
        byte[] value = new byte[1];
        chip.WriteRead([register], value);
        return value[0];
    }
}
