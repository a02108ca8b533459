using Dapper;
using Npgsql;
using PantryChain.Store.Hosting;
using PantryChain.Store.Sending;
using PantryChain.Telemetry.Mqtt;

namespace PantryChain.Store.Health;

/// <summary>Whether the store works, for a supervisor: no names, no amounts.</summary>
internal static class HealthEndpoints
{
    private const string Counts =
        """
        select (select count(*) from households where status = 'joined') as households,
               (select count(*) from blocks) as blocks_accepted,
               (select count(*) from blocks join batches on batches.number = blocks.batch where anchored_at is not null) as blocks_anchored,
               (select count(*) from orders where state in (1, 2, 3)) as orders_live,
               (select count(*) from orders where state = 4) as orders_settled,
               (select count(*) from transactions where status in ('queued', 'sent')) as transactions_open,
               (select count(*) from epochs where published_at is not null) as epochs_published,
               (select count(*) from equivocations) as equivocations
        """;

    /// <summary><c>GET /health</c>: 200 while database, chain and broker answer, 503 otherwise.</summary>
    public static void MapHealth(this IEndpointRouteBuilder app) =>
        app.MapGet("/health", async (NpgsqlDataSource database, ChainHead head, IMqttLink link, RefusalLog refusals, TimeProvider clock, CancellationToken stop) =>
        {
            HealthCounts? counts = await CountAsync(database, stop);
            bool well = counts is not null && head.Reachable && link.IsConnected;
            HealthAnswer answer = new(
                well ? "ok" : "degraded", clock.GetUtcNow(), Word(counts is not null), Word(head.Reachable), Word(link.IsConnected), head.Newest?.Number, counts, refusals.Counts);
            return Results.Json(answer, statusCode: well ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        });

    private static async Task<HealthCounts?> CountAsync(NpgsqlDataSource database, CancellationToken stop)
    {
        try
        {
            await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
            return await connection.QuerySingleAsync<HealthCounts>(Counts);
        }
        catch (NpgsqlException)
        {
            return null; // said by the answer
        }
    }

    private static string Word(bool up) => up ? "up" : "down";
}

/// <summary>The store's health.</summary>
internal sealed record HealthAnswer(
    string Status, DateTimeOffset At, string Database, string Chain, string Broker, ulong? Block, HealthCounts? Counts, IReadOnlyDictionary<string, long> Refused);

/// <summary>How much there is of everything.</summary>
internal sealed record HealthCounts(
    long Households, long BlocksAccepted, long BlocksAnchored, long OrdersLive, long OrdersSettled, long TransactionsOpen, long EpochsPublished, long Equivocations);
