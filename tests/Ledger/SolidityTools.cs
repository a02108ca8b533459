using System.Runtime.InteropServices;
using CliWrap.Buffered;
using CliWrap;

namespace PantryChain.Ledger.Tests;

/// <summary>Runs the programs of <c>src/Ledger/Solidity</c>: Foundry's and the scripts in <c>tools/</c>.</summary>
internal static class SolidityTools
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(12);

    public static string Folder { get; } = Path.Combine(ProjectFolder(), "src", "Ledger", "Solidity");

    public static string Read(params string[] path) => File.ReadAllText(Path.Combine([ProjectFolder(), .. path]));

    /// <summary>Runs <c>forge</c> with a profile of <c>foundry.toml</c>.</summary>
    public static Task<(int ExitCode, string Output)> ForgeAsync(string profile, params string[] arguments)
    {
        string architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
        return RunAsync(Path.Combine(Folder, "node_modules", "@foundry-rs", $"forge-linux-{architecture}", "bin", "forge"), profile, arguments);
    }

    /// <summary>Runs a script of <c>tools/</c> with Node.</summary>
    public static Task<(int ExitCode, string Output)> NodeAsync(params string[] arguments) => RunAsync("node", "default", arguments);

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, string profile, string[] arguments)
    {
        Directory.Exists(Path.Combine(Folder, "node_modules", "@foundry-rs")).Should()
            .BeTrue("the compiler and Foundry come from npm: './pantry test' installs them ('npm ci' in src/Ledger/Solidity)");
        using CancellationTokenSource deadline = new(Longest);
        BufferedCommandResult run = await Cli.Wrap(program).WithArguments(arguments).WithWorkingDirectory(Folder)
            .WithEnvironmentVariables(new Dictionary<string, string?>
            {
                ["FOUNDRY_PROFILE"] = profile, ["FORGE_SNAPSHOT_CHECK"] = "true", ["FORGE_SNAPSHOT_EMIT"] = "false", ["NO_COLOR"] = "1",
            })
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(deadline.Token);
        return (run.ExitCode, run.StandardOutput + run.StandardError);
    }

    private static string ProjectFolder()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PantryChain.sln")))
            folder = folder.Parent;
        return folder!.FullName;
    }
}
