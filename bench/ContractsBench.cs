using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text;

namespace PantryChain.Bench;

/// <summary><c>bench contracts</c>: the contracts' tests in full depth, and what each transaction costs beside its goal and beside a plain ERC-20 transfer.</summary>
internal static class ContractsBench
{
    private const string Yardstick = "yardstick: ERC-20 transfer";

    public static Command Create()
    {
        Option<bool> gasOnly = new("--gas-only") { Description = "Only the gas table, in seconds; without it the deep tests run first, for half an hour." };
        Option<bool> json = new("--json") { Description = "The gas table as one JSON object instead of text." };
        Command command = new("contracts", "Fuzz 10 000 and invariants 1 024 x 64 over the contracts; gas per transaction beside its goal.") { gasOnly, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            bool quiet = parsed.GetValue(json);
            int exitCode = parsed.GetValue(gasOnly) ? 0 : await ForgeAsync("deep", quiet, cancellation);
            exitCode = exitCode == 0 ? await ForgeAsync("gas", quiet: true, cancellation) : exitCode;
            if (exitCode == 0)
                Print(quiet);
            return exitCode;
        });
        return command;
    }

    /// <summary>Runs forge with a profile of foundry.toml; the gas profile fails when a figure differs from the committed one or passes its goal.</summary>
    private static async Task<int> ForgeAsync(string profile, bool quiet, CancellationToken cancellation)
    {
        string platform = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-amd64";
        string forge = Path.Combine(Folder(), "node_modules", "@foundry-rs", $"forge-{platform}", "bin", "forge");
        if (!File.Exists(forge))
        {
            await Console.Error.WriteLineAsync("Foundry is not installed. Run './pantry test' once, or 'npm ci' in src/Ledger/Solidity.");
            return 2;
        }

        StringBuilder said = new();
        CliWrap.CommandResult run = await CliWrap.Cli.Wrap(forge).WithArguments("test").WithWorkingDirectory(Folder())
            .WithEnvironmentVariables(new Dictionary<string, string?> { ["FOUNDRY_PROFILE"] = profile, ["FORGE_SNAPSHOT_CHECK"] = "true", ["FORGE_SNAPSHOT_EMIT"] = "false" })
            .WithStandardOutputPipe(quiet ? CliWrap.PipeTarget.ToStringBuilder(said) : CliWrap.PipeTarget.ToStream(Console.OpenStandardOutput()))
            .WithStandardErrorPipe(CliWrap.PipeTarget.ToStream(Console.OpenStandardError()))
            .WithValidation(CliWrap.CommandResultValidation.None).ExecuteAsync(cancellation);
        if (!run.IsSuccess)
            await Console.Error.WriteLineAsync(said, CancellationToken.None);
        return run.ExitCode;
    }

    private static void Print(bool json)
    {
        Dictionary<string, int> gas = Snapshot("transactions"), goals = Snapshot("goals");
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(gas.ToDictionary(one => one.Key, one => new { gas = one.Value, goal = goals[one.Key] })));
            return;
        }

        Console.WriteLine($"{"transaction",-52}{"gas",10}{"goal",10}{"transfers",12}");
        foreach ((string name, int cost) in gas.OrderBy(one => one.Value))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-52}{cost,10:N0}{goals[name],10:N0}{(double)cost / gas[Yardstick],12:F1}"));
    }

    private static Dictionary<string, int> Snapshot(string name) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Path.Combine(Folder(), "snapshots", $"{name}.json")))!
            .ToDictionary(one => one.Key, one => int.Parse(one.Value, CultureInfo.InvariantCulture));

    private static string Folder()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PantryChain.sln")))
            folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? throw new DirectoryNotFoundException("PantryChain.sln is not above the program."), "src", "Ledger", "Solidity");
    }
}
