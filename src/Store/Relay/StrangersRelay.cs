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
/// to nobody but the buyer, the store's key has no rights in them, each is tried on the newest block before it is paid for, the same call is paid for once, and all together
/// cost at most a day's budget of gas that households' own calls do not share. Thread safe.
/// </remarks>
internal sealed class StrangersRelay(NpgsqlDataSource database, TransactionQueue queue, IEvmClient chain, Wallets wallets, StoreFolder folder, TimeProvider clock)
{
    /// <summary>Most gas for one call: a veto on a chain without P-256 needs 310 000.</summary>
    private const ulong MostGas = 400_000;

    /// <summary>One at a time, so that the budget is counted right.</summary>
    private const long Turn = 0x6e6f2e; // any number that no other advisory lock has

    /// <summary>Takes a call, or finds it when it was taken before.</summary>
    /// <exception cref="Refusal">It is no such call, it would fail now, or the day's budget is spent.</exception>
    public async Task<RelayAnswer> TakeAsync(RelayBody body, CancellationToken stop)
    {
        (Hash32 id, EvmCall call) = (RelayBook.ReadId(body.Id), RelayBook.ReadCall(body));
        RelayRules.CheckStranger(body.Kind ?? "", call.Data.Span);
        byte[] content = SHA256.HashData([.. Encoding.UTF8.GetBytes(body.Kind!), 0, .. call.To!.Value.ToArray(), .. call.Data.Span]);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        await connection.ExecuteAsync("select pg_advisory_xact_lock(@Turn)", new { Turn });
        byte[]? known = await connection.QuerySingleOrDefaultAsync<byte[]>("select content from stranger_calls where id = @id", new { id });
        if (known is not null && !known.AsSpan().SequenceEqual(content))
            throw Refusal.Conflict("id_reused", "This id stands for another call.", "Choose a new random id for a new call.");
        if (known is null && await UnderWayAsync(connection, content, body.Id) is { } same)
            return same;
        if (known is null)
            await KeepAsync(connection, id, content, body.Kind!, call, stop);
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

    /// <summary>The same call that somebody else brought, unless it failed: then it may be tried again.</summary>
    private static Task<RelayAnswer?> UnderWayAsync(NpgsqlConnection connection, byte[] content, string id) =>
        AnswerAsync(connection, id, "content = @key and status <> 'refused'", content);

    private static async Task<RelayAnswer?> AnswerAsync(NpgsqlConnection connection, string id, string where, byte[] key) =>
        await connection.QueryFirstOrDefaultAsync<(string Status, Hash32? Hash, string? Reason)?>(
            $"select status, hash, reason from stranger_calls join transactions on transactions.id = stranger_calls.transaction_id where {where}", new { key }) is { } found
            ? new RelayAnswer(id, found.Status, found.Hash?.ToString(), found.Reason) : null;

    private async Task KeepAsync(NpgsqlConnection connection, Hash32 id, byte[] content, string kind, EvmCall call, CancellationToken stop)
    {
        ulong gas = await EstimateAsync(call, stop);
        DateTimeOffset now = clock.GetUtcNow();
        decimal spent = await connection.ExecuteScalarAsync<decimal>(
            "select coalesce(sum(gas), 0) from stranger_calls where requested_at > @since", new { since = now - TimeSpan.FromDays(1) });
        if (spent + gas > folder.Options.StrangersGasPerDay)
            throw new Refusal(429, "strangers_budget_spent", "The day's gas for calls of others is spent.", "Send the same call again later, or to another relay.");
        Hash32 transactionId = new(SHA256.HashData([.. Encoding.UTF8.GetBytes("stranger\0"), .. id.ToArray()]));
        await queue.EnqueueAsync(connection, transactionId, Wallets.RelayerName, $"{kind} of a stranger", call, TransactionLane.Strangers);
        await connection.ExecuteAsync(
            "insert into stranger_calls values (@id, @kind, @content, @gas, @transactionId, @now)", new { id, kind, content, gas = (long)gas, transactionId, now });
    }

    private async Task<ulong> EstimateAsync(EvmCall call, CancellationToken stop)
    {
        try
        {
            if ((await chain.CodeAsync(call.To!.Value, stop)).Length == 0)
                throw new Refusal(422, "would_revert", "There is no contract at this address.", "Bring the call to a relay of its own chain.");
            ulong gas = await chain.EstimateGasAsync(call with { From = wallets.Relayer.Address }, stop);
            return gas <= MostGas ? gas
                : throw new Refusal(403, "not_for_strangers", "The call costs too much gas.", $"At most {MostGas} are spent on a call of somebody who did not join here.");
        }
        catch (EvmRevertedException refusal)
        {
            throw new Refusal(422, "would_revert", $"The contract would refuse this call now: {refusal.Error ?? "no reason given"}.", "Send it again when that has passed.");
        }
    }
}
