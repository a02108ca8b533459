using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Commands;

/// <summary>What all verbs share: the options, and one line with the fix instead of a stack trace.</summary>
internal static partial class CommandLine
{
    private const string UsualFolder = ".pantry/gateway";

    /// <summary>Environment variable with the name of the installed command, which has its folder built in (hardware/install/install.sh).</summary>
    private const string Installed = "PANTRY_GATEWAY_COMMAND";

    /// <summary>Exit code after bad input: nothing was started, nothing was changed.</summary>
    public const int BadInput = 2;

    /// <summary>Exit code after Ctrl-C: 128 and the signal's number, as shells count (POSIX.1-2017, XCU 2.8.2 asks for more than 128).</summary>
    public const int Interrupted = 130;

    /// <summary>The folder of <c>gateway.json</c>.</summary>
    public static readonly Option<string> Data = new("--data")
    {
        Description = "Folder of gateway.json, gateway.db and keys/.",
        HelpName = "DIR",
        DefaultValueFactory = _ => UsualFolder,
        Recursive = true,
    };

    /// <summary>The clock file of a rehearsal.</summary>
    public static readonly Option<string?> Clock = new("--clock") { Description = "Clock file of a rehearsal; without it the real time counts.", HelpName = "FILE", Recursive = true };

    /// <summary>A file whose first line is the member's PIN.</summary>
    public static readonly Option<string?> PinFile = new("--pin-file") { Description = "File whose first line is the member's PIN.", HelpName = "FILE" };

    /// <summary>Runs the verb that <paramref name="args"/> name.</summary>
    /// <returns>0 when it worked, 1 when it did not, 2 for bad input, 130 after Ctrl-C.</returns>
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        ParseResult parsed = root.Parse(args);
        PlainWriter error = new(Console.Error);
        if (parsed.Errors.Count > 0)
        {
            await error.WriteLineAsync(Misread(parsed));
            return BadInput;
        }
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = new PlainWriter(Console.Out), Error = error });
        }
        catch (UserError wrong)
        {
            await error.WriteLineAsync(Named(FolderOf(parsed), wrong.Message));
            return BadInput;
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
    }

    /// <summary>What is wrong with a command line, and the help of the very command that was meant: a verb's own verb is named with both words.</summary>
    public static string Misread(ParseResult parsed)
    {
        string what = parsed.UnmatchedTokens.Count > 0 ? $"'{parsed.UnmatchedTokens[0]}' is not understood." : Unfit().Replace(parsed.Errors[0].Message, "'${word}' is not what '${of}' expects.");
        string verbs = "";
        for (CommandResult at = parsed.CommandResult; at.Parent is CommandResult above; at = above)
            verbs = at.Command.Name + " " + verbs;
        return $"{what} Run './pantry gateway {verbs}--help' to see what there is.";
    }

    /// <summary>The data folder that was named.</summary>
    public static DataFolder FolderOf(ParseResult parsed) => new(parsed.GetValue(Data)!);

    /// <summary>The command to type next: the installed one where <see cref="Installed"/> names it, else with <c>--data</c> where the folder is not the usual one.</summary>
    public static string Next(DataFolder folder, string words) =>
        Environment.GetEnvironmentVariable(Installed) is { Length: > 0 } command ? $"'{command} {words}'"
        : $"'./pantry gateway {words}{(folder.Path == new DataFolder(UsualFolder).Path ? "" : $" --data {folder.Path}")}'";

    /// <summary>A text whose hints name the usual folder, with the commands as they have to be typed for this one (<see cref="Next"/>).</summary>
    public static string Named(DataFolder folder, string text) =>
        Hint().Replace(text, hint => hint.Value.Contains("--data", StringComparison.Ordinal) ? hint.Value : Next(folder, hint.Groups["words"].Value));

    [GeneratedRegex("^Cannot parse argument '(?<word>.*)' for (?:command|option) '(?<of>[^']+)' as expected type .*$", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unfit();

    [GeneratedRegex("'\\./pantry gateway (?<words>[^']+)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hint();

    /// <summary>Household time: the clock file's, or the one of the rehearsal that was joined from elsewhere, or the real one.</summary>
    /// <exception cref="UserError">The file is missing or no clock file.</exception>
    public static TimeProvider TimeOf(ParseResult parsed, CooperativeInfo? cooperative)
    {
        if (parsed.GetValue(Clock) is not { } file)
            return TimeOf(cooperative);
        if (!File.Exists(file))
            throw new UserError($"{file} does not exist. './pantry up' writes the clock file; a gateway at home runs without --clock.");
        try
        {
            return HouseholdTime.Read(file, TimeProvider.System);
        }
        catch (FormatException error)
        {
            throw new UserError(error.Message, error);
        }
    }

    /// <summary>Household time where no clock file is named: that of the rehearsal that was joined from elsewhere, or the real one. On any other chain nobody tells this machine the time.</summary>
    internal static TimeProvider TimeOf(CooperativeInfo? cooperative) =>
        cooperative is { Rehearsal: true, IsRehearsalChain: true, Clock: { CanRun: true } clock } ? new HouseholdTime(clock.Origin, clock.Start, clock.Speed, TimeProvider.System) : TimeProvider.System;
}
