using Dapper;
using Npgsql;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Hosting;
using PantryChain.Store.Sending;

namespace PantryChain.Store.Orders;

/// <summary>Ends orders whose time ran out: money back when the seller was late, release when a recorded delivery was not disputed.</summary>
/// <remarks>Anybody may send these calls; a member does not depend on the store doing it.</remarks>
internal sealed class TimeoutKeeper(
    NpgsqlDataSource database, OrderBook orders, OrderWindowsCache windows, OrderEscrow escrow, TransactionQueue queue, ChainHead head, EscrowFollower follower,
    TimeProvider clock, ILogger<TimeoutKeeper> logger) : Drain(logger)
{
    /// <inheritdoc />
    protected override Task NextWake() => follower.Changed.Next;

    /// <inheritdoc />
    protected override Task PassAsync(CancellationToken stop) => head.Newest is { } newest ? SweepAsync(newest.At, stop) : Task.CompletedTask;

    /// <summary>Sends what is due at <paramref name="now"/>, the chain's own stamp.</summary>
    internal async Task SweepAsync(DateTimeOffset now, CancellationToken stop)
    {
        OrderWindows limits = await windows.GetAsync(stop);
        foreach (OrderRecord order in (await orders.ListAsync(mostFinal: 0, stop)).Where(order => order.TimesOutAt(limits) < now))
        {
            bool release = order.RecordedAt is not null;
            await SendAsync(order, release ? "release" : "refund", release ? escrow.ReleaseAfter(order.Terms) : escrow.RefundAfter(order.Terms), stop);
        }
    }

    private async Task SendAsync(OrderRecord order, string action, EvmCall call, CancellationToken stop)
    {
        Domain.Identity.Hash32 step = TransactionQueue.IdOf($"{action}/{order.State}", order.Id.Value);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        if (!await queue.EnqueueAsync(connection, step, Wallets.RelayerName, $"{action} order {order.Id.ToString()[..10]}", call))
            return;
        await connection.ExecuteAsync("insert into desk_actions values (@Id, @action, @step, @now)", new { order.Id, action, step, now = clock.GetUtcNow() });
        await transaction.CommitAsync(stop);
        queue.Filled.Beat();
    }
}
