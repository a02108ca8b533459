using Dapper;
using Npgsql;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Hosting;
using PantryChain.Store.Sending;

namespace PantryChain.Store.Orders;

/// <summary>Ends orders whose time ran out: money back when the seller was late, release when a recorded delivery was not disputed.</summary>
/// <remarks>
/// Anybody may send these calls. The store sends refunds for every order in its book and releases for its own seller only: another seller pays for its own.
/// What the chain refuses is tried again after a wait that doubles, because the reason may pass (a pause of the token, a block that was too early).
/// </remarks>
internal sealed class TimeoutKeeper(
    NpgsqlDataSource database, OrderBook orders, OrderWindowsCache windows, OrderEscrow escrow, TransactionQueue queue, Wallets wallets, EscrowFollower follower,
    TimeProvider clock, ILogger<TimeoutKeeper> logger) : Drain(logger)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMinutes(10), LongestWait = TimeSpan.FromHours(6); // household time

    /// <inheritdoc />
    protected override Task NextWake() => follower.Changed.Next;

    /// <inheritdoc />
    protected override Task PassAsync(CancellationToken stop) => follower.Progress.Read is { } read ? SweepAsync(read.At, stop) : Task.CompletedTask;

    /// <summary>Sends what is due at <paramref name="now"/>, the stamp of the last block that was read.</summary>
    internal async Task SweepAsync(DateTimeOffset now, CancellationToken stop)
    {
        OrderWindows limits = await windows.GetAsync(stop);
        foreach (OrderRecord order in (await orders.ListAsync(mostFinal: 0, stop)).Where(order => order.TimesOutAt(limits) < now))
            if (order.RecordedAt is null)
                await SendAsync(order, "refund", escrow.RefundAfter(order.Terms), stop);
            else if (order.Terms.Seller == wallets.Seller.Address)
                await SendAsync(order, "release", escrow.ReleaseAfter(order.Terms), stop);
    }

    /// <summary>How long the household waits before try number <paramref name="refused"/> + 1.</summary>
    internal static TimeSpan WaitAfter(int refused) => TimeSpan.FromTicks(Math.Min(FirstWait.Ticks << Math.Min(refused - 1, 16), LongestWait.Ticks));

    private async Task SendAsync(OrderRecord order, string action, EvmCall call, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        (string Status, DateTimeOffset? FinishedAt)[] before = [.. await connection.QueryAsync<(string, DateTimeOffset?)>(
            """
            select status, finished_at from desk_actions join transactions on transactions.id = transaction_id
            where order_id = @Id and action = @action order by ordinal
            """, new { order.Id, action })];
        if (before.Any(attempt => attempt.Status != "refused") || (before.Length > 0 && before[^1].FinishedAt + WaitAfter(before.Length) > clock.GetUtcNow()))
            return;
        Domain.Identity.Hash32 step = TransactionQueue.IdOf($"{action}#{before.Length}", order.Id.Value);
        if (!await queue.EnqueueAsync(connection, step, Wallets.RelayerName, $"{action} order {order.Id.ToString()[..10]}", call, TransactionLane.Order(order.Id)))
            return;
        await connection.ExecuteAsync("insert into desk_actions values (@Id, @action, @step, @now)", new { order.Id, action, step, now = clock.GetUtcNow() });
        await transaction.CommitAsync(stop);
        queue.Filled.Beat();
    }
}
