using Microsoft.AspNetCore.Authentication;
using PantryChain.Store.Hosting;
using PantryChain.Ui.Hosting;
using PantryChain.Ui.Texts;

namespace PantryChain.Store.Health;

/// <summary>Whether the store works: words for anybody, figures for who shows the clerk's token.</summary>
internal static class HealthEndpoints
{
    private static readonly Words English = new(Language.English);

    /// <summary><c>GET /health</c>: 200 while nothing is wrong, 503 otherwise.</summary>
    public static void MapHealth(this IEndpointRouteBuilder app) =>
        app.MapGet("/health", async (HttpContext context, HealthReport report, RefusalLog refusals, CancellationToken stop) =>
        {
            StoreHealth health = await report.MakeAsync(stop);
            int status = health.Causes.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            HealthAnswer words = HealthAnswer.Of(health);
            return (await context.AuthenticateAsync(TokenLogin.Name)).Succeeded
                ? Results.Json(new ClerkHealthAnswer(
                    words.Status, words.At, words.Database, words.Chain, words.Broker, words.Block, words.Causes,
                    [.. health.Causes.Select(cause => new CauseAnswer(cause.Code, English.FaultOf(cause.Fault, cause.Detail), English.NextStepOf(cause.Fault)))],
                    health.Follower, health.Counts, refusals.Counts), statusCode: status)
                : Results.Json(words, statusCode: status);
        });
}

/// <summary>The store's health for a supervisor or a passer-by: the words, household time, and the chain's public block number.</summary>
internal sealed record HealthAnswer(string Status, DateTimeOffset At, string Database, string Chain, string Broker, ulong? Block, IReadOnlyList<string> Causes)
{
    /// <summary>From the report.</summary>
    public static HealthAnswer Of(StoreHealth health) => new(
        health.Causes.Count == 0 ? "ok" : "degraded", health.At, Word(health.Database), Word(health.Chain), Word(health.Broker), health.Block,
        [.. health.Causes.Select(cause => cause.Code)]);

    private static string Word(bool up) => up ? "up" : "down";
}

/// <summary>The same for the clerk, with figures and next steps.</summary>
internal sealed record ClerkHealthAnswer(
    string Status, DateTimeOffset At, string Database, string Chain, string Broker, ulong? Block, IReadOnlyList<string> Causes, IReadOnlyList<CauseAnswer> Details,
    FollowerHealth Follower, HealthCounts? Counts, IReadOnlyDictionary<string, long> Refused);

/// <summary>One cause: its code, what is wrong, what to do.</summary>
internal sealed record CauseAnswer(string Code, string What, string NextStep);
