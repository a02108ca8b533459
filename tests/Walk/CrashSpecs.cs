using PantryChain.Rehearsal.Running;
using Xunit.Abstractions;

namespace PantryChain.Walk.Tests;

/// <summary>The whole system in real processes: whatever is killed, whenever, nothing is lost and nothing happens twice.</summary>
public sealed class CrashSpecs(ITestOutputHelper output)
{
    private const int KillsPerProcess = 3;
    private const int Seed = 20260501;

    [Fact]
    public async Task Three_kills_of_every_process_lose_no_event_and_double_no_order()
    {
        string folder = Directory.CreateTempSubdirectory("walk-").FullName;
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(3));

        CrashReport report = await CrashDrill.RunAsync(folder, KillsPerProcess * CrashDrill.Victims.Count, Seed, output.WriteLine, patience.Token);

        report.Findings.Should().BeEmpty();
        report.Kills.Keys.Should().BeEquivalentTo(CrashDrill.Victims);
        report.Kills.Values.Should().OnlyContain(kills => kills == KillsPerProcess);
        report.LostEvents.Should().Be(0);
        report.DuplicateOrders.Should().Be(0);
        report.Events.Should().BeGreaterThan(20, "a household lived meanwhile");
        report.BlocksAnchored.Should().BeGreaterThan(3);
        Directory.Delete(folder, recursive: true);
    }
}
