using System.Net;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Hosting;
using PantryChain.Store.Sending;

namespace PantryChain.Store.Relay;

/// <summary>Brings a member's no for anybody, also for gateways of other cooperatives: a veto, a refund, a mandate's end, each carrying its own right.</summary>
/// <remarks>
/// So that whoever runs a store cannot keep its members' no from the chain. It is cheap and safe to give: these calls take from nobody but a seller who was late and give
/// to nobody but the buyer, the store's key has no rights in them, each goes to code that this program knows and is tried on the newest block before it is paid for, the same call is
/// paid for once, and all together cost at most a day's budget of gas that households' own calls do not share, in shares (<see cref="StrangersShares"/>). The chain is asked before
/// a connection of the database is taken. Thread safe.
/// </remarks>
internal sealed class StrangersRelay(NpgsqlDataSource database, TransactionQueue queue, StrangersCheck check, StrangersShares shares, TimeProvider clock)
{
    /// <summary>One at a time, so that the budget is counted right.</summary>
    private const long Turn = 0x6e6f2e; // any number that no other advisory lock has

    /// <summary>Takes a call, or finds it when it was taken before.</summary>
    /// <param name="body">The call.</param>
    /// <param name="from">Who sent it.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="Refusal">It is no such call, it would fail now, or the day's gas has no room for it.</exception>
    public async Task<RelayAnswer> TakeAsync(RelayBody body, IPAddress? from, CancellationToken stop)
    {
        (Hash32 id, EvmCall call) = (RelayBook.ReadId(body.Id), RelayBook.ReadCall(body));
        RelayRules.CheckStranger(body.Kind ?? "", call.Data.Span);
        byte[] content = SHA256.HashData([.. Encoding.UTF8.GetBytes(body.Kind!), 0, .. call.To!.Value.ToArray(), .. call.Data.Span]);
        if (await TakenAsync(id, content, body.Id, stop) is { } taken)
            return taken;
        StrangersCall seen = await check.LookAsync(body.Kind!, call, from, stop);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        await connection.ExecuteAsync("select pg_advisory_xact_lock(@Turn)", new { Turn });
        if (await TakenAsync(connection, id, content, body.Id) is { } same)
            return same;
        await KeepAsync(connection, id, content, call, seen);
        await transaction.CommitAsync(stop);
        queue.Filled.Beat();
        return await FindAsync(body.Id, stop);
    }

    /// <summary>Where a call stands.</summary>
    /// <exception cref="Refusal">Nobody ever sent it.</exception>
    public async Task<RelayAnswer> FindAsync(string id, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        return await AnswerAsync(connection, id, "stranger_calls.id = @key", RelayBook.ReadId(id).ToArray())
            ?? throw Refusal.NotFound("call_unknown", "This call is not known.", "Send it with POST relay.");
    }

    private async Task<RelayAnswer?> TakenAsync(Hash32 id, byte[] content, string asked, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        return await TakenAsync(connection, id, content, asked);
    }

    private static async Task<RelayAnswer?> TakenAsync(NpgsqlConnection connection, Hash32 id, byte[] content, string asked)
    {
        byte[]? known = await connection.QuerySingleOrDefaultAsync<byte[]>("select content from stranger_calls where id = @id", new { id });
        if (known is not null && !known.AsSpan().SequenceEqual(content))
            throw Refusal.Conflict("id_reused", "This id stands for another call.", "Choose a new random id for a new call.");
        return known is null ? await UnderWayAsync(connection, content, asked) : await AnswerAsync(connection, asked, "stranger_calls.id = @key", id.ToArray());
    }

    /// <summary>The same call that somebody else brought, unless it failed: then it may be tried again.</summary>
    private static Task<RelayAnswer?> UnderWayAsync(NpgsqlConnection connection, byte[] content, string id) =>
        AnswerAsync(connection, id, "content = @key and status <> 'refused'", content);

    private static async Task<RelayAnswer?> AnswerAsync(NpgsqlConnection connection, string id, string where, byte[] key) =>
        await connection.QueryFirstOrDefaultAsync<(string Status, Hash32? Hash, string? Reason)?>(
            $"select status, hash, reason from stranger_calls join transactions on transactions.id = stranger_calls.transaction_id where {where}", new { key }) is { } found
            ? new RelayAnswer(id, found.Status, found.Hash?.ToString(), found.Reason) : null;

    private async Task KeepAsync(NpgsqlConnection connection, Hash32 id, byte[] content, EvmCall call, StrangersCall seen)
    {
        await shares.RequireAsync(connection, seen);
        Hash32 transactionId = new(SHA256.HashData([.. Encoding.UTF8.GetBytes("stranger\0"), .. id.ToArray()]));
        await queue.EnqueueAsync(connection, transactionId, Wallets.RelayerName, $"{seen.Kind} of a stranger", call, TransactionLane.Strangers);
        await connection.ExecuteAsync(
            """
            insert into stranger_calls (id, kind, content, gas, transaction_id, requested_at, escrow, account, caller)
            values (@id, @Kind, @content, @gas, @transactionId, @now, @Contract, @Account, @Caller)
            """, new { id, seen.Kind, content, gas = (long)seen.Gas, transactionId, now = clock.GetUtcNow(), seen.Contract, seen.Account, seen.Caller });
    }
}
