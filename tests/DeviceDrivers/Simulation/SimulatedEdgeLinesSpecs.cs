using PantryChain.DeviceDrivers.Simulation;

namespace PantryChain.DeviceDrivers.Tests.Simulation;

public sealed class SimulatedEdgeLinesSpecs : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(12.5);

    private readonly SteppedBusClock _clock = new();
    private readonly SimulatedEdgeLines _lines;

    public SimulatedEdgeLinesSpecs() => _lines = new SimulatedEdgeLines(new SimulatedHx711(cells: 4, new Weightless(), Period, _clock), _clock);

    [Fact]
    public void The_sleeper_wakes_right_when_the_last_converter_is_ready()
    {
        bool ready = _lines.WaitLow(0b1111, 5 * Period, out long woken);

        ready.Should().BeTrue();
        _lines.ReadData().Should().Be(0);
        woken.Should().BeInRange(49_500_000, 50_600_000); // four conversions of settling, oscillators 1 % apart
    }

    [Fact]
    public void A_converter_that_never_gets_ready_costs_no_more_than_the_patience()
    {
        bool ready = _lines.WaitLow(0b1111, Period, out long woken);

        ready.Should().BeFalse();
        woken.Should().BeInRange(12_500_000, 12_520_000);
    }

    [Fact]
    public void No_line_is_no_wait()
    {
        _lines.WaitLow(0, Period, out long woken).Should().BeTrue();

        woken.Should().BeLessThan(10_000);
    }

    public void Dispose() => _lines.Dispose();

    private sealed class Weightless : IBridge
    {
        public long Counts(int cell, long conversion, long busNanoseconds) => 0;
    }
}
