using System.CommandLine;
using System.Globalization;
using System.Text;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Commands;

/// <summary><c>record FILE</c>: raw samples of the running gateway into a file, for a report of a fault that reproduces.</summary>
internal static class RecordCommand
{
    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(2); // what a power cut may cost

    private static readonly Argument<string> File = new("FILE") { Description = "The file to write; it must not be there yet." };
    private static readonly Option<int?> Slot = new("--slot") { Description = "One slot; without it all.", HelpName = "N" };
    private static readonly Option<double?> Seconds = new("--seconds") { Description = "How long; without it until Ctrl-C.", HelpName = "S" };
    private static readonly Option<int> Megabytes = new("--max-mb") { Description = "Ends the recording at this size, 1 to 1000.", HelpName = "MB", DefaultValueFactory = _ => 50 };

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Command command = new("record", "Records raw samples of the running gateway, so that a fault can be reproduced with 'replay'.") { File, Slot, Seconds, Megabytes };
        command.SetAction((parsed, stop) => RunAsync(parsed, parsed.InvocationConfiguration.Output, stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, TextWriter output, CancellationToken stop)
    {
        double? seconds = parsed.GetValue(Seconds);
        int megabytes = parsed.GetValue(Megabytes);
        if (seconds is not (null or > 0 and <= 604_800))
            throw new UserError("--seconds must be above 0 and at most 604800 (a week).");
        if (megabytes is < 1 or > 1000)
            throw new UserError("--max-mb must be 1 to 1000.");
        using LocalGateway gateway = LocalGateway.Open(parsed);
        string path = parsed.GetValue(File)!;
        string query = string.Create(CultureInfo.InvariantCulture, $"slot={parsed.GetValue(Slot)}&seconds={seconds}");
        query = string.Join('&', query.Split('&').Where(part => !part.EndsWith('=')));
        await using Stream stream = await gateway.StreamAsync("api/recording" + (query.Length > 0 ? "?" + query : ""), stop);
        await using FileStream file = Create(path);
        output.WriteLine($"Recording into {path}{(seconds is null ? "; Ctrl-C ends it" : "")}. It holds raw weights, settings and tags' comings and goings, no names, dates or numbers of tags;");
        output.WriteLine("but it shows when something was taken from the shelf. Give it only to people who may know that.");
        (long samples, string why) = await CopyAsync(stream, file, megabytes * 1_000_000L, stop);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{samples} samples, {file.Length / 1000.0:0.0} kB in {path}{why}. {CommandLine.Next(CommandLine.FolderOf(parsed), $"replay {path}")} weighs them again."));
        return 0;
    }

    private static FileStream Create(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserError(System.IO.File.Exists(path) ? $"{path} is there already. Give another name." : $"{path} cannot be written: {error.Message}", error);
        }
    }

    /// <summary>Copies line by line, so that whatever ends the recording, the file ends with a whole line.</summary>
    private static async Task<(long Samples, string Why)> CopyAsync(Stream stream, FileStream file, long most, CancellationToken stop)
    {
        using StreamReader reader = new(stream, Encoding.UTF8);
        long samples = 0, flushed = TimeProvider.System.GetTimestamp();
        string why = "";
        bool hasEnd = false;
        try
        {
            while (await reader.ReadLineAsync(stop) is { } line)
            {
                await file.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), CancellationToken.None);
                samples += line.Length > 0 && (char.IsAsciiDigit(line[0]) || line[0] == '-') ? 1 : 0;
                hasEnd = line.StartsWith("end ", StringComparison.Ordinal);
                if (TimeProvider.System.GetElapsedTime(flushed) > FlushEvery)
                {
                    file.Flush(flushToDisk: true);
                    flushed = TimeProvider.System.GetTimestamp();
                }
                if (file.Length >= most)
                {
                    why = $", which is as large as it may get (--max-mb {most / 1_000_000})";
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            why = "";
        }
        catch (IOException error) when (error is not FileNotFoundException)
        {
            why = $"; the gateway stopped before the end ({error.Message.TrimEnd('.')})";
        }
        if (!hasEnd)
            await file.WriteAsync(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"end {samples}\n")), CancellationToken.None);
        file.Flush(flushToDisk: true);
        return (samples, why);
    }
}
