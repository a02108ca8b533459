using System.Runtime.CompilerServices;
using CliWrap.Buffered;
using CliWrap;

namespace PantryChain.Hardware.Tests;

/// <summary>The project's folder, and programs run with a deadline.</summary>
internal static class Place
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10); // a drawing that takes 10 s alone took more than a minute on a busy machine

    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A path below <c>hardware</c>.</summary>
    public static string Hardware(params string[] parts) => Path.Combine([Root, "hardware", .. parts]);

    /// <summary>The built gateway, which is laid out as a published one.</summary>
    public static string GatewayBuild => Path.Combine(Root, "artifacts", "bin", "Gateway", new DirectoryInfo(AppContext.BaseDirectory).Name);

    /// <summary>Runs a program to its end.</summary>
    public static Task<(int ExitCode, string Said)> RunAsync(string program, params string[] words) => RunAsync(program, words, new Dictionary<string, string>());

    /// <summary>Runs a program to its end with variables on top of the environment.</summary>
    public static async Task<(int ExitCode, string Said)> RunAsync(string program, IEnumerable<string> words, IReadOnlyDictionary<string, string> variables)
    {
        using CancellationTokenSource deadline = new(Patience);
        try
        {
            BufferedCommandResult run = await Cli.Wrap(program).WithArguments(words)
                .WithEnvironmentVariables(variables.ToDictionary(variable => variable.Key, variable => (string?)variable.Value))
                .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(deadline.Token);
            return (run.ExitCode, run.StandardOutput + run.StandardError);
        }
        catch (OperationCanceledException error)
        {
            throw new TimeoutException($"{program} did not end within {Patience.TotalSeconds} s.", error);
        }
    }

    private static string FindRoot([CallerFilePath] string here = "")
    {
        DirectoryInfo? folder = new FileInfo(here).Directory;
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PantryChain.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"No PantryChain.sln above {here}.");
    }
}
