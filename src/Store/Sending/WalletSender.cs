using System.Numerics;
using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Sending;

/// <summary>Sends one wallet's queue in order: check, number, sign, keep, send, wait for the receipt.</summary>
/// <remarks>
/// Exactly once: number and signed bytes are committed before the chain hears of them, and after a kill the same bytes are sent again, which has no
/// second effect. A call that the chain would refuse never gets a number, so no gap can block the ones behind it.
/// </remarks>
internal sealed class WalletSender(
    string wallet, Wallets wallets, IEvmClient chain, ChainHead head, TransactionQueue queue, NpgsqlDataSource database, StoreFolder folder,
    TimeProvider clock, ILogger<WalletSender> logger)
{
    /// <summary>Most gas of one transaction (EIP-7825).</summary>
    private const ulong GasCap = 16_777_216;

    /// <summary>Real time between two looks when nothing wakes the sender.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    private readonly RelayerKey _key = wallets[wallet];
    private long _resentAt;

    /// <summary>Runs until <paramref name="stop"/>; a fault of chain or database is logged and tried again.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Task filled = queue.Filled.Next, moved = head.Moved.Next;
            try
            {
                while (await AdvanceAsync(stop))
                {
                }
            }
            catch (Exception error) when (error is EvmUnavailableException or NpgsqlException && !stop.IsCancellationRequested)
            {
                logger.LogWarning("The {Wallet} waits: {Error}", wallet, error.Message);
                await Task.Delay(Idle, stop);
            }
            await Pulse.WaitAsync(Task.WhenAny(filled, moved), Idle, stop);
        }
    }

    /// <summary>One round; true when another may follow at once.</summary>
    private async Task<bool> AdvanceAsync(CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        List<TransactionRow> sent = await OpenAsync(connection, "sent", 64);
        int flying = await SettleAsync(connection, sent, stop);
        List<TransactionRow> queued = await OpenAsync(connection, "queued", 1);
        return queued.Count > 0 && await LaunchAsync(connection, queued[0], flying, stop);
    }

    private async Task<List<TransactionRow>> OpenAsync(NpgsqlConnection connection, string status, int limit) =>
        [.. await connection.QueryAsync<TransactionRow>(
            $"select {TransactionRow.Columns} from transactions where wallet = @wallet and status = @status order by ordinal limit @limit", new { wallet, status, limit })];

    /// <summary>Books what was mined, sends again what the chain seems to have lost; returns how many still fly.</summary>
    private async Task<int> SettleAsync(NpgsqlConnection connection, List<TransactionRow> sent, CancellationToken stop)
    {
        int flying = sent.Count;
        bool resend = clock.GetElapsedTime(_resentAt) > Idle;
        foreach (TransactionRow row in sent)
        {
            if (await chain.ReceiptAsync(row.Hash!.Value, stop) is { } receipt)
            {
                await FinishAsync(connection, row, receipt.Succeeded ? null : await WhyAsync(row, stop), receipt);
                flying--;
            }
            else if (resend)
            {
                await SendAsync(connection, row.Id, new SignedTransaction(_key.Address, (ulong)row.Nonce!.Value, row.Hash.Value, row.Raw!), stop);
            }
        }
        if (resend)
            _resentAt = clock.GetTimestamp();
        return flying;
    }

    /// <summary>Numbers, signs, keeps and sends a call; false when it has to wait for those in flight.</summary>
    private async Task<bool> LaunchAsync(NpgsqlConnection connection, TransactionRow row, int flying, CancellationToken stop)
    {
        ulong gas;
        try
        {
            gas = await chain.EstimateGasAsync(new EvmCall(row.Target, row.Data, _key.Address), stop);
        }
        catch (EvmException error) when (error is EvmRevertedException or EvmRefusedException)
        {
            if (flying > 0)
                return false; // it may need what is not mined yet: judged again afterwards
            await FinishAsync(connection, row, ReasonOf(error), receipt: null);
            return true;
        }
        EvmBlock newest = head.Newest ?? await chain.LatestBlockAsync(stop);
        BigInteger tip = folder.Options.Chain.PriorityFeeWei;
        Eip1559Transaction unsigned = new(
            (ulong)folder.Options.Chain.ChainId, await NextNonceAsync(connection, stop), tip, newest.BaseFeePerGas * 2 + tip,
            Math.Min(GasCap, gas + gas / 2 + 50_000), row.Target, BigInteger.Zero, row.Data);
        SignedTransaction signed = unsigned.Sign(_key);
        await connection.ExecuteAsync(
            "update transactions set status = 'sent', nonce = @nonce, gas_limit = @gas, raw = @raw, hash = @Hash where id = @Id",
            new { nonce = (long)signed.Nonce, gas = (long)unsigned.GasLimit, raw = signed.Raw.ToArray(), signed.Hash, row.Id });
        await SendAsync(connection, row.Id, signed, stop);
        return true;
    }

    private async Task<ulong> NextNonceAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        long known = await connection.ExecuteScalarAsync<long>("select coalesce(max(nonce) + 1, 0) from transactions where wallet = @wallet", new { wallet });
        ulong mined = await chain.NonceAsync(_key.Address, pending: false, stop);
        return Math.Max((ulong)known, mined);
    }

    private async Task SendAsync(NpgsqlConnection connection, Hash32 id, SignedTransaction signed, CancellationToken stop)
    {
        try
        {
            await chain.SendAsync(signed, stop);
        }
        catch (EvmRefusedException error) when (error.IsNonceTooLow)
        {
            // Mined meanwhile, or the number went to another transaction of this key: only the receipt can tell.
            if (await chain.ReceiptAsync(signed.Hash, stop) is null && await chain.NonceAsync(signed.From, pending: false, stop) > signed.Nonce)
                await connection.ExecuteAsync("update transactions set status = 'queued', nonce = null, raw = null, hash = null where id = @id", new { id });
        }
        catch (EvmRefusedException error)
        {
            logger.LogWarning("The chain does not take transaction {Hash} of the {Wallet} now: {Error} It is sent again.", signed.Hash, wallet, error.Message);
        }
    }

    private async Task FinishAsync(NpgsqlConnection connection, TransactionRow row, string? reason, TransactionReceipt? receipt)
    {
        await connection.ExecuteAsync(
            "update transactions set status = @status, reason = @reason, block_number = @block, created = @Created, finished_at = @now where id = @Id",
            new { status = reason is null ? "mined" : "refused", reason, block = (long?)receipt?.Block, receipt?.Created, now = clock.GetUtcNow(), row.Id });
        if (reason is not null)
            logger.LogWarning("{Purpose}: the chain refused ({Reason}).", row.Purpose, reason);
        queue.Finished.Beat();
    }

    /// <summary>The reason of a transaction that reverted after all, found by running it again.</summary>
    private async Task<string> WhyAsync(TransactionRow row, CancellationToken stop)
    {
        try
        {
            await chain.CallAsync(new EvmCall(row.Target, row.Data, _key.Address), stop);
            return "reverted";
        }
        catch (EvmException error) when (error is EvmRevertedException or EvmRefusedException)
        {
            return ReasonOf(error);
        }
    }

    private static string ReasonOf(EvmException error) => error is EvmRevertedException { Error: { } name } ? name : error.Message;
}
