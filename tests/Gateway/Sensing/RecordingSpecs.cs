using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway.Tests.Sensing;

public sealed class RecordingSpecs
{
    private static readonly SlotId Milk = new(1), Rice = new(2);
    private static readonly Calibration Cell = new(430, 84_000, 40, Mass.FromGrams(55));

    [Fact]
    public void Every_entry_comes_back_as_it_was_recorded_but_for_date_and_tags_numbers()
    {
        DateTimeOffset start = Samples.Morning;
        ScaleStart scale = new(Cell, ScaleSettings.ForRate(80), Mass.FromGrams(1234.567)), unknown = new(null, new ScaleSettings(), null);
        TagUid uid = new([0x04, 9, 8, 7, 6, 5, 4]);
        StockStep step = new(Milk, start.AddSeconds(3), StepKind.Used, Mass.FromGrams(-250.5), Mass.FromGrams(984.067), Mass.FromGrams(0.2));
        string text = Text(
            Start(Milk, scale), Sample(Milk, 84_100, 5_000_000_000, start), Start(Rice, unknown), Sample(Rice, -7, 5_000_000_000, start.AddTicks(123)),
            new RecordedEntry(RecordedKind.Tag, Tag: new TagChange(Milk, uid, new Sgtin(Samples.Milk, "7"), Present: true, 0)),
            new RecordedEntry(RecordedKind.Lost, Lost: 3), Sample(Milk, 84_050, 5_012_500_000, start.AddMilliseconds(-2)), new RecordedEntry(RecordedKind.Step, Step: step));

        List<RecordedEntry> read = [.. Reader(text).Read()];

        text.Should().NotContain(uid.Hex).And.NotContain("2026").And.NotContain(Samples.Milk.ToString());
        read.Select(entry => entry.Kind).Should().Equal(
            RecordedKind.Start, RecordedKind.Sample, RecordedKind.Start, RecordedKind.Sample, RecordedKind.Tag, RecordedKind.Lost, RecordedKind.Sample, RecordedKind.Step);
        read[0].Start.Should().Be(scale);
        read[2].Start.Should().Be(unknown);
        read[1].Sample.Should().Be(new SensorSample(Milk, 84_100, 0));
        read[3].At.Should().Be(DateTimeOffset.UnixEpoch.AddTicks(123));
        read[6].Sample.Should().Be(new SensorSample(Milk, 84_050, 12_500_000));
        read[6].At.Should().Be(DateTimeOffset.UnixEpoch.AddMilliseconds(-2));
        (read[4].Tag.Item is not null, read[4].Tag.Present, read[5].Lost).Should().Be((true, true, 3));
        read[7].Step.Should().Be(step with { At = DateTimeOffset.UnixEpoch.AddSeconds(3) });
    }

    [Fact]
    public void A_last_line_that_was_cut_off_is_left_out_and_told()
    {
        string whole = Text(Start(Milk, new ScaleStart(Cell, new ScaleSettings(), null)), Sample(Milk, 84_100, 1, Samples.Morning), Sample(Milk, 84_200, 2, Samples.Morning));
        for (int cut = 1; cut < "1 0 1 84200".Length; cut++)
        {
            RecordingReader reader = Reader(whole[..^(cut + 1)]);

            reader.Read().Where(entry => entry.Kind == RecordedKind.Sample).Should().ContainSingle();
            reader.IsTruncated.Should().BeTrue();
        }
        Reader(whole).Read().Should().HaveCount(3);
    }

    [Theory]
    [InlineData("nonsense here", "line 5", "no entry")]
    [InlineData("1 0 1 twelve", "line 5", "'twelve' is not a number")]
    [InlineData("1 0 1 9000000", "line 5", "'9000000' is not a number")]
    [InlineData("1 0 7 84000", "line 5", "no 'slot 7' line")]
    [InlineData("1 0 0 84000", "line 5", "'0' is not a number")]
    [InlineData("lost 0", "line 5", "'0' is not a number")]
    [InlineData("slot 1 {\"calibration\":null}", "line 5", "settings")]
    [InlineData("slot 1 {\"calibration\":null,\"settings\":{\"settleSamples\":12,\"fromTheFuture\":1}}", "line 5", "newer version")]
    [InlineData("step 9 0 used -1 1 1", "line 5", "no 'slot 9' line")]
    [InlineData("end 1\n1 0 1 84000", "line 6", "follows the end")]
    public void A_broken_line_is_refused_with_its_number(string line, string where, string why)
    {
        string text = Text(Start(Milk, new ScaleStart(Cell, new ScaleSettings(), null))) + line + "\n";

        Action read = () => _ = Reader(text).Read().Count();

        read.Should().Throw<FormatException>().WithMessage($"*pantry.rec, {where}:*").WithMessage($"*{why}*");
    }

    [Theory]
    [InlineData("", "is not a recording")]
    [InlineData("grams,time\n1,2\n", "is not a recording")]
    [InlineData("pantrychain-recording 2 9.9.9\n", "Install the version that recorded it (9.9.9)")]
    public void What_is_no_recording_says_so(string text, string said) =>
        new Action(() => _ = Reader(text).Read().Count()).Should().Throw<FormatException>().WithMessage($"*{said}*");

    [Fact]
    public void A_recording_gives_the_steps_of_the_scale_that_it_was_taken_from()
    {
        Property property = Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
        {
            (string text, List<StockStep> live) = Live(seed);
            ReplayResult result = PantryChain.Gateway.Sensing.Replay.Run(Reader(text).Read());
            return result.Match == (live.Count == 0 ? ReplayMatch.NoSteps : ReplayMatch.Exact)
                && result.Steps.SequenceEqual(live.Select(step => step with { At = DateTimeOffset.UnixEpoch + (step.At - Samples.Morning) }));
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20), property);
    }

    /// <summary>A scale at work for five minutes with changes at random, recorded from its first sample.</summary>
    private static (string Text, List<StockStep> Steps) Live(int seed)
    {
        Random random = new(seed);
        SampleRecorder recorder = new();
        using Recording recording = recorder.TryStart([Milk])!;
        ScaleStart start = new(Cell, ScaleSettings.ForRate(10), null);
        Scale scale = new(Milk, start.Calibration, start.Settings);
        List<StockStep> steps = [];
        double grams = 3000;
        for (int i = 0; i < 3000; i++)
        {
            if (random.Next(300) == 0)
                grams += random.Next(-400, 400);
            SensorSample sample = new(Milk, (int)Math.Round(Cell.CountsAt(Mass.FromGrams(grams)) + 40 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5)), i * 100_000_000L);
            DateTimeOffset now = Samples.Morning.AddTicks(i * 1_000_000L + (i == 0 ? 0 : random.Next(20_000)));
            recorder.Offer(sample, now, _ => start);
            scale.TryWeigh(sample, now, out _, out StockStep? step);
            if (step is { } one)
            {
                recorder.Offer(one);
                steps.Add(one);
            }
        }
        return (Text(recording), steps);
    }

    private static RecordedEntry Start(SlotId slot, ScaleStart start) => new(RecordedKind.Start, Slot: slot, Start: start);

    private static RecordedEntry Sample(SlotId slot, int counts, long bus, DateTimeOffset at) => new(RecordedKind.Sample, Sample: new SensorSample(slot, counts, bus), At: at, Slot: slot);

    private static string Text(Recording recording)
    {
        List<RecordedEntry> entries = [];
        while (recording.TryTake(out RecordedEntry entry))
            entries.Add(entry);
        return Text([.. entries]);
    }

    private static string Text(params RecordedEntry[] entries)
    {
        StringBuilder text = new();
        RecordingText writer = new(text);
        writer.WriteHeader();
        foreach (RecordedEntry entry in entries)
            writer.Write(entry);
        return text.ToString();
    }

    private static RecordingReader Reader(string text) => new(new StringReader(text), "pantry.rec");
}
