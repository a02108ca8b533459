using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Sending;

/// <summary>Works off one wallet's queue: send what is queued, book what is final, send again what the chain forgot or dropped with a block.</summary>
/// <remarks>
/// A call that the chain would refuse never gets a nonce, so no gap can block the ones behind it. It is judged once more when everything that was in
/// flight has landed, because it may have needed that; meanwhile its lane waits and the others go on.
/// </remarks>
internal sealed class WalletSender(
    string wallet, TransactionSender sender, IEvmClient chain, ChainHead head, TransactionQueue queue, NpgsqlDataSource database, StoreFolder folder, TimeProvider clock,
    ILogger<WalletSender> logger) : Drain(logger)
{
    /// <summary>Most transactions of the wallet that are sent and not yet in a block; a part of them is kept free of households' calls.</summary>
    private const int MostFlying = 64, MostOfHouseholds = 48;

    /// <summary>Most transactions that are looked after at once, those that wait for confirmations included.</summary>
    private const int MostWatched = 1024;

    /// <summary>Real time after which a silent transaction is sent again.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    private readonly Dictionary<Hash32, ulong> _included = []; // by block
    private readonly Dictionary<Hash32, HashSet<Hash32>> _judged = []; // refused calls, each with what was in flight then
    private long _resentAt, _breaks = -1;

    /// <inheritdoc />
    protected override Task NextWake() => Task.WhenAny(queue.Filled.Next, head.Moved.Next);

    /// <inheritdoc />
    protected override async Task PassAsync(CancellationToken stop)
    {
        if (!head.Reachable)
            return; // nothing is signed for a chain that has not said which one it is
        await ReopenAsync(stop);
        await LaunchAsync(await SettleAsync(stop), stop);
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        sender.Dispose();
        base.Dispose();
    }

    /// <summary>Opens again what stood in a block that is gone, whenever the chain's head did not simply grow.</summary>
    private async Task ReopenAsync(CancellationToken stop)
    {
        if (head.Newest is not { } newest || head.Breaks is var breaks && breaks == _breaks)
            return;
        ulong window = (ulong)folder.Options.Chain.WatchBlocks;
        IReadOnlyList<string> opened = await sender.ReopenAsync(newest.Number > window ? newest.Number - window : 0, stop);
        _included.Clear();
        _breaks = breaks;
        if (opened.Count == 0)
            return;
        logger.LogWarning("The chain was reorganised: {Count} transactions of the {Wallet} lost their block and are sent again.", opened.Count, wallet);
        queue.Finished.Beat();
    }

    /// <summary>Books what is final and returns what is in flight still.</summary>
    private async Task<HashSet<Hash32>> SettleAsync(CancellationToken stop)
    {
        HashSet<Hash32> flying = [];
        foreach (TransactionRow row in await SentAsync(stop))
        {
            if (_included.TryGetValue(row.Id, out ulong block) && head.Newest is { } newest && newest.Number < block + (ulong)folder.Options.Chain.Confirmations)
                continue;
            Settlement? settled = await sender.SettleAsync(row.Id.ToString(), stop);
            _included.Remove(row.Id);
            if (settled is null)
                flying.Add(row.Id);
            else if (settled.IsFinal)
                await FinishAsync(row, settled.Receipt, stop);
            else
                _included[row.Id] = settled.Receipt.Block;
        }
        if (flying.Count > 0 && TimeProvider.System.GetElapsedTime(_resentAt) > Silence)
        {
            await sender.ResendAsync(stop);
            _resentAt = TimeProvider.System.GetTimestamp();
        }
        return flying;
    }

    private async Task FinishAsync(TransactionRow row, TransactionReceipt receipt, CancellationToken stop)
    {
        if (!receipt.Succeeded)
            await RefuseAsync(row, await WhyAsync(row, stop), stop);
        queue.Finished.Beat();
    }

    /// <summary>Sends what is queued, lane by lane, as far as there is room.</summary>
    private async Task LaunchAsync(HashSet<Hash32> flying, CancellationToken stop)
    {
        HashSet<string> held = [];
        while (flying.Count < MostFlying && await NextAsync(held, flying.Count, stop) is { } row)
            if (!await TryLaunchAsync(row, flying, stop))
                held.Add(row.Lane);
    }

    /// <summary>Sends a call, or refuses it for good; false when it has to wait for what is in flight.</summary>
    private async Task<bool> TryLaunchAsync(TransactionRow row, HashSet<Hash32> flying, CancellationToken stop)
    {
        if (_judged.TryGetValue(row.Id, out HashSet<Hash32>? before) && before.Overlaps(flying))
            return false;
        try
        {
            await sender.SendAsync(row.Id.ToString(), new EvmCall(row.Target, row.Data), stop);
            flying.Add(row.Id);
        }
        catch (EvmRevertedException) when (before is null && flying.Count > 0)
        {
            _judged[row.Id] = [.. flying]; // it may need what is not mined yet
            return false;
        }
        catch (EvmRevertedException error)
        {
            await RefuseAsync(row, ReasonOf(error), stop);
            queue.Finished.Beat();
        }
        _judged.Remove(row.Id);
        return true;
    }

    private async Task<IReadOnlyList<TransactionRow>> SentAsync(CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        return [.. await connection.QueryAsync<TransactionRow>(
            $"select {TransactionRow.Columns} from transactions where wallet = @wallet and status = 'sent' order by ordinal limit @MostWatched", new { wallet, MostWatched })];
    }

    /// <summary>The next call to send: by rank, then of the lane that has least in flight, then the oldest.</summary>
    private async Task<TransactionRow?> NextAsync(HashSet<string> held, int flying, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        return await connection.QueryFirstOrDefaultAsync<TransactionRow>(
            $"""
            select {TransactionRow.Columns} from
                (select distinct on (lane) *, (select count(*) from transactions s where s.wallet = @wallet and s.status = 'sent' and s.lane = q.lane) as busy
                 from transactions q where wallet = @wallet and status = 'queued' and rank <= @rank and not lane = any(@lanes) order by lane, ordinal) as first
            order by rank, busy, ordinal limit 1
            """, new { wallet, rank = flying < MostOfHouseholds ? 2 : 1, lanes = held.ToArray() });
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
