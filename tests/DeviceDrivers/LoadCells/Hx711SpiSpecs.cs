using System.Device.Spi;
using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Tests.LoadCells;

public sealed class Hx711SpiSpecs
{
    private readonly SteppedBusClock _clock = new();
    private readonly RandomBridge _bridge = new();
    private readonly SimulatedHx711Spi _bus;
    private readonly int[] _counts = new int[2];

    public Hx711SpiSpecs() => _bus = new SimulatedHx711Spi(_bridge, TimeSpan.FromMilliseconds(12.5), _clock, hasInputB: true);

    [Theory]
    [InlineData(Hx711Gain.A128, "AAAAAAAAAAAA80")]
    [InlineData(Hx711Gain.B32, "AAAAAAAAAAAAA0")]
    [InlineData(Hx711Gain.A64, "AAAAAAAAAAAAA8")]
    public void A_frame_is_seven_bytes_whose_last_one_chooses_the_gain(Hx711Gain gain, string sent)
    {
        Tap tap = new(_bus);
        using Hx711 driver = new(tap, new Hx711Options { SamplesPerSecond = 80, Gain = gain }, _bus.Time);

        Next(driver).Should().Be(1);

        tap.LongestSince.Should().Be(sent);
        int divisor = gain switch { Hx711Gain.A64 => 2, Hx711Gain.B32 => 4, _ => 1 };
        _counts[0].Should().Be((int)(_bridge.Last[gain == Hx711Gain.B32 ? 1 : 0] / divisor));
    }

    [Fact]
    public void Every_value_arrives_as_the_chip_converted_it()
    {
        using Hx711 driver = Driver();
        for (int i = 0; i < 2_000; i++)
        {
            Next(driver).Should().Be(1);
            _counts[0].Should().Be((int)_bridge.Last[0]);
        }

        driver.Counters.PowerCycles.Should().Be(1);
        driver.Counters.TornBits.Should().Be(0);
    }

    [Fact]
    public void Both_inputs_of_the_chip_are_two_cells()
    {
        using Hx711 driver = new(_bus, new Hx711Options { SamplesPerSecond = 80, SecondInput = true }, _bus.Time);
        for (int i = 0; i < 20; i++)
        {
            ulong valid = Next(driver);
            valid.Should().Be(i % 2 == 0 ? 1UL : 2);
            _counts[i % 2].Should().Be((int)(_bridge.Last[i % 2] / (i % 2 == 0 ? 1 : 4)));
        }
    }

    [Fact]
    public void A_bit_that_changes_between_its_two_samples_costs_the_frame()
    {
        using Hx711 driver = Driver();
        Next(driver);
        for (int bit = 0; bit < 24; bit++)
        {
            _bus.Chip.Inject(0, new Hx711Upset(Hx711Fault.FlippedBits) { Bits = 1 << bit, Frames = 1 });
            Next(driver).Should().Be(1);
            _counts[0].Should().Be((int)_bridge.Last[0], "the disturbed frame is not handed on");
        }

        driver.Counters.TornBits.Should().Be(24);
    }

    [Theory]
    [InlineData(Hx711Fault.StuckLow, SlotHealth.Desynchronised)]
    [InlineData(Hx711Fault.StuckHigh, SlotHealth.Disconnected)]
    [InlineData(Hx711Fault.PowerDown, SlotHealth.Disconnected)]
    [InlineData(Hx711Fault.Saturated, SlotHealth.Saturated)]
    public void A_fault_is_named_and_the_cell_comes_back_by_itself(Hx711Fault fault, SlotHealth health)
    {
        using Hx711 driver = Driver();
        Next(driver);
        _bus.Chip.Inject(0, fault);
        Read(driver, until: () => driver.HealthOf(0) == health).Should().Be(0);

        _bus.Chip.Inject(0, Hx711Fault.None);

        Next(driver).Should().Be(1);
        _counts[0].Should().Be((int)_bridge.Last[0]);
        driver.HealthOf(0).Should().Be(SlotHealth.Ok);
    }

    [Fact]
    public void Buffers_of_different_lengths_are_refused()
    {
        Action transfer = () => _bus.TransferFullDuplex(new byte[2], new byte[1]);

        transfer.Should().Throw<ArgumentException>().WithMessage("*as many*");
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        using Hx711 driver = Driver();
        for (int i = 0; i < 100; i++)
            Next(driver);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            driver.TryRead(_counts, out _, out _);
            _clock.Advance(TimeSpan.FromMilliseconds(3));
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    private Hx711 Driver() => new(_bus, new Hx711Options { SamplesPerSecond = 80 }, _bus.Time);

    private ulong Next(Hx711 driver)
    {
        ulong valid = 0;
        Read(driver, until: () => valid != 0, each: read => valid = read);
        return valid;
    }

    private ulong Read(Hx711 driver, Func<bool> until, Action<ulong>? each = null)
    {
        ulong all = 0;
        for (long deadline = _clock.Read() + 2_000_000_000; !until();)
        {
            driver.TryRead(_counts, out ulong valid, out _);
            all |= valid;
            each?.Invoke(valid);
            if (valid == 0)
                _clock.Advance(TimeSpan.FromMilliseconds(1));
            if (_clock.Read() > deadline)
                throw new TimeoutException("It must happen within two seconds of bus time.");
        }
        return all;
    }

    private sealed class RandomBridge : IBridge
    {
        public long[] Last { get; } = new long[2];

        public long Counts(int cell, long conversion, long busNanoseconds) =>
            Last[cell] = (long)(Chance.Mix((ulong)(conversion * 64 + cell)) % 16_000_000) - 8_000_000;
    }

    private sealed class Tap(SpiDevice inner) : SpiDevice
    {
        public string LongestSince { get; private set; } = "";

        public override SpiConnectionSettings ConnectionSettings => inner.ConnectionSettings;

        public override void Read(Span<byte> buffer) => inner.Read(buffer);

        public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

        public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
        {
            if (writeBuffer.Length == 7)
                LongestSince = Convert.ToHexString(writeBuffer);
            inner.TransferFullDuplex(writeBuffer, readBuffer);
        }
    }
}
