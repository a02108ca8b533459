using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Hosting;
using PantryChain.Store.Joining;
using PantryChain.Store.Sending;

namespace PantryChain.Store.Relay;

/// <summary>Brings households' signed calls on chain and pays the gas.</summary>
internal static class RelayEndpoints
{
    /// <summary><c>POST /api/v1/relay</c> and <c>GET /api/v1/relay/{id}</c>; without a token as a stranger.</summary>
    public static void MapRelay(this IEndpointRouteBuilder api)
    {
        api.MapPost("relay", async (HttpContext http, RelayBody body, RelayBook book, StrangersRelay strangers, CancellationToken stop) => Results.Json(
            IsStranger(http) ? await strangers.TakeAsync(body, http.Connection.RemoteIpAddress, stop) : await book.TakeAsync((await Household.BindAsync(http))!, body, stop),
            statusCode: StatusCodes.Status202Accepted)).WithMetadata(new OpenDoor("rate_limited", "Too many calls without a token.", PerMinute: 60) { Counts = IsStranger }); // a household has one no at a time
        api.MapGet("relay/{id}", async (HttpContext http, string id, RelayBook book, StrangersRelay strangers, CancellationToken stop) =>
            IsStranger(http) ? await strangers.FindAsync(id, stop) : await book.FindAsync((await Household.BindAsync(http))!, id, stop));
    }

    private static bool IsStranger(HttpContext http) => http.Request.Headers.Authorization.Count == 0;
}

/// <summary>The body of <c>POST relay</c>.</summary>
internal sealed record RelayBody(string Id, string Kind, string To, string Data);

/// <summary>Where a relayed call stands.</summary>
/// <param name="Id">The gateway's own id.</param>
/// <param name="Status">
/// <c>queued</c>, <c>sent</c>, <c>mined</c> or <c>refused</c>; <c>mined</c> once its block has the configured confirmations, <c>sent</c> again when that block is gone.
/// </param>
/// <param name="Transaction">Its hash on chain, once signed.</param>
/// <param name="Reason">Why the chain refused it: the name of the contract's error.</param>
internal sealed record RelayAnswer(string Id, string Status, string? Transaction, string? Reason);

/// <summary>The relayed calls, one transaction per gateway and id for ever.</summary>
internal sealed class RelayBook(NpgsqlDataSource database, TransactionQueue queue, ContractSet contracts, RelayBudget budget, TimeProvider clock)
{
    /// <summary>Takes a call, or finds it when it was taken before.</summary>
    /// <exception cref="Refusal">The call is not this household's to make, the id stands for another call, or there were too many.</exception>
    public async Task<RelayAnswer> TakeAsync(Household household, RelayBody body, CancellationToken stop)
    {
        Hash32 id = ReadId(body.Id);
        EvmCall call = ReadCall(body);
        (AccountAddress target, byte[] data) = (call.To!.Value, call.Data.ToArray());
        RelayRules.Check(contracts, household, body.Kind ?? "", target, data, clock.GetUtcNow());
        byte[] content = SHA256.HashData([.. Encoding.UTF8.GetBytes(body.Kind!), 0, .. target.ToArray(), .. data]);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        await connection.ExecuteAsync("select 1 from households where gateway = @Gateway for update", new { household.Gateway }); // one call of a gateway at a time
        byte[]? known = await connection.QuerySingleOrDefaultAsync<byte[]>("select content from relay_calls where gateway = @Gateway and id = @id", new { household.Gateway, id });
        if (known is not null && !known.AsSpan().SequenceEqual(content))
            throw Refusal.Conflict("id_reused", "This id stands for another call.", "Choose a new random id for a new call.");
        if (known is null)
            await KeepAsync(connection, household, id, content, body.Kind!, call);
        await transaction.CommitAsync(stop);
        queue.Filled.Beat();
        return await FindAsync(household, body.Id, stop);
    }

    /// <summary>Where a call stands.</summary>
    /// <exception cref="Refusal">This household never sent it.</exception>
    public async Task<RelayAnswer> FindAsync(Household household, string id, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        (string Status, Hash32? Hash, string? Reason)? row = await connection.QuerySingleOrDefaultAsync<(string, Hash32?, string?)?>(
            """
            select status, hash, reason from relay_calls join transactions on transactions.id = relay_calls.transaction_id
            where gateway = @Gateway and relay_calls.id = @id
            """, new { household.Gateway, id = ReadId(id) });
        return row is { } found
            ? new RelayAnswer(id, found.Status, found.Hash?.ToString(), found.Reason)
            : throw Refusal.NotFound("call_unknown", "This call is not known.", "Send it with POST relay.");
    }

    private async Task KeepAsync(NpgsqlConnection connection, Household household, Hash32 id, byte[] content, string kind, EvmCall call)
    {
        await budget.RequireAsync(connection, household.Gateway, kind, call.Data);
        DateTimeOffset now = clock.GetUtcNow();
        Hash32 transactionId = new(SHA256.HashData([.. Encoding.UTF8.GetBytes("relay\0" + household.Gateway.Value + "\0"), .. id.ToArray()]));
        await queue.EnqueueAsync(connection, transactionId, Wallets.RelayerName, $"{kind} of {household.Gateway}", call, TransactionLane.Household(household.Gateway));
        await connection.ExecuteAsync(
            "insert into relay_calls values (@Gateway, @id, @kind, @content, @transactionId, @now)", new { household.Gateway, id, kind, content, transactionId, now });
    }

    /// <summary>The call of a body.</summary>
    /// <exception cref="Refusal">It is none.</exception>
    public static EvmCall ReadCall(RelayBody body) =>
        AccountAddress.TryParse(body.To, out AccountAddress target) ? new EvmCall(target, ReadData(body.Data)) : throw Refusal.Malformed($"'{body.To}' is not an address.");

    /// <summary>The id that a caller chose.</summary>
    /// <exception cref="Refusal">It is none.</exception>
    public static Hash32 ReadId(string? text) =>
        Hash32.TryParse(text, out Hash32 id) ? id : throw Refusal.Malformed($"'{text}' is not an id: 0x and 64 hexadecimal digits are expected.");

    private static byte[] ReadData(string? text)
    {
        try
        {
            return Hex.Decode(text);
        }
        catch (FormatException)
        {
            throw Refusal.Malformed("'data' is not hexadecimal text.");
        }
    }
}
