using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PantryChain.Gateway.Commands;
using PantryChain.Gateway.Sensing;
using PantryChain.Telemetry.Journaling;

namespace PantryChain.Gateway.Tests.Commands;

public sealed class RecordSpecs : IDisposable
{
    private const double TwentyDaysAMinute = 28_800;

    private static readonly string[] BenchMembers = ["samples", "events", "sigma_g", "drift_g", "seconds"];

    private readonly TempDataFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task A_recording_from_the_first_sample_gives_exactly_the_steps_that_the_gateway_journaled()
    {
        await using GatewayWorld world = new(TwentyDaysAMinute);
        Recording? recording = null;
        await world.StartAsync(stations => recording = stations.GetRequiredService<SampleTap>().Recorder.TryStart(world.Household.Slots.Select(slot => slot.Slot)));
        Journal journal = world.Get<Journal>();
        StringBuilder text = new();
        RecordingText writer = new(text);
        writer.WriteHeader();
        await Wait.Until(() => Drain(recording!, writer) && journal.Last >= 8, "eight events were journaled");
        await world.KillAsync();
        Drain(recording!, writer);

        ReplayResult result = Replay.Run(new RecordingReader(new StringReader(text.ToString()), "recording").Read());

        result.Lost.Should().Be(0);
        result.Match.Should().Be(ReplayMatch.Exact);
        result.Steps.Should().HaveCountGreaterThan(3);
        result.Slots.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_user_records_a_running_gateway_and_replays_the_same_steps()
    {
        await using GatewayWorld world = new(TwentyDaysAMinute);
        await world.StartAsync();
        ShelfBoard board = world.Get<ShelfBoard>();
        await Wait.Until(() => board.Readings.All(reading => reading.Stable), "the shelves had settled");
        Console console = new(world);
        string file = _temp.Inside("kitchen.rec");

        (int code, string said, string error) = await console.RunAsync(RecordCommand.Create(), file, "--slot", "1", "--seconds", "3");
        (int again, _, string refused) = await console.RunAsync(RecordCommand.Create(), file, "--seconds", "1");
        (int replayed, string json, _) = await console.RunAsync(ReplayCommand.Create(), file, "--json");
        (_, string words, _) = await console.RunAsync(ReplayCommand.Create(), file);

        (code, replayed, again).Should().Be((0, 0, CommandLine.BadInput), error);
        said.Should().Contain("no names").And.Contain("samples");
        refused.Should().Contain("is there already");
        File.GetUnixFileMode(file).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using JsonDocument report = JsonDocument.Parse(json);
        JsonElement root = report.RootElement;
        root.EnumerateObject().Select(member => member.Name).Should().StartWith(BenchMembers, "scripts for the bench read it too");
        root.GetProperty("samples").GetInt32().Should().BeGreaterThan(20);
        root.GetProperty("seconds").GetDouble().Should().BeGreaterThan(40_000);
        root.GetProperty("truncated").GetBoolean().Should().BeFalse();
        root.GetProperty("then").GetProperty("match").GetString().Should().NotBe("Different");
        root.GetProperty("events").EnumerateArray().Should().OnlyContain(step => step.GetProperty("slot").GetInt32() == 1 && step.GetProperty("kind").GetString()!.Length > 0);
        words.Should().Contain("slot 1: ").And.Contain(" booking");
    }

    [Fact]
    public async Task A_broken_recording_and_a_truncated_one_are_told_apart()
    {
        await using GatewayWorld world = new(1);
        await world.StartAsync();
        Console console = new(world);
        string broken = _temp.Inside("broken.rec"), truncated = _temp.Inside("truncated.rec");
        const string start = "pantrychain-recording 1 1.0.0\nslot 1 {\"calibration\":null,\"settings\":{},\"levelMg\":null}\n";
        await File.WriteAllTextAsync(broken, start + "0 0 1 84000\nxyz\n");
        await File.WriteAllTextAsync(truncated, start + "0 0 1 84000\n12500000 125");

        (int code, _, string error) = await console.RunAsync(ReplayCommand.Create(), broken);
        (int tolerated, string output, string told) = await console.RunAsync(ReplayCommand.Create(), truncated);
        (int missing, _, string absent) = await console.RunAsync(ReplayCommand.Create(), _temp.Inside("nothing.rec"));

        (code, tolerated, missing).Should().Be((CommandLine.BadInput, 0, CommandLine.BadInput));
        error.Should().Contain("broken.rec, line 4: 'xyz'");
        told.Should().Contain("cut off");
        output.Should().Contain("slot 1: 1 samples, 0 bookings");
        absent.Should().Contain("cannot be read");
    }

    [Fact]
    public async Task A_recording_that_cannot_be_says_why()
    {
        await using GatewayWorld world = new(1);
        await world.StartAsync();
        Console console = new(world);

        (await console.RunAsync(RecordCommand.Create(), _temp.Inside("a.rec"), "--slot", "9")).Error.Should().Contain("There is no slot 9");
        (await console.RunAsync(RecordCommand.Create(), _temp.Inside("a.rec"), "--seconds", "-1")).Error.Should().Contain("--seconds");
        (await console.RunAsync(RecordCommand.Create(), _temp.Inside("no/such/folder/a.rec"), "--seconds", "1")).Error.Should().Contain("cannot be written");
        SampleRecorder recorder = world.Get<SampleTap>().Recorder;
        await Wait.Until(() => !recorder.IsRecording, "the gateway had noticed that nobody listens");
        using Recording first = recorder.TryStart([])!, second = recorder.TryStart([])!;
        (await console.RunAsync(RecordCommand.Create(), _temp.Inside("b.rec"), "--seconds", "1")).Error.Should().Contain("run already");
        File.Exists(_temp.Inside("b.rec")).Should().BeFalse();
    }

    private static bool Drain(Recording recording, RecordingText writer)
    {
        while (recording.TryTake(out RecordedEntry entry))
            writer.Write(entry);
        return true;
    }
}
