using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Store.Founding;
using PantryChain.Store.Hosting;
using PantryChain.Store.Joining;
using PantryChain.Store.Schema;
using PantryChain.Ui.Hosting;

namespace PantryChain.Store;

/// <summary>The command line: one verb per method. Bad input is one line on standard error and exit code 2.</summary>
internal static class StoreCommands
{
    private const int BadInput = 2;

    private static readonly Option<string> Data = new("--data")
    {
        Description = "The store's folder, which holds store.json and keys/.", HelpName = "DIR", Recursive = true, DefaultValueFactory = _ => Path.Combine(".pantry", "store"),
    };

    private static readonly Option<string?> Clock = new("--clock") { Description = "A rehearsal's clock.json; without it household time is the system's.", HelpName = "FILE", Recursive = true };
    private static readonly Option<string> Note = new("--note") { Description = "What to remember about the household.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
    private static readonly Option<int> Days = new("--days") { Description = "How long the invitation is good for, in household days.", HelpName = "N", DefaultValueFactory = _ => (int)Invitations.DefaultValidity.TotalDays };

    /// <summary>Runs the verb that <paramref name="args"/> name and returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("PantryChain store: the cooperative's order desk, anchoring, relay, treasury.") { Data, Clock };
        root.Subcommands.Add(Verb("run", "Serves until it is stopped.", ServeAsync));
        root.Subcommands.Add(Verb("init", "Makes keys, database, contracts and catalogue; does only what is missing.", FoundAsync));
        Command invite = Verb("invite", "Prints an invitation code for one household.", InviteAsync);
        invite.Options.Add(Note);
        invite.Options.Add(Days);
        root.Subcommands.Add(invite);
        root.Subcommands.Add(Verb("status", "Asks the running store how it is.", StatusAsync));
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
            return Fail($"{parsed.Errors[0].Message.TrimEnd('.')}. Run './pantry store --help' for the verbs and options.");
        return await parsed.InvokeAsync(new InvocationConfiguration { Output = new PlainWriter(Console.Out), Error = new PlainWriter(Console.Error) });
    }

    private static Command Verb(string name, string description, Func<ParseResult, StoreFolder, CancellationToken, Task> act)
    {
        Command verb = new(name, description);
        verb.SetAction(async (parsed, stop) =>
        {
            try
            {
                await act(parsed, StoreFolder.Open(parsed.GetValue(Data)!, parsed.GetValue(Clock)), stop);
                return 0;
            }
            catch (Exception error) when (error is UsageException or Refusal)
            {
                return Fail(error.Message);
            }
        });
        return verb;
    }

    private static async Task ServeAsync(ParseResult parsed, StoreFolder folder, CancellationToken stop)
    {
        await using WebApplication app = await StoreHost.BuildAsync(folder, StoreServices.ClockOf(folder), stop);
        try
        {
            await app.StartAsync(stop);
        }
        catch (IOException error)
        {
            throw new UsageException($"{folder.Options.Listen} cannot be used ({error.Message}). Stop what listens there, or change 'listen' in store.json.", error);
        }
        await app.WaitForShutdownAsync(stop);
    }

    private static Task FoundAsync(ParseResult parsed, StoreFolder folder, CancellationToken stop) =>
        new Founder(folder, StoreServices.ClockOf(folder), parsed.InvocationConfiguration.Output).RunAsync(stop);

    private static async Task InviteAsync(ParseResult parsed, StoreFolder folder, CancellationToken stop)
    {
        int days = parsed.GetValue(Days);
        if (days is < 1 or > 365)
            throw new UsageException($"--days {days} is not between 1 and 365. Give a number of days in that range.");
        await using NpgsqlDataSource database = StoreDatabase.Create(folder.Options.Database);
        await StoreDatabase.EnsureReachableAsync(database, stop);
        await ContractBook.ReadAsync(database, folder, stop);
        (string code, _) = await new Invitations(database, StoreServices.ClockOf(folder)).CreateAsync(parsed.GetValue(Note)!, TimeSpan.FromDays(days), stop);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(code);
    }

    private static async Task StatusAsync(ParseResult parsed, StoreFolder folder, CancellationToken stop)
    {
        string address = folder.Options.Listen.Split(';')[0];
        try
        {
            using HttpClient http = new() { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(10) };
            string token = folder.Resolve(folder.Options.Clerk.TokenFile);
            if (File.Exists(token))
                http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", SecretFile.Read(token)); // figures, not words alone
            using HttpResponseMessage response = await http.GetAsync(new Uri("/health", UriKind.Relative), stop);
            JsonElement health = await response.Content.ReadFromJsonAsync<JsonElement>(stop);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(JsonSerializer.Serialize(health, JsonSerializerOptions.Web));
        }
        catch (Exception error) when (error is HttpRequestException or JsonException || (error is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw new UsageException($"The store at {address} does not answer ({error.Message}). Start it with './pantry store run'.", error);
        }
    }

    private static int Fail(string message)
    {
        Console.Error.WriteLine(Foreign.Plain(message.ReplaceLineEndings(" "), lines: false));
        return BadInput;
    }
}
