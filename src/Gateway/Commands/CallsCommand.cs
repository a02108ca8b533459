using System.CommandLine;
using System.Text.Json;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Ordering;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Commands;

/// <summary><c>calls</c>: what was signed here and is not on chain yet, and the same as a file that anybody may bring.</summary>
internal static class CallsCommand
{
    private static readonly Argument<string?> Id = new("id") { Description = "One call, by the beginning of its id.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string?> Out = new("--out") { Description = "Writes the calls into this file, for 'bring'.", HelpName = "FILE" };
    private static readonly Option<bool> All = new("--all") { Description = "Also those that are on chain or can reach it no more." };

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Command command = new("calls", "Lists the signed calls that are not on chain yet; --out writes them for anybody to bring.") { Id, Out, All };
        command.SetAction((parsed, stop) => RunAsync(parsed, stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        DataFolder folder = CommandLine.FolderOf(parsed);
        string? wanted = parsed.GetValue(Id);
        List<CallFile> calls = [.. (await ReadAsync(folder, stop)).Reverse()
            .Where(call => wanted is null ? parsed.GetValue(All) || call.State is "kept" or "handed" : call.Id.StartsWith(wanted, StringComparison.OrdinalIgnoreCase))];
        if (wanted is not null && calls.Count != 1)
            throw new UserError(calls.Count == 0 ? $"No call begins with {wanted}. Run './pantry gateway calls --all' to see them." : $"{calls.Count} calls begin with {wanted}. Give more of the id.");
        TextWriter output = parsed.InvocationConfiguration.Output;
        foreach (CallFile call in calls)
        {
            output.WriteLine($"{call.Id[..18]}  {call.Kind,-8} {call.State,-8} until {call.Until?.ToString("u") ?? "any time"}  about {call.About[..18]}");
            output.WriteLine($"    {call.What.En} {call.What.Ko}{(call.Trouble is { } trouble ? $" [{trouble}]" : "")}");
        }
        if (calls.Count == 0)
            output.WriteLine("No signed call waits.");
        if (parsed.GetValue(Out) is { } path)
            Write(path, calls, output);
        return 0;
    }

    private static void Write(string path, List<CallFile> calls, TextWriter output)
    {
        try
        {
            File.WriteAllText(path, calls.Count == 1 ? JsonSerializer.Serialize(calls[0], CallJson.Readable().CallFile) : JsonSerializer.Serialize(calls, CallJson.Readable().IReadOnlyListCallFile));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{path} cannot be written ({error.Message}). Name another file.", error);
        }
        output.WriteLine($"{path} holds {calls.Count} of them. Anybody with a funded key brings them with './pantry gateway bring {path} --node URL --key FILE'.");
    }

    /// <summary>From the gateway that runs here, or from its file when none does.</summary>
    private static async Task<IReadOnlyList<CallFile>> ReadAsync(DataFolder folder, CancellationToken stop)
    {
        Household household = GatewayFile.Read(folder);
        Membership membership = Membership.Find(folder) ?? throw new UserError("This gateway has not joined a store, so nothing was signed. Run './pantry gateway join URL --invitation CODE'.");
        using LocalGateway gateway = new(folder, household);
        if (await gateway.GetAsync("health", stop) is not null)
            return await gateway.AskAsync(HttpMethod.Get, "api/calls", CallJson.Default.IReadOnlyListCallFile, stop);
        try
        {
            return CallFiles.ReadFrom(folder, household, membership);
        }
        catch (StorageException error)
        {
            throw new UserError(error.Message, error);
        }
    }
}
