using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Ordering;
using PantryChain.Ledger.Evm;
using PantryChain.Rehearsal.Audit;
using PantryChain.Rehearsal.Parts;
using PantryChain.Rehearsal.Screen;
using PantryChain.Rehearsal.Scripts;
using PantryChain.Rehearsal.World;

namespace PantryChain.Rehearsal.Running;

/// <summary>A rehearsal from the first process to the audit: member, clerk and courier act, the screen shows, the auditor compares.</summary>
internal sealed class Performance(UpOptions options, RunFolder folder, HouseholdPlan plan, Stage stage, IScreen screen, double secondsToDashboard)
{
    /// <summary>Household days after which a rehearsal that should reach one automatic order gives up.</summary>
    private const double PatienceDays = 90;

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AuditPatience = TimeSpan.FromSeconds(60);

    private readonly DateTimeOffset _dashboardAt = TimeProvider.System.GetUtcNow();
    private readonly CourierScript _courier = new(plan, folder.Deliveries, stage.Clock, options.ClockSpeed);
    private readonly SortedDictionary<string, long> _peaks = new(StringComparer.Ordinal);
    private readonly FaultScript _faults = RehearsedFaults.Of(folder);
    private readonly Offers _offers = new();
    private GatewayState? _state;

    /// <summary>Runs until it is stopped, or with <c>--once</c> until an automatic order is settled; then audits.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        bool reached = await ActAsync(stop);
        if (!options.Once && options.Json is null)
        {
            Tell(Products());
            return 0;
        }
        using CancellationTokenSource curtain = new();
        Task<bool> afterwards = ActAsync(curtain.Token, untilSettled: false); // the household lives on while its day ends
        Summary summary = await AuditAsync(afterwards);
        await curtain.CancelAsync();
        await afterwards;
        if (options.Json is { } path)
            await File.WriteAllTextAsync(path, summary.ToJson(), CancellationToken.None);
        foreach (string finding in summary.Findings)
            screen.Tell(finding);
        Tell(summary.Products);
        screen.Tell(Sentence(summary));
        bool clean = summary is { LostEvents: 0, DuplicateOrders: 0, Findings.Count: 0 };
        if (options.Once && !reached)
            screen.Tell(Missing());
        return clean && (reached || !options.Once) ? 0 : Commands.CommandLine.Failed;
    }

    /// <summary>True when the goal of <c>--once</c> was reached; false when time ran out or it was stopped.</summary>
    public async Task<bool> ActAsync(CancellationToken stop, bool untilSettled = true)
    {
        MemberScript member = new(plan, stage.Gateway, stage.Store, _courier, stage.Clock);
        ClerkScript clerk = new(plan, stage.Store, _courier, stage.Clock, options.ClerkByHand);
        Story story = new(plan, _faults, stage.Clock, screen.Tell, goesOn: stage.Clock.Origin > plan.Origin || !untilSettled);
        Dictionary<string, string> troubles = [];
        IReadOnlyList<DeskOrder> orders = [];
        using PeriodicTimer timer = new(Beat);
        bool once = options.Once && untilSettled;
        while (!stop.IsCancellationRequested && (!once || Days < PatienceDays))
        {
            await Attempt("dashboard", async () => story.Follow(_state = await stage.Gateway.StateAsync(stop)));
            if (_state is { } state)
            {
                screen.Show(FiguresOf(state));
                _offers.Note(state, stage.Clock.GetUtcNow());
                _courier.Shop(state);
                await Attempt("member", () => member.ActAsync(state, orders, stop));
                if (once && state.Orders.Any(order => order.Automatic && order.State.Equals("settled", StringComparison.OrdinalIgnoreCase)))
                    return true;
            }
            await Attempt("desk", async () =>
            {
                orders = await stage.Store.OrdersAsync(stop);
                _courier.Act(orders);
                await clerk.ActAsync(orders, stop);
            });
            RunClock.Mark(folder, stage.Clock);
            Measure();
            if (stage.Failed.IsFaulted)
                await stage.Failed;
            if (!await TickAsync(timer, stop))
                break;
        }
        return false;

        // A door that is shut for a moment (its process was killed) is no news; one that refuses is told once.
        async Task Attempt(string who, Func<Task> act)
        {
            try
            {
                await act();
                troubles.Remove(who);
            }
            catch (HttpRequestException refusal) when (refusal.StatusCode is not null and not System.Net.HttpStatusCode.ServiceUnavailable)
            {
                if (!troubles.TryGetValue(who, out string? known) || known != refusal.Message)
                    screen.Tell(troubles[who] = refusal.Message);
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException or IOException or JsonException)
            {
                // not there just now
            }
        }
    }

    private IReadOnlyList<EmptyAudit.Result> Products() =>
        new EmptyAudit(folder.GatewayDatabase, SimulatedHousehold.Open(folder.World, folder.Deliveries), _offers).Run(plan.Shelves, stage.Clock.GetUtcNow());

    private void Tell(IReadOnlyList<EmptyAudit.Result> products)
    {
        foreach (EmptyAudit.Result product in products)
            screen.Tell(Sentence(product));
    }

    private double Days => (stage.Clock.GetUtcNow() - plan.Origin).TotalDays;

    /// <summary>Lets the household day end, so that its block is anchored, then compares everything.</summary>
    /// <param name="acting">The household's life meanwhile; when it fails, so does the audit.</param>
    public async Task<Summary> AuditAsync(Task acting)
    {
        screen.Tell("The day ends; its last block is sealed and anchored, then everything is compared.");
        Auditor auditor = new(folder.GatewayDatabase, stage.Ledgers);
        ulong until = auditor.LastEvent();
        for (Stopwatch waited = Stopwatch.StartNew(); waited.Elapsed < AuditPatience; await Task.Delay(Beat))
        {
            if (acting.IsFaulted)
                await acting;
            if (HeardAll(until) && await IsAnchoredAsync(auditor, until))
                break;
        }
        Auditor.Result found = await auditor.RunAsync(until, stage.Recorder.Heard(), CancellationToken.None);
        ShelfAudit.Result shelf = new ShelfAudit(folder.GatewayDatabase, SimulatedHousehold.Open(folder.World, folder.Deliveries)).Run(stage.Clock.GetUtcNow());
        DeliveryAudit.Result deliveries = new DeliveryAudit(folder.GatewayDatabase, folder.Deliveries).Run(found.Orders);
        return new Summary(
            Math.Round(Days, 2), await SamplesAsync(), found.Events, found.BlocksSealed, found.BlocksAnchored, await stage.Ledgers.EarnedAsync(CancellationToken.None),
            PerState(found.Orders), PerState(found.Orders.Where(order => found.Automatic.Contains(order.Opened.Order))), found.LostEvents, found.DuplicateOrders, shelf.TagEvents, shelf.Questions,
            deliveries.OwnPurchases, deliveries.SettledBy, deliveries.Undelivered, Products(), Played(), Measure(), options.HomeBroker ?? UpOptions.Mosquitto,
            Math.Round(secondsToDashboard, 1), FirstSettled(found.Orders), FirstSettled(found.Orders.Where(order => found.Automatic.Contains(order.Opened.Order))), [.. found.Findings, .. shelf.Findings, .. deliveries.Findings]);
    }

    private SortedDictionary<string, int> Played() => new(
        _faults.Entries.GroupBy(fault => fault.Word).ToDictionary(kind => kind.Key, kind => kind.Sum(fault => fault.BegunBy(stage.Clock.GetUtcNow() - plan.Origin))), StringComparer.Ordinal);

    /// <summary>False also while store or chain are on their way back from a kill.</summary>
    private static async Task<bool> IsAnchoredAsync(Auditor auditor, ulong until)
    {
        try
        {
            return await auditor.AnchoredEventAsync(CancellationToken.None) >= until;
        }
        catch (Exception error) when (error is EvmException or NpgsqlException)
        {
            return false;
        }
    }

    private bool HeardAll(ulong until) => stage.Recorder.Heard() is var heard && Enumerable.Range(1, (int)until).All(seq => heard.ContainsKey((ulong)seq));

    private async Task<long> SamplesAsync()
    {
        using HttpClient http = new() { BaseAddress = stage.Gateway.Address };
        JsonElement health = await http.GetFromJsonAsync<JsonElement>("health");
        return health.TryGetProperty("samples", out JsonElement samples) ? samples.GetInt64() : 0;
    }

    private static SortedDictionary<string, int> PerState(IEnumerable<Ledgers.ChainOrder> orders) => new(
        orders.GroupBy(order => order.State.ToString().ToLowerInvariant()).ToDictionary(state => state.Key, state => state.Count()), StringComparer.Ordinal);

    /// <summary>The chain's stamp of the first settlement, turned back into real time by this run's clock.</summary>
    private double? FirstSettled(IEnumerable<Ledgers.ChainOrder> orders)
    {
        DateTimeOffset[] ends = [.. orders.Where(order => order.State == OrderState.Settled).Select(order => order.EndedAt!.Value).Where(at => at >= stage.Clock.Origin).Order()];
        if (ends.Length == 0)
            return null;
        DateTimeOffset real = stage.Clock.Start + (ends[0] - stage.Clock.Origin) / stage.Clock.Speed;
        return Math.Round((real - _dashboardAt).TotalSeconds, 1);
    }

    private Figures FiguresOf(GatewayState state) => new(
        TimeZoneInfo.ConvertTime(stage.Clock.GetUtcNow(), plan.Zone), Days, stage.Gateway.Address, new Uri(stage.Store.Address, "desk"), state.Events, state.Anchored,
        state.Bamtol, state.Bamnamu, state.Tier, state.Orders.GroupBy(order => order.State.ToLowerInvariant()).ToDictionary(orders => orders.Key, orders => orders.Count()));

    /// <summary>Keeps each process's largest memory; a restarted process counts with the same name.</summary>
    private SortedDictionary<string, long> Measure()
    {
        long anvil = stage.Parts.FirstOrDefault(part => part.Name == "chain")?.ProcessId is { } keeper
            ? ProcessTable.ChildrenOf(keeper).Select(ProcessTable.PeakMemory).DefaultIfEmpty(0).Max() : 0;
        lock (_peaks)
        {
            foreach (Part part in stage.Parts)
                Note(part.Name.Replace(' ', '_'), part.PeakMemory);
            Note("rehearsal", ProcessTable.PeakMemory(Environment.ProcessId));
            Note("anvil", anvil);
            return new SortedDictionary<string, long>(_peaks, StringComparer.Ordinal);
        }

        void Note(string name, long bytes) => _peaks[name] = Math.Max(_peaks.GetValueOrDefault(name), bytes >> 20);
    }

    private string Missing()
    {
        string packs = string.Join(", ", _state?.Products.Select(product => $"{product.Cycles} packs of {plan.Shelves.First(shelf => shelf.Gtin == product.Gtin).NameEn} used ({product.State}, {product.Mode}, {product.Approvals} approvals)") ?? []);
        return string.Create(CultureInfo.InvariantCulture, $"No automatic order was settled until day {Days:F1}{(Days < PatienceDays ? ", when it was stopped" : "")}: {packs}; orders: {_state?.Orders.Count ?? 0}; tier {_state?.Tier ?? 0}. Logs are in {folder.Inside("logs")}.");
    }

    private static string Sentence(EmptyAudit.Result product) => product.EmptyShare is not { } share ? $"{product.Product}: nothing was ordered without asking yet."
        : string.Create(CultureInfo.InvariantCulture,
            $"{product.Product}: empty {share:0.0%} of {product.Days:0.0} days since its first automatic order{(product.ToldBefore is { } told ? $", told before {told:0%} of {product.EmptySpells} times" : "")}; {product.MeanPacks:0.00} packs on average.");

    private static string Sentence(Summary found) => string.Create(CultureInfo.InvariantCulture,
        $"{found.SimulatedDays:F1} days: {found.Events} events, {found.BlocksAnchored} of {found.BlocksSealed} blocks anchored, {found.TokensEarned:0.##} Bamnamu earned, orders {string.Join(", ", found.Orders.Select(state => $"{state.Value} {state.Key}"))}; {found.LostEvents} lost events, {found.DuplicateOrders} duplicate orders.");

    private static async Task<bool> TickAsync(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
