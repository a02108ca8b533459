using Dapper;
using Npgsql;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Sending;

/// <summary>Works off one wallet's queue in order: send what is queued, book what was mined, send again what the chain forgot.</summary>
/// <remarks>A call that the chain would refuse never gets a nonce, so no gap can block the ones behind it.</remarks>
internal sealed class WalletSender(
    string wallet, TransactionSender sender, IEvmClient chain, ChainHead head, TransactionQueue queue, NpgsqlDataSource database, TimeProvider clock,
    ILogger<WalletSender> logger) : Drain(logger)
{
    /// <summary>Most transactions of the wallet that are sent and not yet mined.</summary>
    private const int MostFlying = 64;

    /// <summary>Real time after which a silent transaction is sent again.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    private long _resentAt;

    /// <inheritdoc />
    protected override Task NextWake() => Task.WhenAny(queue.Filled.Next, head.Moved.Next);

    /// <inheritdoc />
    protected override async Task PassAsync(CancellationToken stop)
    {
        int flying = await SettleAsync(stop);
        while (flying < MostFlying && await LaunchAsync(flying, stop) is { } launched)
            flying += launched;
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        sender.Dispose();
        base.Dispose();
    }

    /// <summary>Books what was mined and returns how many still fly.</summary>
    private async Task<int> SettleAsync(CancellationToken stop)
    {
        IReadOnlyList<TransactionRow> sent = await OpenAsync("sent", MostFlying, stop);
        int flying = sent.Count;
        foreach (TransactionRow row in sent)
        {
            if (await sender.ReceiptAsync(row.Id.ToString(), stop) is not { } receipt)
                continue;
            flying--;
            if (!receipt.Succeeded)
                await RefuseAsync(row, await WhyAsync(row, stop), stop);
            queue.Finished.Beat();
        }
        if (flying > 0 && TimeProvider.System.GetElapsedTime(_resentAt) > Silence)
        {
            await sender.ResendAsync(stop);
            _resentAt = TimeProvider.System.GetTimestamp();
        }
        return flying;
    }

    /// <summary>Sends the next queued call: 1 when it flies now, 0 when it was refused, null when there is none or it has to wait for those in flight.</summary>
    private async Task<int?> LaunchAsync(int flying, CancellationToken stop)
    {
        if (await OpenAsync("queued", 1, stop) is not [TransactionRow row])
            return null;
        try
        {
            await sender.SendAsync(row.Id.ToString(), new EvmCall(row.Target, row.Data), stop);
            return 1;
        }
        catch (EvmRevertedException error)
        {
            if (flying > 0)
                return null; // it may need what is not mined yet: judged again afterwards
            await RefuseAsync(row, ReasonOf(error), stop);
            queue.Finished.Beat();
            return 0;
        }
    }

    private async Task<IReadOnlyList<TransactionRow>> OpenAsync(string status, int limit, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        return [.. await connection.QueryAsync<TransactionRow>(
            $"select {TransactionRow.Columns} from transactions where wallet = @wallet and status = @status order by ordinal limit @limit", new { wallet, status, limit })];
    }

    private async Task RefuseAsync(TransactionRow row, string reason, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await connection.ExecuteAsync(
            "update transactions set status = 'refused', reason = @reason, finished_at = @now where id = @Id", new { reason, now = clock.GetUtcNow(), row.Id });
        logger.LogWarning("{Purpose}: the chain refused ({Reason}).", row.Purpose, reason);
    }

    /// <summary>The reason of a transaction that reverted after all, found by running it again.</summary>
    private async Task<string> WhyAsync(TransactionRow row, CancellationToken stop)
    {
        try
        {
            await chain.CallAsync(new EvmCall(row.Target, row.Data, sender.From), stop);
            return "reverted";
        }
        catch (EvmRevertedException error)
        {
            return ReasonOf(error);
        }
    }

    private static string ReasonOf(EvmRevertedException error) => error.Error ?? error.Message;
}
