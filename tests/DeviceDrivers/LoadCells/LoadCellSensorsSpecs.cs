using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Tests.LoadCells;

public sealed class LoadCellSensorsSpecs
{
    private static readonly SlotId First = new(1), Second = new(2);

    private readonly FakeCells _broken = new(), _well = new();
    private long _now;

    [Fact]
    public void A_group_whose_lines_are_gone_is_told_once_and_the_others_go_on()
    {
        using LoadCellSensors sensors = Sensors(_broken, _well);
        _broken.IsGone = true;
        int told = 0, samples = 0;
        for (int i = 0; i < 1_000; i++)
        {
            _now += 10_000_000;
            _broken.Time = _well.Time = _now;
            try
            {
                samples += sensors.TrySample(out SensorSample sample) && sample.Slot == Second ? 1 : 0;
            }
            catch (IOException)
            {
                told++;
            }
        }

        told.Should().Be(1);
        samples.Should().BeGreaterThan(900);
        sensors.HealthOf(First).Should().Be(SlotHealth.Disconnected);
        sensors.LastFailureOf(First).Should().Contain("dmesg");
        sensors.HealthOf(Second).Should().Be(SlotHealth.Ok);
        _broken.Asked.Should().BeInRange(9, 11, "it is tried again every second");
    }

    [Fact]
    public void A_group_that_comes_back_is_read_again()
    {
        using LoadCellSensors sensors = Sensors(_broken, _well);
        _broken.IsGone = true;
        Action first = () => sensors.TrySample(out _);
        first.Should().Throw<IOException>();

        _broken.IsGone = false;
        _broken.Time = _well.Time = 2_000_000_000;
        SlotId[] seen = [.. Enumerable.Range(0, 2).Select(_ => { sensors.TrySample(out SensorSample sample); return sample.Slot; })];

        seen.Should().Contain(First);
        sensors.HealthOf(First).Should().Be(SlotHealth.Ok);
        sensors.LastFailureOf(First).Should().BeEmpty();
    }

    [Fact]
    public void The_only_group_tells_every_failure()
    {
        using LoadCellSensors sensors = new LoadCellSensors(new SamplingDuty { Calm = TimeSpan.Zero }).Add(_broken, [First]);
        _broken.IsGone = true;
        Action read = () => sensors.TrySample(out _);

        read.Should().Throw<IOException>();
        _broken.Time = 1_000_000_001;
        read.Should().Throw<IOException>();
    }

    private static LoadCellSensors Sensors(FakeCells first, FakeCells second) =>
        new LoadCellSensors(new SamplingDuty { Calm = TimeSpan.Zero }).Add(first, [First]).Add(second, [Second]);

    private sealed class FakeCells : ILoadCells
    {
        private long _last = -1;

        public bool IsGone { get; set; }

        public long Time { get; set; }

        public int Asked { get; private set; }

        public int Cells => 1;

        public TimeSpan Period => TimeSpan.FromMilliseconds(10);

        public IReadOnlyList<Tally> Tallies => [];

        public long Now() => Time;

        public SlotHealth HealthOf(int cell) => SlotHealth.Ok;

        public bool TryRead(Span<int> counts, out ulong valid, out long busNanoseconds)
        {
            Asked++;
            if (IsGone)
                throw new IOException("The lines stopped answering; look into 'dmesg'.");
            (valid, busNanoseconds) = (Time > _last ? 1UL : 0, Time);
            _last = Time;
            return valid != 0;
        }

        public void Dispose()
        {
        }
    }
}
