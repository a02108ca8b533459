using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Tests.LoadCells;

public sealed class Nau7802Specs : IDisposable
{
    private readonly SteppedBusClock _clock = new();
    private readonly SimulatedI2cBus _bus;
    private readonly LevelBridge _bridge = new();
    private readonly SimulatedNau7802 _chip;
    private readonly int[] _counts = new int[2];
    private Nau7802 _driver;

    public Nau7802Specs()
    {
        _bus = new SimulatedI2cBus(_clock);
        _chip = new SimulatedNau7802(_bridge);
        _bus.Attach(_chip);
        _driver = new Nau7802(_bus.CreateDevice(Nau7802.Address), new Nau7802Options { Rate = Nau7802Rate.PerSecond80 }, _clock);
    }

    [Fact]
    public void A_chip_is_started_calibrated_and_read()
    {
        Next().Should().Be(1);

        _counts[0].Should().Be(LevelBridge.Load(0), "the internal calibration takes the chip's own offset away");
        _driver.HealthOf(0).Should().Be(SlotHealth.Ok);
        _driver.LastFailure.Should().BeEmpty();
        (_clock.Read() / 1e6).Should().BeGreaterThan(600 + 344, "supply and calibration take their time");
    }

    [Fact]
    public void Every_conversion_is_read_once()
    {
        Next();
        long before = _chip.Conversions;

        for (int i = 0; i < 200; i++)
            Next();

        (_chip.Conversions - before).Should().Be(200);
    }

    [Theory]
    [InlineData(Nau7802Rate.PerSecond10, 128)]
    [InlineData(Nau7802Rate.PerSecond20, 64)]
    [InlineData(Nau7802Rate.PerSecond40, 16)]
    [InlineData(Nau7802Rate.PerSecond320, 1)]
    public void Rate_and_gain_are_the_chips(Nau7802Rate rate, int gain)
    {
        Restart(new Nau7802Options { Rate = rate, Gain = gain });

        Next().Should().Be(1);

        _counts[0].Should().Be((int)Math.Round(LevelBridge.Load(0) * gain / 128.0));
    }

    [Fact]
    public void Two_cells_are_read_in_turn_and_none_sees_the_others_load()
    {
        Restart(new Nau7802Options { Rate = Nau7802Rate.PerSecond80, SecondCell = true });
        int[] seen = new int[2];
        for (int i = 0; i < 20; i++)
        {
            int cell = Next() == 1 ? 0 : 1;
            seen[cell]++;
            _counts[cell].Should().Be(LevelBridge.Load(cell));
        }

        seen.Should().Equal(10, 10);
    }

    [Theory]
    [InlineData(Nau7802Fault.NeverReady, "never_ready", "power-up ready", SlotHealth.Disconnected)]
    [InlineData(Nau7802Fault.OtherChip, "wrong_chip", "MFRC522", SlotHealth.Disconnected)]
    [InlineData(Nau7802Fault.CalibrationError, "calibration_failed", "CAL_ERR", SlotHealth.Desynchronised)]
    [InlineData(Nau7802Fault.CalibrationHangs, "calibration_timed_out", "calibration", SlotHealth.Desynchronised)]
    [InlineData(Nau7802Fault.Vanished, "not_acknowledged", "0x2A", SlotHealth.Disconnected)]
    public void A_start_that_fails_is_told_within_its_bound_and_tried_again(Nau7802Fault fault, string cause, string told, SlotHealth health)
    {
        _chip.Inject(fault);

        Until(() => _driver.LastFailure.Length > 0, milliseconds: 2_000);
        Tallied(cause).Should().Be(1);
        _driver.LastFailure.Should().Contain(told);
        _driver.HealthOf(0).Should().Be(health);

        _chip.Inject(Nau7802Fault.None);
        Next().Should().Be(1);
        _driver.LastFailure.Should().BeEmpty();
    }

    [Fact]
    public void A_dead_chip_is_asked_ever_more_seldom()
    {
        _chip.Inject(Nau7802Fault.Vanished);
        Until(() => Tallied("starts") == 3, milliseconds: 5_000);

        long before = _bus.Exchanges;
        Until(() => _bus.Exchanges > before, milliseconds: 2_000);
        long first = _clock.Read();
        before = _bus.Exchanges;
        Until(() => _bus.Exchanges > before, milliseconds: 9_000);

        ((_clock.Read() - first) / 1e6).Should().BeGreaterThan(1_500);
    }

    [Theory]
    [InlineData(Nau7802Fault.Stopped, "stale")]
    [InlineData(Nau7802Fault.Frozen, "frozen")]
    public void A_running_chip_that_stops_converting_is_noticed_and_started_again(Nau7802Fault fault, string cause)
    {
        Next();
        _chip.Inject(fault);

        Until(() => Tallied(cause) == 1, milliseconds: 1_000);
        _driver.HealthOf(0).Should().Be(SlotHealth.Stale);

        _chip.Inject(Nau7802Fault.None);
        Next().Should().Be(1);
        _driver.HealthOf(0).Should().Be(SlotHealth.Ok);
    }

    [Fact]
    public void A_brown_out_costs_one_start_and_never_a_wrong_value()
    {
        for (int i = 0; i < 20; i++)
        {
            Next();
            _clock.Advance(TimeSpan.FromMilliseconds(1 + i));
            _chip.BrownOut();
            Next().Should().Be(1);
            _counts[0].Should().Be(LevelBridge.Load(0));
            Tallied("settings_lost").Should().Be(i + 1);
        }
    }

    [Fact]
    public void A_storm_of_unacknowledged_exchanges_costs_no_start_while_it_is_short()
    {
        Next();
        _bus.Refuse(3);

        Next().Should().Be(1);

        Tallied("not_acknowledged").Should().Be(3);
        Tallied("starts").Should().Be(1);
        _driver.HealthOf(0).Should().Be(SlotHealth.Ok);
    }

    [Fact]
    public void A_chip_that_is_unplugged_is_disconnected_and_comes_back_by_itself()
    {
        Next();
        _chip.Inject(Nau7802Fault.Vanished);
        Until(() => _driver.HealthOf(0) == SlotHealth.Disconnected, milliseconds: 1_000);

        _chip.BrownOut();
        _chip.Inject(Nau7802Fault.None);

        Next().Should().Be(1);
        _counts[0].Should().Be(LevelBridge.Load(0));
    }

    [Fact]
    public void The_end_of_the_range_is_no_value()
    {
        Next();
        _chip.Inject(Nau7802Fault.Saturated);

        Until(() => Tallied("saturated") >= 3, milliseconds: 1_000);

        _driver.HealthOf(0).Should().Be(SlotHealth.Saturated);
        Tallied("starts").Should().Be(1, "an overload is no reason to start the chip again");
    }

    [Fact]
    public void A_new_calibration_on_demand_takes_a_changed_offset_away()
    {
        Next();
        _driver.Recalibrate();

        Next().Should().Be(1);

        Tallied("starts").Should().Be(1);
        _counts[0].Should().Be(LevelBridge.Load(0));
    }

    [Fact]
    public void The_data_ready_line_saves_the_bus_and_a_dead_line_costs_only_time()
    {
        bool ready = false;
        _driver.Dispose();
        _driver = new Nau7802(_bus.CreateDevice(Nau7802.Address), new Nau7802Options { Rate = Nau7802Rate.PerSecond10 }, _clock, () => ready);
        Next().Should().Be(1, "a line that never rises is not believed for longer than two conversions");

        long before = _bus.Exchanges;
        for (int i = 0; i < 150; i++)
        {
            _driver.TryRead(_counts, out _, out _).Should().BeFalse();
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }
        _bus.Exchanges.Should().Be(before);

        ready = true;
        _driver.TryRead(_counts, out ulong valid, out _).Should().BeTrue();
        valid.Should().Be(1);
    }

    [Fact]
    public void Registers_that_are_only_memory_are_told_apart_and_carry_the_driver_once_somebody_sets_the_chips_bits()
    {
        _bus.Detach(Nau7802.Address);
        PassiveMemory memory = new();
        _bus.Attach(memory);
        Until(() => _driver.LastFailure.Contains("power-up ready"), milliseconds: 1_000);

        ulong valid = 0;
        memory.Registers[0x1F] = 0x0F;
        (memory.Registers[0x12], memory.Registers[0x13], memory.Registers[0x14]) = (0xFE, 0xDC, 0xBA);
        Until(() =>
        {
            memory.Registers[0x00] |= 0x28; // PUR, CR
            memory.Registers[0x02] &= 0xFB; // CALS
            memory.Registers[0x14] = unchecked((byte)(memory.Registers[0x14] + 1)); // or it would repeat itself
            return _driver.TryRead(_counts, out valid, out _);
        }, milliseconds: 3_000, read: false);

        valid.Should().Be(1);
        (_counts[0] & ~0xFF).Should().Be(unchecked((int)0xFFFEDC00));
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        for (int i = 0; i < 100; i++)
            Next();

        long before = GC.GetAllocatedBytesForCurrentThread();
        int read = 0;
        for (int i = 0; i < 20_000; i++)
        {
            read += _driver.TryRead(_counts, out _, out _) ? 1 : 0;
            _clock.Advance(TimeSpan.FromMicroseconds(500));
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        allocated.Should().Be(0);
        read.Should().BeGreaterThan(500);
    }

    [Theory]
    [InlineData(100, 30)]
    [InlineData(128, 31)]
    [InlineData(256, 30)]
    public void Settings_that_the_chip_does_not_have_are_refused(int gain, int supply)
    {
        Action make = () => _ = new Nau7802(_bus.CreateDevice(Nau7802.Address), new Nau7802Options { Gain = gain, SupplyTenthsOfVolt = supply }, _clock);

        make.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*gain*supply*");
    }

    public void Dispose()
    {
        _driver.Dispose();
        _bus.Dispose();
    }

    private void Restart(Nau7802Options options)
    {
        _driver.Dispose();
        _driver = new Nau7802(_bus.CreateDevice(Nau7802.Address), options, _clock);
    }

    private long Tallied(string cause) => _driver.Tallies.Single(tally => tally.Cause == cause).Count;

    private ulong Next()
    {
        ulong valid = 0;
        Until(() => _driver.TryRead(_counts, out valid, out _), milliseconds: 12_000, read: false);
        return valid;
    }

    private void Until(Func<bool> done, int milliseconds, bool read = true)
    {
        long deadline = _clock.Read() + milliseconds * 1_000_000L;
        while (!done())
        {
            if (read)
                _driver.TryRead(_counts, out _, out _);
            _clock.Advance(TimeSpan.FromMicroseconds(250));
            if (_clock.Read() > deadline)
                throw new TimeoutException($"It must happen within {milliseconds} ms of bus time; last failure: '{_driver.LastFailure}'.");
        }
    }

    private sealed class LevelBridge : IBridge
    {
        public static int Load(int cell) => cell == 0 ? 812_345 : -250_000;

        public long Counts(int cell, long conversion, long busNanoseconds) => Load(cell);
    }

    private sealed class PassiveMemory : ISimulatedI2cChip
    {
        private int _pointer;

        public byte[] Registers { get; } = new byte[256];

        public int Address => Nau7802.Address;

        public bool TryWrite(ReadOnlySpan<byte> bytes, long busNanoseconds)
        {
            _pointer = bytes[0];
            bytes[1..].CopyTo(Registers.AsSpan(_pointer));
            return true;
        }

        public bool TryRead(Span<byte> bytes, long busNanoseconds)
        {
            Registers.AsSpan(_pointer, bytes.Length).CopyTo(bytes);
            return true;
        }
    }
}
