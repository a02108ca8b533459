using System.CommandLine;
using Npgsql;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Evm;
using PantryChain.Rehearsal.Parts;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Rehearsal.Commands;

/// <summary>One line with the fix instead of a stack trace, for every verb.</summary>
internal static class CommandLine
{
    /// <summary>Exit code when the thing was not reached.</summary>
    public const int Failed = 1;

    /// <summary>Exit code after Ctrl-C before anything was reached: 128 + SIGINT.</summary>
    public const int Interrupted = 130;

    /// <summary>Exit code after bad input: nothing is left running.</summary>
    public const int BadInput = 2;

    // Stopping in order takes some seconds; the audit after Ctrl-C may take half a minute.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(60);

    /// <summary>Runs the verb that <paramref name="args"/> name.</summary>
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            string what = parsed.UnmatchedTokens.Count > 0 ? $"'{parsed.UnmatchedTokens[0]}' is not understood." : parsed.Errors[0].Message;
            await Console.Error.WriteLineAsync($"{what} Run './pantry help' to see what there is.");
            return BadInput;
        }
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = Farewell });
        }
        catch (UsageException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return BadInput;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped before everything was up.");
            return Interrupted;
        }
        catch (Exception error) when (error is PartException or StorageException or FormatException or Chain.ChainMismatchException or EvmException or NpgsqlException or HttpRequestException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return Failed;
        }
    }

    /// <summary>Household time from a clock file.</summary>
    /// <exception cref="UsageException">The file is missing.</exception>
    public static HouseholdTime Clock(string file) =>
        File.Exists(file) ? HouseholdTime.Read(file, TimeProvider.System) : throw new UsageException($"{file} does not exist. './pantry up' writes the clock file.");
}
