using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.DeviceDrivers.Simulation;

namespace PantryChain.DeviceDrivers.Tests.LoadCells;

public sealed class Nau7802FaultSpecs
{
    /// <summary>Faults come between any two accesses to the chip, also in the middle of a frame or of a start; the loads differ from conversion to conversion.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void No_fault_at_any_moment_makes_a_wrong_value(int seed, bool secondCell)
    {
        SteppedBusClock clock = new();
        using SimulatedI2cBus bus = new(clock);
        NoisyBridge bridge = new();
        bus.Attach(new Haunted(new SimulatedNau7802(bridge), new Random(seed)));
        using Nau7802 driver = new(bus.CreateDevice(Nau7802.Address), new Nau7802Options { Rate = Nau7802Rate.PerSecond80, SecondCell = secondCell }, clock);
        int[] counts = new int[2];
        int read = 0;
        for (long end = clock.Read() + 600_000_000_000; clock.Read() < end; clock.Advance(TimeSpan.FromMilliseconds(1)))
        {
            if (!driver.TryRead(counts, out ulong valid, out _))
                continue;
            read++;
            int cell = valid == 1 ? 0 : 1;
            counts[cell].Should().BeOneOf(bridge.Last[cell], bridge.Before[cell]);
        }

        read.Should().BeGreaterThan(secondCell ? 1_000 : 10_000);
        driver.Counters.SettingsLost.Should().BeGreaterThan(5);
        driver.Counters.Stale.Should().BeGreaterThan(0);
        driver.Counters.Frozen.Should().BeGreaterThan(0);
    }

    private sealed class NoisyBridge : IBridge
    {
        public int[] Last { get; } = new int[2];

        public int[] Before { get; } = new int[2];

        public long Counts(int cell, long conversion, long busNanoseconds)
        {
            Before[cell] = Last[cell];
            return Last[cell] = (cell == 0 ? 812_345 : -250_000) + (int)(Chance.Mix((ulong)conversion) % 4_000);
        }
    }

    /// <summary>A chip to which something happens before about one access in 750, for up to two seconds.</summary>
    private sealed class Haunted(SimulatedNau7802 chip, Random chance) : ISimulatedI2cChip
    {
        private static readonly Nau7802Fault[] Faults =
            [Nau7802Fault.Vanished, Nau7802Fault.Stopped, Nau7802Fault.Frozen, Nau7802Fault.NeverReady, Nau7802Fault.CalibrationError, Nau7802Fault.OtherChip];

        private long _until = long.MaxValue;

        public int Address => chip.Address;

        public bool TryWrite(ReadOnlySpan<byte> bytes, long busNanoseconds)
        {
            Haunt(busNanoseconds);
            return chip.TryWrite(bytes, busNanoseconds);
        }

        public bool TryRead(Span<byte> bytes, long busNanoseconds)
        {
            Haunt(busNanoseconds);
            return chip.TryRead(bytes, busNanoseconds);
        }

        private void Haunt(long now)
        {
            if (now >= _until)
            {
                chip.Inject(Nau7802Fault.None);
                _until = long.MaxValue;
            }
            int lot = chance.Next(1_500);
            if (lot == 0)
                chip.BrownOut();
            if (lot == 1)
            {
                chip.Inject(Faults[chance.Next(Faults.Length)]);
                _until = now + chance.Next(1, 2_000) * 1_000_000L;
            }
        }
    }
}
