using System.CommandLine;
using System.Globalization;
using PantryChain.Rehearsal.Running;
using PantryChain.Rehearsal.Screen;
using PantryChain.Rehearsal.World;

namespace PantryChain.Rehearsal.Commands;

/// <summary><c>up</c>: a whole rehearsal, from nothing or from where it stopped.</summary>
internal static class UpCommand
{
    private static readonly Option<double> Speed = new("--speed") { Description = "Simulated days per minute.", HelpName = "N", DefaultValueFactory = _ => 20 };
    private static readonly Option<bool> Once = new("--once") { Description = "End when one automatic order is settled." };
    private static readonly Option<bool> Headless = new("--headless") { Description = "Plain lines instead of a live screen." };
    private static readonly Option<string?> Data = new("--data") { Description = "Run folder; an old one goes on where it stopped.", HelpName = "DIR" };
    private static readonly Option<string?> Json = new("--json") { Description = "Where to write the audited summary.", HelpName = "FILE" };
    private static readonly Option<string?> Replay = new("--replay") { Description = "CSV file of purchases: household,product,class_id,date.", HelpName = "FILE" };
    private static readonly Option<string?> Household = new("--household") { Description = "The household in that file.", HelpName = "ID" };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "Where all chance comes from.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private static readonly Option<string> Clerk = new("--clerk") { Description = "Who accepts and ships: script, or hand for a person at the desk.", HelpName = "WHO", DefaultValueFactory = _ => "script" };
    private static readonly Option<string?> Faults = new("--faults") { Description = "Script of faults on shelf, chips and buses (JSON), or none.", HelpName = "FILE" };
    private static readonly Option<string?> HomeBroker = new("--home-broker") { Description = "The home's MQTT broker: mosquitto (the default) or embedded, inside the gateway.", HelpName = "KIND" };
    private static readonly Option<int?> GatewayPort = new("--gateway-port") { Description = "The dashboard's port.", HelpName = "N" };
    private static readonly Option<int?> StorePort = new("--store-port") { Description = "The store's port.", HelpName = "N" };

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Command command = new("up", "Starts a household, its gateway, its cooperative store and a rehearsal chain.") { Speed, Once, Headless, Data, Json, Replay, Household, Seed, Clerk, Faults, HomeBroker, GatewayPort, StorePort };
        command.SetAction((parsed, stop) => RunAsync(Checked(parsed), stop));
        return command;
    }

    private static UpOptions Checked(ParseResult parsed)
    {
        UpOptions options = new(
            parsed.GetValue(Speed), parsed.GetValue(Once), parsed.GetValue(Headless), parsed.GetValue(Data) ?? Path.Combine(Parts.Tool.ProjectFolder(), ".pantry"),
            parsed.GetValue(Json), parsed.GetValue(Replay), parsed.GetValue(Household), parsed.GetValue(Seed), parsed.GetValue(Clerk) == "hand",
            parsed.GetValue(GatewayPort), parsed.GetValue(StorePort), parsed.GetValue(Faults), parsed.GetValue(HomeBroker));
        // Slower than real time no household lives; faster than a day a second no chain keeps up.
        Require(options.Speed is >= 1.0 / 1440 and <= 60, string.Create(CultureInfo.InvariantCulture, $"--speed {options.Speed} is out of range. Use 0.000695 (real time) to 60 simulated days per minute."));
        Require(options.Replay is null == options.Household is null, "--replay and --household belong together: './pantry up --replay FILE --household ID'.");
        Require(parsed.GetValue(Clerk) is "script" or "hand", $"--clerk {parsed.GetValue(Clerk)} is not understood. Use script or hand.");
        Require(options.HomeBroker is null or UpOptions.Embedded or UpOptions.Mosquitto, $"--home-broker {options.HomeBroker} is not understood. Use {UpOptions.Embedded} or {UpOptions.Mosquitto}.");
        foreach (int port in new[] { options.GatewayPort, options.StorePort }.OfType<int>())
            Require(port is >= 1 and <= 65_535, $"{port} is no port. Use 1024 to 65535.");
        Require(options.GatewayPort is null || options.GatewayPort != options.StorePort, "Dashboard and store cannot share a port. Name two.");
        Require(options.Json is null || Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(options.Json))), $"The folder of {options.Json} does not exist. Make it, or name another file with --json.");
        return options;
    }

    private static async Task<int> RunAsync(UpOptions options, CancellationToken stop)
    {
        RunFolder folder = RunFolder.Open(options.Data);
        using RunLock held = RunLock.Take(folder);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        RunRecord record = RunRecord.Of(folder, options, DateOnly.FromDateTime(now.UtcDateTime));
        HouseholdPlan plan = record.Plan();
        RehearsedFaults.Keep(folder, plan, options.Faults);
        Ports ports = Ports.Take(folder, options);
        record.Keep(folder);

        string logins = $"The member's PIN stands in {folder.Pin}, the clerk's password in {folder.ClerkPassword}.";
        await using IScreen screen = options.Headless || Console.IsOutputRedirected ? new PlainScreen(Console.Out) : new LiveScreen(logins);
        screen.Tell($"Rehearsing {plan.Title} at {options.Speed.ToString(CultureInfo.InvariantCulture)} days a minute in {folder.Path}, with {(record.IsBrokerInside ? "the home broker inside the gateway" : "a mosquitto at home")}.");
        await using Stage stage = await Stage.RaiseAsync(folder, record, plan, ports, options, screen.Tell, stop);
        double seconds = (TimeProvider.System.GetUtcNow() - Began(now)).TotalSeconds;
        screen.Tell(string.Create(CultureInfo.InvariantCulture, $"Household dashboard: {stage.Gateway.Address}  Store desk: {stage.Store.Address}desk  (after {seconds:F1} s)"));
        screen.Tell(logins);
        return await new Performance(options with { HomeBroker = record.HomeBroker }, folder, plan, stage, screen, seconds).RunAsync(stop);
    }

    /// <summary>When the command was typed: <c>./pantry</c> tells, because it may have installed and built first.</summary>
    private static DateTimeOffset Began(DateTimeOffset now) =>
        double.TryParse(Environment.GetEnvironmentVariable("PANTRY_BEGAN"), CultureInfo.InvariantCulture, out double seconds) && seconds > 0
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : now;

    private static void Require(bool holds, string message)
    {
        if (!holds)
            throw new UsageException(message);
    }
}
