using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using PantryChain.Bench.Living;
using PantryChain.Rehearsal.Commands;
using PantryChain.Rehearsal.Parts;
using PantryChain.Rehearsal.Running;
using PantryChain.Rehearsal.World;

namespace PantryChain.Bench;

/// <summary>Lives a household without waiting for the clock and tells how often a shelf ran empty, beside a fixed threshold and an oracle
/// in the same world.</summary>
internal static class HouseholdBench
{
    private const int MostDays = 730;

    private static readonly DateOnly FirstDay = new(2026, 3, 2); // a Monday; the same in every run

    private static readonly Option<int> Days = new("--days") { Description = $"Household days to live, 1 to {MostDays}.", HelpName = "N", DefaultValueFactory = _ => 120 };
    private static readonly Option<string?> Replay = new("--replay") { Description = "CSV file of purchases: household,product,class_id,date.", HelpName = "FILE" };
    private static readonly Option<string?> Household = new("--household") { Description = "The household in that file.", HelpName = "ID" };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "Where the world's chance comes from.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private static readonly Option<double> Speed = new("--speed")
    {
        Description = "How quick the household's life is for scale and network, in days a minute as of ./pantry up: "
            + "the slower, the sooner in its own time a reading settles, and the longer this takes.",
        HelpName = "N", DefaultValueFactory = _ => 20,
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object instead of the table." };
    private static readonly Option<string?> Data = new("--data") { Description = "Keep the run's folder here, to look into its journal and deliveries; it must not exist yet.", HelpName = "DIR" };
    private static readonly Option<bool> Tell = new("--tell") { Description = "Say on the error stream what happens, day by day." };

    private static readonly Option<string> World = new("--world")
    {
        Description = "The world to live in: " + string.Join("; ", LivedWorld.All.Select(world => $"{world.Name} ({world.Says})")) + ".",
        HelpName = "NAME", DefaultValueFactory = _ => LivedWorld.All[0].Name,
    };

    public static Command Create()
    {
        Command command = new("household", "How often a shelf runs empty, whether the household was told before, and the mean stock: the real gateway over the real contracts, a driven clock.")
        {
            Days, World, Replay, Household, Seed, Speed, Data, Json, Tell,
        };
        command.SetAction((parsed, stop) => RunAsync(parsed, stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        TextWriter errors = parsed.InvocationConfiguration.Error;
        try
        {
            int days = parsed.GetValue(Days);
            if (days is < 1 or > MostDays)
                throw new UsageException($"--days {days} is out of range. Use 1 to {MostDays}.");
            double speed = parsed.GetValue(Speed);
            if (speed is not (>= 0.5 and <= 60))
                throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--speed {speed} is out of range. Use 0.5 to 60 days a minute."));
            string? data = parsed.GetValue(Data);
            if (data is not null && Path.Exists(data))
                throw new UsageException($"{data} exists already. Name a folder with --data that does not, or remove it.");
            LivedWorld world = LivedWorld.Find(parsed.GetValue(World)!);
            HouseholdPlan plan = PlanOf(parsed.GetValue(Replay), parsed.GetValue(Household), parsed.GetValue(Seed));
            HouseholdReport report = await LiveAsync(days, world, plan, speed, data, parsed.GetValue(Tell), stop);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(parsed.GetValue(Json) ? report.ToJson() : report.ToText());
            return 0;
        }
        catch (UsageException error)
        {
            await errors.WriteLineAsync(error.Message);
            return 2;
        }
        catch (PartException error)
        {
            await errors.WriteLineAsync(error.Message);
            return 1;
        }
    }

    /// <summary>The household that was asked for.</summary>
    /// <exception cref="UsageException">File or household cannot be had.</exception>
    private static HouseholdPlan PlanOf(string? file, string? household, ulong seed) =>
        file is null != household is null ? throw new UsageException("--replay and --household belong together: './pantry bench household --replay FILE --household ID'.")
        : file is null ? DefaultHousehold.Plan(seed, FirstDay) : ReplayHousehold.Plan(household!, Rehearsal.World.PurchaseFile.Read(file, household!), seed);

    /// <summary>Lives a household, in a folder that is gone afterwards unless one is named.</summary>
    internal static async Task<HouseholdReport> LiveAsync(int days, LivedWorld world, HouseholdPlan plan, double speed, string? data, bool tells, CancellationToken stop)
    {
        Stopwatch watch = Stopwatch.StartNew();
        DirectoryInfo folder = data is null ? Directory.CreateTempSubdirectory("pantry-household-") : Directory.CreateDirectory(data);
        try
        {
            Lived lived = await new LivedHousehold(plan, world, speed * 1_440, RunFolder.Open(folder.FullName), tells ? Console.Error.WriteLine : _ => { }).LiveAsync(days, stop);
            return new HouseholdReport(plan, world, days, lived, Yardstick.Beside(plan, world, lived), watch.Elapsed);
        }
        finally
        {
            if (data is null)
                folder.Delete(recursive: true);
        }
    }
}
