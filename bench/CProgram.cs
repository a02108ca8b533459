using CliWrap.Buffered;
using CliWrap;

namespace PantryChain.Bench;

/// <summary>A yardstick in C: compiled with gcc -O2 into a folder of its own and run.</summary>
internal static class CProgram
{
    /// <summary>Compiles <paramref name="source"/> against <paramref name="library"/> and runs it; answers the first number that it prints.</summary>
    /// <exception cref="InvalidOperationException">The compiler, the library's headers or the program failed; the message ends with what it said.</exception>
    public static async Task<double> RunAsync(string folder, string source, string library, params string[] arguments)
    {
        string file = Path.Combine(folder, "yardstick.c"), program = Path.Combine(folder, "yardstick");
        await File.WriteAllTextAsync(file, source);
        await RunAsync("gcc", $"Install it with 'sudo apt-get install gcc lib{library}-dev'.", ["-O2", "-o", program, file, $"-l{library}"]);
        string output = await RunAsync(program, "", arguments);
        return double.Parse(output.AsSpan().Trim(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<string> RunAsync(string program, string hint, IEnumerable<string> arguments)
    {
        BufferedCommandResult run = await Cli.Wrap(program).WithArguments(arguments).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
        return run.IsSuccess ? run.StandardOutput : throw new InvalidOperationException($"{program} failed. {hint} {run.StandardError}");
    }
}
