using System.CommandLine;
using System.Diagnostics;
using PantryChain.Rehearsal.Running;

namespace PantryChain.Bench;

/// <summary>Any number of kills over all processes of a living household, and what they broke: nothing.</summary>
internal static class CrashBench
{
    private static readonly Option<int> Kills = new("--kills") { Description = "How many kills, over all processes in turn.", HelpName = "N", DefaultValueFactory = _ => 100 };
    private static readonly Option<int> Seed = new("--seed") { Description = "Fixes the moments.", HelpName = "N", DefaultValueFactory = _ => 1 };

    public static Command Create()
    {
        Command command = new("crash", "Kills every kind of process of a running household again and again, then audits: lost events, doubled ones, second orders.") { Kills, Seed };
        command.SetAction((parsed, stop) => RunAsync(parsed.GetValue(Kills), parsed.GetValue(Seed), stop));
        return command;
    }

    private static async Task<int> RunAsync(int kills, int seed, CancellationToken stop)
    {
        if (kills < 1)
        {
            await Console.Error.WriteLineAsync($"--kills {kills} is too few. Give a number from 1.");
            return 2;
        }
        string folder = Directory.CreateTempSubdirectory("crash-").FullName;
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        Stopwatch took = Stopwatch.StartNew();
        CrashReport report = await CrashDrill.RunAsync(folder, kills, seed, Console.Out.WriteLine, stop);
        foreach (string finding in report.Findings)
            Console.WriteLine(finding);
        Console.WriteLine($"killed: {string.Join(", ", report.Kills.Select(kill => $"{kill.Value} x {kill.Key}"))}");
        Console.WriteLine($"lived: {report.Days:F1} household days in {took.Elapsed.TotalSeconds:F0} s; {report.Events} events, {report.BlocksAnchored} blocks anchored, orders: {string.Join(", ", report.Orders.Select(state => $"{state.Value} {state.Key}"))}");
        Console.WriteLine($"{report.LostEvents} lost, {report.DuplicateOrders} second orders, {report.Findings.Count} other findings");
        bool whole = report is { LostEvents: 0, DuplicateOrders: 0, Findings.Count: 0 };
        if (whole)
            Directory.Delete(folder, recursive: true);
        else
            Console.WriteLine($"Everything is kept in {folder}.");
        return whole ? 0 : 1;
    }
}
