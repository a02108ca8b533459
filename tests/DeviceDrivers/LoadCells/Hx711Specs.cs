using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Tests.LoadCells;

public sealed class Hx711Specs : IDisposable
{
    private const int Cells = 8;

    private readonly SteppedBusClock _clock = new();
    private readonly TestBridge _bridge = new();
    private readonly SimulatedHx711 _chips;
    private readonly Hx711 _driver;
    private readonly int[] _counts = new int[Cells];

    public Hx711Specs()
    {
        _chips = new SimulatedHx711(Cells, _bridge, TimeSpan.FromMilliseconds(12.5), _clock);
        _driver = _chips.Open(new Hx711Options { SamplesPerSecond = 80 });
    }

    [Fact]
    public void Every_cell_of_a_frame_arrives_with_its_sign()
    {
        Settle();

        ulong valid = Next();

        valid.Should().Be(0xFF);
        _counts.Should().Equal(Enumerable.Range(0, Cells).Select(cell => (int)TestBridge.At(cell, _bridge.Asked[cell])));
    }

    [Fact]
    public void A_start_powers_the_chips_down_and_waits_until_they_have_settled()
    {
        ulong valid = Next();

        valid.Should().Be(0xFF);
        _driver.Counters.PowerCycles.Should().Be(1);
        (_clock.Read() / 1e6).Should().BeGreaterThan(50, "the chips need 50 ms to settle (datasheet p. 3)");
    }

    [Fact]
    public void Nothing_is_read_before_all_cells_are_ready()
    {
        Settle();
        _driver.TryRead(_counts, out _, out _).Should().BeFalse("the next frame is clocked and held");
        long frames = _chips.Frames;

        bool again = _driver.TryRead(_counts, out _, out _);

        again.Should().BeFalse();
        _chips.Frames.Should().Be(frames, "no pulse may reach a chip that is not ready");
    }

    [Fact]
    public void A_value_is_handed_on_once_its_chip_is_ready_again_and_dated_by_its_frame()
    {
        Settle();
        _driver.TryRead(_counts, out _, out long clocked).Should().BeFalse();
        int expected = (int)TestBridge.At(5, _bridge.Asked[5]);
        Ready();

        _driver.TryRead(_counts, out ulong valid, out long dated).Should().BeTrue();

        valid.Should().Be(0xFF);
        _counts[5].Should().Be(expected);
        dated.Should().Be(clocked);
    }

    [Fact]
    public void A_caller_that_looks_too_late_loses_the_frame_and_no_more()
    {
        Settle();
        _driver.TryRead(_counts, out _, out _);
        _clock.Advance(TimeSpan.FromMilliseconds(60));

        _driver.TryRead(_counts, out _, out _).Should().BeFalse("nobody knows when the chips became ready");

        _driver.Counters.Unconfirmed.Should().Be(Cells);
        NextWhole();
    }

    [Fact]
    public void A_pulse_of_more_than_fifty_microseconds_costs_the_frame()
    {
        Settle();
        Ready();
        _clock.PauseOnce(afterEdges: 20, TimeSpan.FromMicroseconds(54));

        bool read = _driver.TryRead(_counts, out _, out _);

        read.Should().BeFalse();
        _driver.Counters.LongPulses.Should().Be(1);
        _driver.Counters.Resets.Should().Be(0);
        Next().Should().Be(0xFF, "the frame after it is whole again");
    }

    [Fact]
    public void A_pulse_of_more_than_sixty_microseconds_is_a_reset_and_costs_the_settling_time()
    {
        Settle();
        Ready();
        _clock.PauseOnce(afterEdges: 20, TimeSpan.FromMicroseconds(75));

        bool read = _driver.TryRead(_counts, out _, out _);

        read.Should().BeFalse();
        _driver.Counters.Resets.Should().Be(1);
        long reset = _clock.Read();
        Next().Should().Be(0xFF);
        ((_clock.Read() - reset) / 1e6).Should().BeGreaterThan(50, "the chips settle anew");
    }

    [Theory]
    [InlineData(Hx711Fault.StuckLow, SlotHealth.Desynchronised)]
    [InlineData(Hx711Fault.StuckHigh, SlotHealth.Disconnected)]
    [InlineData(Hx711Fault.Saturated, SlotHealth.Saturated)]
    public void A_cell_that_fails_is_named_and_the_others_go_on(Hx711Fault fault, SlotHealth health)
    {
        Settle();
        _chips.Inject(3, fault);

        ulong valid = Next();

        valid.Should().Be(0xF7);
        _driver.HealthOf(3).Should().Be(health);
        _driver.HealthOf(4).Should().Be(SlotHealth.Ok);
    }

    [Fact]
    public void A_stale_cell_that_comes_back_is_read_again()
    {
        Settle();
        _chips.Inject(3, Hx711Fault.StuckHigh);
        Next();

        _chips.Inject(3, Hx711Fault.None);
        long back = _clock.Read();

        NextWhole();
        _driver.HealthOf(3).Should().Be(SlotHealth.Ok);
        ((_clock.Read() - back) / 1e6).Should().BeGreaterThan(62, "a chip that was away may have been without power: it is believed only after it has settled");
    }

    [Fact]
    public void A_missed_pulse_is_seen_by_the_tail_whenever_the_last_bit_is_low()
    {
        Settle();
        int rejected = 0, low = 0;
        for (int i = 0; i < 400; i++)
        {
            _chips.Inject(0, Hx711Fault.MissedPulse, pulse: 1 + i % 24);
            ulong valid = Next();
            low += (TestBridge.At(0, _bridge.Asked[0]) & 1) == 0 ? 1 : 0;
            rejected += (valid & 1) == 0 ? 1 : 0;
        }

        low.Should().BeInRange(150, 250);
        rejected.Should().BeGreaterThanOrEqualTo(low);
    }

    [Fact]
    public void A_chip_that_missed_a_pulse_is_brought_back_into_step_by_one_power_cycle()
    {
        Settle();
        for (int pulse = 1; pulse <= 25; pulse++)
        {
            long before = _driver.Counters.PowerCycles;
            _chips.Inject(2, new Hx711Upset(Hx711Fault.MissedPulse) { Pulse = pulse, Frames = 1 });
            Next();
            Next();
            NextWhole();
            for (int cell = 0; cell < Cells; cell++)
                _counts[cell].Should().Be((int)TestBridge.At(cell, _bridge.Asked[cell]));
            (_driver.Counters.PowerCycles - before).Should().Be(1);
        }
    }

    [Fact]
    public void A_line_shorted_to_ground_costs_the_others_nothing()
    {
        Settle();
        _chips.Inject(3, Hx711Fault.StuckLow);
        for (int i = 0; i < 200; i++)
            Next().Should().Be(0xF7);

        _driver.Counters.PowerCycles.Should().Be(1);
    }

    [Fact]
    public void Inputs_A_and_B_are_read_in_turn_as_two_cells_of_one_chip()
    {
        SimulatedHx711 chips = new(3, _bridge, TimeSpan.FromMilliseconds(12.5), _clock) { HasInputB = true };
        using Hx711 driver = chips.Open(new Hx711Options { SamplesPerSecond = 80, SecondInput = true });
        driver.Cells.Should().Be(6);
        int[] counts = new int[6];
        long first = 0;
        for (int i = 0; i < 40; i++)
        {
            ulong valid = Next(driver, counts);
            valid.Should().Be(i % 2 == 0 ? 0b000_111UL : 0b111_000);
            for (int cell = i % 2 * 3; cell < 3 + i % 2 * 3; cell++)
                counts[cell].Should().Be((int)(TestBridge.At(cell, _bridge.Asked[cell]) / (cell < 3 ? 1 : 4)));
            first = i == 0 ? _clock.Read() : first;
        }

        ((_clock.Read() - first) / 1e6 / 39).Should().BeInRange(50, 1.05 * driver.Period.TotalMilliseconds / 2, "every change costs the settling time and no more");
    }

    [Fact]
    public void A_fault_for_some_frames_or_some_time_heals_by_itself()
    {
        Settle();
        _chips.Inject(1, new Hx711Upset(Hx711Fault.Saturated) { Frames = 3 });
        int[] railed = [.. Enumerable.Range(0, 5).Select(_ => (int)(Next() >> 1 & 1))];
        _chips.Inject(1, new Hx711Upset(Hx711Fault.PowerDown) { Lasts = TimeSpan.FromMilliseconds(700) });
        Until(() => _driver.HealthOf(1) == SlotHealth.Disconnected);
        NextWhole();

        railed.Should().Equal(0, 0, 0, 1, 1);
        _chips.IsWell(1).Should().BeTrue();
        _counts[1].Should().Be((int)TestBridge.At(1, _bridge.Asked[1]));
    }

    [Fact]
    public void An_extra_pulse_changes_the_gain_and_the_late_conversion_is_not_taken_for_a_good_one()
    {
        Settle();
        Next();
        _chips.Inject(0, Hx711Fault.ExtraPulse, pulse: 5);
        Next();
        _chips.Inject(0, Hx711Fault.None);

        for (int i = 0; i < 3; i++)
        {
            ulong valid = Next();
            if ((valid & 1) != 0)
                _counts[0].Should().Be((int)TestBridge.At(0, _bridge.Asked[0]), "a value from input B must not pass as one from input A");
        }
    }

    [Fact]
    public void A_hundred_thousand_frames_with_faults_of_the_electrics_give_not_one_wrong_value()
    {
        Settle();
        Random chance = new(5);
        Hx711Fault[] faults = [Hx711Fault.StuckLow, Hx711Fault.Saturated, Hx711Fault.None, Hx711Fault.None];
        long wrong = 0, good = 0;
        int faulty = 0;
        for (int frame = 0; frame < 100_000; frame++)
        {
            _chips.Inject(faulty, Hx711Fault.None);
            faulty = chance.Next(Cells);
            _chips.Inject(faulty, faults[chance.Next(faults.Length)]);
            if (chance.Next(500) == 0)
                _clock.PauseOnce(chance.Next(75), TimeSpan.FromMicroseconds(chance.Next(100)));
            ulong valid = Next();
            for (int cell = 0; cell < Cells; cell++)
            {
                if ((valid >> cell & 1) == 0)
                    continue;
                good++;
                wrong += _counts[cell] == (int)TestBridge.At(cell, _bridge.Asked[cell]) ? 0 : 1;
            }
        }

        wrong.Should().Be(0);
        good.Should().BeGreaterThan(400_000);
        _driver.Counters.Resets.Should().BeGreaterThan(0);
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        Settle();
        for (int i = 0; i < 100; i++)
            Next();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            Next();

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Theory]
    [InlineData(Hx711Gain.A128, 1)]
    [InlineData(Hx711Gain.A64, 2)]
    public void The_number_of_pulses_chooses_the_gain(Hx711Gain gain, int divisor)
    {
        using Hx711 driver = _chips.Open(new Hx711Options { SamplesPerSecond = 80, Gain = gain });

        ulong valid = Next(driver);

        valid.Should().Be(0xFF);
        _counts[1].Should().Be((int)(TestBridge.At(1, _bridge.Asked[1]) / divisor));
    }

    public void Dispose() => _driver.Dispose();

    private void Settle() => Next();

    /// <summary>The next frame with at least one good value, however long it takes, up to a second of bus time.</summary>
    private ulong Next() => Next(_driver);

    private ulong Next(Hx711 driver) => Next(driver, _counts);

    private ulong Next(Hx711 driver, int[] counts)
    {
        long deadline = _clock.Read() + 1_000_000_000;
        ulong valid;
        while (!driver.TryRead(counts, out valid, out _))
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            if (_clock.Read() > deadline)
                throw new TimeoutException("A frame must come within a second.");
        }
        return valid;
    }

    private void NextWhole() => Until(() => Next() == 0xFF);

    private void Until(Func<bool> done)
    {
        for (int i = 0; !done(); i++)
        {
            Next();
            if (i > 100)
                throw new TimeoutException("It must happen within a hundred frames.");
        }
    }

    private void Ready() => _clock.Advance(TimeSpan.FromMilliseconds(13));

    /// <summary>A different, known value for every cell and conversion.</summary>
    private sealed class TestBridge : IBridge
    {
        public long[] Asked { get; } = new long[63];

        public long Counts(int cell, long conversion, long busNanoseconds)
        {
            Asked[cell] = conversion;
            return At(cell, conversion);
        }

        public static long At(int cell, long conversion) => (long)(Chance.Mix((ulong)(conversion * 64 + cell)) % 16_000_000) - 8_000_000;
    }
}
