using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Store.Hosting;
using PantryChain.Store.Sending;

namespace PantryChain.Store.Anchoring;

/// <summary>Puts one Merkle root over the accepted blocks of a period on chain, and at once when an order or a delivery waits for a block.</summary>
/// <remarks>Batch, its blocks and its transaction are committed together; the sender takes care that the transaction happens once.</remarks>
internal sealed class Anchorer(
    NpgsqlDataSource database, TransactionQueue queue, CotAnchor anchor, BlockStates states, StoreFolder folder, TimeProvider clock, ILogger<Anchorer> logger)
    : Drain(logger)
{
    /// <summary>Most blocks of one batch: a proof of 12 hashes.</summary>
    private const int MostBlocks = 4096;

    /// <summary>While so many anchors are on their way to a block, further urgent blocks gather for the next one: no anchor is paid for each.</summary>
    private const int MostFlying = 2;

    private readonly TimeSpan _period = TimeSpan.FromSeconds(folder.Options.Rewards.AnchorSeconds);

    /// <summary>Beats when a block was accepted.</summary>
    public Pulse Due { get; } = new();

    /// <inheritdoc />
    protected override TimeSpan Longest => TimeSpan.FromMilliseconds(250); // the regular batch falls due by time alone

    /// <inheritdoc />
    protected override Task NextWake() => Task.WhenAny(Due.Next, queue.Finished.Next);

    /// <inheritdoc />
    protected override async Task PassAsync(CancellationToken stop)
    {
        await BookAnchoredAsync(stop);
        while (await SealBatchAsync(stop))
        {
        }
    }

    /// <summary>Seals a batch when one is due; true when another may follow at once.</summary>
    internal async Task<bool> SealBatchAsync(CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        (long waiting, bool urgent, DateTimeOffset? last, long flying) = await connection.QuerySingleAsync<(long, bool, DateTimeOffset?, long)>(
            """
            select count(*), coalesce(bool_or(urgent), false), (select max(sealed_at) from batches),
                (select count(*) from batches join transactions on transactions.id = transaction_id where status in ('queued', 'sent') and block_number is null)
            from blocks where batch is null
            """);
        if (waiting == 0 || ((!urgent || flying >= MostFlying) && last is { } before && clock.GetUtcNow() - before < _period))
            return false;
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        Hash32[] hashes = [.. await connection.QueryAsync<Hash32>(
            "select hash from blocks where batch is null order by device, height limit @MostBlocks for update", new { MostBlocks })];
        Hash32 root = MerkleTree.RootOf(hashes);
        Hash32 id = TransactionQueue.IdOf("anchor", root);
        await queue.EnqueueAsync(connection, id, Wallets.RelayerName, $"anchor {hashes.Length} blocks", anchor.Anchor(root, (uint)hashes.Length), TransactionLane.Anchors);
        long batch = await connection.ExecuteScalarAsync<long>(
            "insert into batches (root, blocks, transaction_id, sealed_at) values (@root, @count, @id, @now) returning number",
            new { root, count = hashes.Length, id, now = clock.GetUtcNow() });
        await connection.ExecuteAsync("update blocks set batch = @batch where hash = any(@hashes)", new { batch, hashes = hashes.Select(hash => hash.ToArray()).ToArray() });
        await transaction.CommitAsync(stop);
        queue.Filled.Beat();
        return waiting > MostBlocks;
    }

    /// <summary>Marks batches whose transaction is final, takes the mark back from those whose block is gone, and has their gateways told.</summary>
    internal async Task BookAnchoredAsync(CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        long[] numbers = [.. await connection.QueryAsync<long>(
            """
            update batches set anchored_at = case when status = 'mined' then @now end from transactions
            where transactions.id = batches.transaction_id and (anchored_at is not null) <> (status = 'mined') returning batches.number
            """, new { now = clock.GetUtcNow() })];
        if (numbers.Length == 0)
            return;
        foreach (GatewayId gateway in await connection.QueryAsync<GatewayId>(
            "select distinct gateway from households join blocks using (device) where batch = any(@numbers)", new { numbers }))
            states.Tell(gateway);
    }
}
