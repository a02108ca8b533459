using Microsoft.Data.Sqlite;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Attention;
using PantryChain.Gateway.Dashboard.Pages;
using PantryChain.Gateway.Deliveries;
using PantryChain.Gateway.Display;
using PantryChain.Gateway.Inbox;
using PantryChain.Gateway.Ordering;
using PantryChain.Reorder.Machine;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Storage;
using PantryChain.Ui.Components;
using PantryChain.Ui.Live;

namespace PantryChain.Gateway.Dashboard;

/// <summary>Tells open pages what changed, twice a second at most and only while somebody looks.</summary>
/// <remarks>Live events go to everyone who may see the pages, so what only the member may see is never in them: they say "fetch it again".</remarks>
internal sealed class LivePages(LiveHub hub, PantryView view, ClimateView climate, InboxView inboxView, InboxBook inbox, Troubles troubles, Journal journal, ILogger<LivePages> log, ReorderDesk? desk = null, Circumstances? circumstances = null, RiseBook? rises = null) : BackgroundService
{
    /// <summary>Most events on a page.</summary>
    public const int ShownEvents = 50;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    private long _ordersVersion = 1;
    private bool _failing;

    /// <summary>The newest events, newest first.</summary>
    public static IReadOnlyList<ThingEvent> Newest(Journal journal, int count) =>
        [.. journal.Read(journal.Last > (ulong)count ? journal.Last - (ulong)count + 1 : 1, count).Reverse()];

    /// <summary>The newest events of a product, oldest first.</summary>
    public static IReadOnlyList<ThingEvent> Of(Journal journal, Gtin gtin, int count)
    {
        const int window = 5000; // bounds what a page reads of a long journal: months of a household of a few slots
        ulong from = journal.Last > window ? journal.Last - window + 1 : 1;
        return [.. journal.Read(from, window).Where(seen => seen.Gtin == gtin).TakeLast(count)];
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        desk?.WhenAdvanced(_ => Interlocked.Increment(ref _ordersVersion));
        Told told = new(0, 0, null, -1, [], null, null);
        using PeriodicTimer timer = new(Pace);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (hub.Clients > 0)
                    told = TryTell(told);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    /// <summary>A page that cannot be told anything must not stop the gateway.</summary>
    private Told TryTell(Told told)
    {
        try
        {
            told = Tell(told);
            _failing = false;
        }
        catch (Exception error) when (error is SqliteException or StorageException)
        {
            if (!_failing)
                log.LogWarning("Open pages are not told what changed: {Error}", error.Message);
            _failing = true;
        }
        return told;
    }

    private Told Tell(Told told)
    {
        hub.Publish<HouseholdClock>(PageShell.ClockTopic, new Dictionary<string, object?> { ["At"] = view.Now });
        hub.Publish<ShelvesPart>("shelves", new Dictionary<string, object?> { ["View"] = view, ["Inbox"] = inboxView });
        if (climate.Places.Count > 0)
            hub.Publish<ClimateTiles>("climate", new Dictionary<string, object?> { ["View"] = climate });
        long orders = Interlocked.Read(ref _ordersVersion) + (rises?.Version ?? 0);
        if (orders != told.Orders)
            hub.Announce("orders-changed");
        if (orders != told.Orders || journal.Last != told.Last || circumstances?.At != told.Purse)
            hub.Announce("empty-changed");
        if (circumstances?.At is { } purse && purse != told.Purse)
            hub.Announce("tokens-changed");
        ulong last = journal.Last;
        if (last != told.Last || inbox.Version + (rises?.Version ?? 0) != told.Inbox)
            hub.Publish<ActivityPart>("activity", new Dictionary<string, object?> { ["View"] = view, ["Inbox"] = inboxView, ["Events"] = Newest(journal, ShownEvents) });
        long questions = inbox.Version + (rises?.Version ?? 0);
        if (questions != told.Inbox)
            hub.Announce("inbox-changed");
        IReadOnlyList<Trouble> now = troubles.Now();
        if (!now.SequenceEqual(told.Troubles) || troubles.Attention != told.Attention || troubles.Display != told.Display)
            hub.Announce("troubles-changed");
        return new Told(orders, last, circumstances?.At, questions, now, troubles.Attention, troubles.Display);
    }

    /// <summary>What open pages know already.</summary>
    private readonly record struct Told(long Orders, ulong Last, DateTimeOffset? Purse, long Inbox, IReadOnlyList<Trouble> Troubles, AttentionState? Attention, DisplayState? Display);
}
