using System.Diagnostics;
using PantryChain.Rehearsal.Audit;
using PantryChain.Rehearsal.Parts;
using PantryChain.Rehearsal.Screen;
using PantryChain.Rehearsal.World;

namespace PantryChain.Rehearsal.Running;

/// <summary>What a household looks like after its processes were killed again and again.</summary>
/// <param name="Kills">Kills by process.</param>
/// <param name="Days">Household days that went by.</param>
/// <param name="Events">Events in the journal.</param>
/// <param name="BlocksAnchored">Blocks on chain.</param>
/// <param name="Orders">Orders on chain by state.</param>
/// <param name="LostEvents">Events that are missing somewhere, or differ.</param>
/// <param name="DuplicateOrders">Orders that should not be there.</param>
/// <param name="Findings">What is wrong in words.</param>
public sealed record CrashReport(
    IReadOnlyDictionary<string, int> Kills, double Days, long Events, long BlocksAnchored, IReadOnlyDictionary<string, int> Orders, long LostEvents, long DuplicateOrders,
    IReadOnlyList<string> Findings);

/// <summary>Kills every kind of process of a running household with <c>kill -9</c> at random moments, then audits it.</summary>
public static class CrashDrill
{
    /// <summary>What is killed.</summary>
    public static IReadOnlyList<string> Victims { get; } = ["gateway", "store", "home broker", "cooperative broker", "postgres", "anvil", "chain"];

    private const double Speed = 20;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(4);

    /// <summary>Runs a default household in <paramref name="folder"/>, which must be empty or absent, and kills as often as asked.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="kills">How many kills, dealt out over <see cref="Victims"/> in turn.</param>
    /// <param name="seed">Fixes the moments.</param>
    /// <param name="tell">Hears what happens.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="PartException">Something did not come back.</exception>
    public static async Task<CrashReport> RunAsync(string folder, int kills, int seed, Action<string> tell, CancellationToken cancellation)
    {
        UpOptions options = new(Speed, Once: false, Headless: true, folder, Json: null, Replay: null, Household: null, Seed: (ulong)seed, ClerkByHand: false, null, null, HomeBroker: UpOptions.Mosquitto); // a victim more; the broker inside dies with the gateway
        RunFolder run = RunFolder.Open(folder);
        RunRecord record = RunRecord.Of(run, options, new DateOnly(2026, 5, 1));
        HouseholdPlan plan = record.Plan();
        RehearsedFaults.Keep(run, plan, options.Faults);
        record.Keep(run);
        await using Stage stage = await Stage.RaiseAsync(run, record, plan, Ports.Take(run, options), options, tell, cancellation);
        Performance performance = new(options, run, plan, stage, new PlainScreen(new Lines(tell)), 0);
        using CancellationTokenSource curtain = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task acting = performance.ActAsync(curtain.Token);
        SortedDictionary<string, int> killed = await KillAsync(stage, kills, new Random(seed), acting, tell, cancellation);
        Summary summary = await performance.AuditAsync(acting); // the household goes on while its day ends
        await curtain.CancelAsync();
        await acting;
        return new CrashReport(killed, summary.SimulatedDays, summary.Events, summary.BlocksAnchored, summary.Orders, summary.LostEvents, summary.DuplicateOrders, summary.Findings);
    }

    private static async Task<SortedDictionary<string, int>> KillAsync(Stage stage, int kills, Random random, Task acting, Action<string> tell, CancellationToken cancellation)
    {
        SortedDictionary<string, int> killed = new(StringComparer.Ordinal);
        for (int i = 0; i < kills; i++)
        {
            await Task.Delay(random.NextDouble() * Longest, cancellation);
            if (acting.IsCompleted)
                await acting; // it failed, and says why
            string victim = Victims[i % Victims.Count];
            await WhenRunningAsync(stage, victim, cancellation);
            Kill(stage, victim);
            killed[victim] = killed.GetValueOrDefault(victim) + 1;
            tell($"kill {i + 1} of {kills}: {victim}");
        }
        foreach (string victim in Victims.Reverse()) // the chain before its anvil
            await WhenRunningAsync(stage, victim, cancellation);
        return killed;
    }

    private static void Kill(Stage stage, string victim)
    {
        if (victim != "anvil")
            stage.Parts.Single(part => part.Name == victim).Kill();
        else if (AnvilOf(stage) is { } process)
            ProcessTable.Kill(process);
    }

    private static async Task WhenRunningAsync(Stage stage, string victim, CancellationToken cancellation)
    {
        for (Stopwatch waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromSeconds(60); await Task.Delay(50, cancellation))
        {
            if (victim == "anvil" ? AnvilOf(stage) is not null : stage.Parts.Single(part => part.Name == victim).IsReady)
                return;
        }
        throw new PartException($"{victim} did not come back within a minute.");
    }

    private static int? AnvilOf(Stage stage) =>
        stage.Parts.Single(part => part.Name == "chain").ProcessId is { } keeper && ProcessTable.ChildrenOf(keeper) is [int anvil, ..] ? anvil : null;

    /// <summary>Gives whole lines on.</summary>
    private sealed class Lines(Action<string> tell) : StringWriter(System.Globalization.CultureInfo.InvariantCulture)
    {
        public override void WriteLine(string? value) => tell(value ?? "");
    }
}
