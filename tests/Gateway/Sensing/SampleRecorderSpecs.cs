using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway.Tests.Sensing;

public sealed class SampleRecorderSpecs
{
    private static readonly SlotId Milk = new(1), Rice = new(2);

    private readonly SampleRecorder _recorder = new();

    [Fact]
    public void Nothing_is_allocated_while_nobody_records()
    {
        Func<SlotId, ScaleStart> start = StartOf;
        Offer(Milk, 1, start);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
            Offer(Milk, i, start);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Fact]
    public void A_running_recording_allocates_nothing_per_sample_either()
    {
        Func<SlotId, ScaleStart> start = StartOf;
        using Recording recording = _recorder.TryStart([Milk])!;
        Offer(Milk, 1, start);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
            Offer(Milk, i, start);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Fact]
    public void A_recording_begins_each_slot_with_its_scale_and_leaves_other_slots_out()
    {
        using Recording recording = _recorder.TryStart([Milk])!;
        Offer(Rice, 5, StartOf);
        Offer(Milk, 7, StartOf);
        Offer(Milk, 8, StartOf);

        Taken(recording).Select(entry => (entry.Kind, entry.Slot, entry.Sample.Counts)).Should().Equal(
            (RecordedKind.Start, Milk, 0), (RecordedKind.Sample, Milk, 7), (RecordedKind.Sample, Milk, 8));
    }

    [Fact]
    public void What_finds_no_room_is_counted_where_it_is_missing()
    {
        using Recording recording = _recorder.TryStart([Milk], capacity: 4)!;
        for (int i = 1; i <= 10; i++)
            Offer(Milk, i, StartOf);
        List<RecordedEntry> first = Taken(recording);
        Offer(Milk, 11, StartOf);

        first.Select(entry => entry.Sample.Counts).Should().Equal(0, 1, 2, 3);
        Taken(recording).Select(entry => (entry.Kind, entry.Lost, entry.Sample.Counts)).Should().Equal((RecordedKind.Lost, 7, 0), (RecordedKind.Sample, 0, 11));
    }

    [Fact]
    public void Only_so_many_record_at_once_and_one_that_ends_makes_room()
    {
        Recording[] all = [_recorder.TryStart([Milk])!, _recorder.TryStart([Milk])!];

        _recorder.TryStart([Milk]).Should().BeNull();
        all[0].Dispose();
        _recorder.TryStart([Milk]).Should().NotBeNull();
        _recorder.IsRecording.Should().BeTrue();
    }

    [Fact]
    public void A_reader_on_another_thread_gets_every_sample_once_and_in_order()
    {
        const int samples = 50_000;
        using Recording recording = _recorder.TryStart([Milk], capacity: 64)!;
        Thread sensing = new(() =>
        {
            for (int i = 1; i <= samples; i++)
                Offer(Milk, i, StartOf);
        });
        sensing.Start();
        List<RecordedEntry> seen = [];
        while (sensing.IsAlive)
            seen.AddRange(Taken(recording));
        seen.AddRange(Taken(recording));
        Offer(Milk, samples + 1, StartOf); // tells what was lost at the very end
        seen.AddRange(Taken(recording));

        seen.Where(entry => entry.Kind == RecordedKind.Sample).Select(entry => entry.Sample.Counts).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        (seen.Count(entry => entry.Kind == RecordedKind.Sample) + seen.Sum(entry => entry.Lost)).Should().Be(samples + 1);
    }

    [Fact]
    public void The_meter_shows_the_newest_counts_and_the_rate()
    {
        SlotMeter meter = new();
        for (int i = 0; i < 200; i++)
            meter.Add(new SensorSample(Milk, i, i * 12_500_000L));

        meter.Samples.Should().Be(200);
        meter.Newest().Should().Equal(Enumerable.Range(136, 64));
        meter.Rate.Should().BeApproximately(80, 0.5);
    }

    private static ScaleStart StartOf(SlotId slot) => new(new Calibration(400, 0, 1), new ScaleSettings(), Mass.Zero);

    private void Offer(SlotId slot, int counts, Func<SlotId, ScaleStart> start) => _recorder.Offer(new SensorSample(slot, counts, counts), DateTimeOffset.UnixEpoch, start);

    private static List<RecordedEntry> Taken(Recording recording)
    {
        List<RecordedEntry> taken = [];
        while (recording.TryTake(out RecordedEntry entry))
            taken.Add(entry);
        return taken;
    }
}
