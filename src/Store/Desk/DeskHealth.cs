using Microsoft.AspNetCore.Http.HttpResults;
using PantryChain.Domain.Identity;
using PantryChain.Store.Following;
using PantryChain.Store.Health;
using PantryChain.Store.Hosting;
using PantryChain.Ui.Hosting;
using PantryChain.Ui.Texts;

namespace PantryChain.Store.Desk;

/// <summary>The desk's page of health: what is wrong, what to do, and the logs that were set aside.</summary>
internal static class DeskHealth
{
    private const int MostListed = 200, MostShownBytes = 2_000;

    /// <summary>Maps the page and its button.</summary>
    public static void MapDeskHealth(this RouteGroupBuilder desk)
    {
        desk.MapGet("/health", async (HealthReport report, Quarantine quarantine, CancellationToken stop) => new RazorComponentResult<HealthPage>(
            new Dictionary<string, object?> { [nameof(HealthPage.View)] = await ViewAsync(report, quarantine, stop) }));
        desk.MapPost("/quarantine/{number:long}/acknowledge", async (long number, Quarantine quarantine, CancellationToken stop) =>
        {
            await AcknowledgeAsync(number, quarantine, stop);
            return new SeeOther("/desk/health");
        });
    }

    /// <summary>Maps both for scripts.</summary>
    public static void MapQuarantine(this RouteGroupBuilder api)
    {
        api.MapGet("quarantine", async (Quarantine quarantine, CancellationToken stop) => (await quarantine.ListAsync(MostListed, stop)).Select(SetAsideAnswer.Of));
        api.MapPost("quarantine/{number:long}/acknowledge", async (long number, Quarantine quarantine, CancellationToken stop) =>
        {
            await AcknowledgeAsync(number, quarantine, stop);
            return new { number };
        });
    }

    private static async Task AcknowledgeAsync(long number, Quarantine quarantine, CancellationToken stop)
    {
        if (!await quarantine.AcknowledgeAsync(number, stop))
            throw Refusal.NotFound("log_unknown", "Nothing of this number was set aside.", "Choose one from the desk's page of health.");
    }

    private static async Task<HealthView> ViewAsync(HealthReport report, Quarantine quarantine, CancellationToken stop)
    {
        StoreHealth health = await report.MakeAsync(stop);
        IReadOnlyList<QuarantinedLog> logs = health.Database ? await quarantine.ListAsync(MostListed, stop) : [];
        return new HealthView(
            [.. health.Causes.Select(cause => new CauseView(cause.Fault, cause.Detail, cause.Code))],
            [.. logs.Select(log => new SetAsideView(
                log.Number, log.SeenAt, log.BlockNumber, log.Transaction.ToString(), log.Reason, Hex.Encode(log.Data.AsSpan(0, Math.Min(log.Data.Length, MostShownBytes))), log.AcknowledgedAt))]);
    }
}

/// <summary>One log on <c>GET /desk/api/quarantine</c>, with all that the node said about it.</summary>
internal sealed record SetAsideAnswer(
    long Number, string Follower, long Block, string BlockHash, int LogIndex, string Transaction, string Address, string Topics, string Data, string Reason,
    DateTimeOffset SeenAt, DateTimeOffset? AcknowledgedAt)
{
    /// <summary>From the row.</summary>
    public static SetAsideAnswer Of(QuarantinedLog log) => new(
        log.Number, log.Follower, log.BlockNumber, log.BlockHash.ToString(), log.LogIndex, log.Transaction.ToString(), log.Address.ToString(), Hex.Encode(log.Topics),
        Hex.Encode(log.Data), log.Reason, log.SeenAt, log.AcknowledgedAt);
}

/// <summary>What the desk's page of health shows.</summary>
/// <param name="Causes">What is wrong, the gravest first.</param>
/// <param name="SetAside">Logs that were set aside.</param>
public sealed record HealthView(IReadOnlyList<CauseView> Causes, IReadOnlyList<SetAsideView> SetAside);

/// <summary>One thing that is wrong.</summary>
/// <param name="Fault">What.</param>
/// <param name="Detail">The figure or name that belongs to it.</param>
/// <param name="Code">Its code in <c>/health</c>.</param>
public sealed record CauseView(StoreFault Fault, string Detail, string Code);

/// <summary>One log that was set aside.</summary>
/// <param name="Number">Its number.</param>
/// <param name="SeenAt">When it was set aside.</param>
/// <param name="Block">The block that holds it.</param>
/// <param name="Transaction">Its transaction.</param>
/// <param name="Reason">Why it could not be read.</param>
/// <param name="Bytes">Its data, or the beginning of it.</param>
/// <param name="AcknowledgedAt">When a clerk saw it, or null.</param>
public sealed record SetAsideView(long Number, DateTimeOffset SeenAt, long Block, string Transaction, string Reason, string Bytes, DateTimeOffset? AcknowledgedAt);
