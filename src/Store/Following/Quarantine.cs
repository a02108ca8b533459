using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Evm;

namespace PantryChain.Store.Following;

/// <summary>Logs that could not be read or booked, kept with their bytes until a clerk has seen them; never tried again by themselves.</summary>
internal sealed class Quarantine(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Sets a log aside inside the caller's transaction.</summary>
    public static Task<int> PutAsync(NpgsqlConnection connection, string follower, EvmLog log, string reason, DateTimeOffset now) => connection.ExecuteAsync(
        """
        insert into quarantined_logs (follower, block_number, block_hash, log_index, transaction, address, topics, data, reason, seen_at)
        values (@follower, @block, @BlockHash, @index, @Transaction, @Address, @topics, @data, @reason, @now)
        on conflict (follower, block_hash, log_index) do update set orphaned_at = null
        """,
        new
        {
            follower, block = (long)log.Block, log.BlockHash, index = (int)log.Index, log.Transaction, log.Address,
            topics = log.Topics.SelectMany(topic => topic.ToArray()).ToArray(), data = log.Data.ToArray(), reason, now,
        });

    /// <summary>Marks those whose block is gone, inside the caller's transaction.</summary>
    public static Task<int> OrphanAsync(NpgsqlConnection connection, string follower, ulong fromBlock, DateTimeOffset now) => connection.ExecuteAsync(
        "update quarantined_logs set orphaned_at = @now where follower = @follower and block_number >= @fromBlock and orphaned_at is null",
        new { follower, fromBlock = (long)fromBlock, now });

    /// <summary>How many nobody has seen yet.</summary>
    public static Task<long> CountOpenAsync(NpgsqlConnection connection) =>
        connection.ExecuteScalarAsync<long>("select count(*) from quarantined_logs where acknowledged_at is null and orphaned_at is null");

    /// <summary>The newest, those that nobody has seen first.</summary>
    public async Task<IReadOnlyList<QuarantinedLog>> ListAsync(int limit, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        return [.. await connection.QueryAsync<QuarantinedLog>(
            """
            select number, follower, block_number, block_hash, log_index, transaction, address, topics, data, reason, seen_at, acknowledged_at
            from quarantined_logs where orphaned_at is null order by acknowledged_at is not null, number desc limit @limit
            """, new { limit })];
    }

    /// <summary>A clerk has seen one; false when there is none of that number.</summary>
    public async Task<bool> AcknowledgeAsync(long number, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        return await connection.ExecuteAsync(
            "update quarantined_logs set acknowledged_at = coalesce(acknowledged_at, @now) where number = @number", new { number, now = clock.GetUtcNow() }) == 1;
    }
}

/// <summary>One log that was set aside.</summary>
/// <param name="Number">Its number here.</param>
/// <param name="Follower">Who could not read it.</param>
/// <param name="BlockNumber">The block that holds it.</param>
/// <param name="BlockHash">That block's hash.</param>
/// <param name="LogIndex">Position within the block.</param>
/// <param name="Transaction">Who wrote it: hash of the transaction.</param>
/// <param name="Address">The contract.</param>
/// <param name="Topics">32 bytes each, one behind the other.</param>
/// <param name="Data">The rest of it.</param>
/// <param name="Reason">Why it could not be read.</param>
/// <param name="SeenAt">When it was set aside, household time.</param>
/// <param name="AcknowledgedAt">When a clerk saw it, or null.</param>
internal sealed record QuarantinedLog(
    long Number, string Follower, long BlockNumber, Hash32 BlockHash, int LogIndex, Hash32 Transaction, AccountAddress Address, byte[] Topics, byte[] Data, string Reason,
    DateTimeOffset SeenAt, DateTimeOffset? AcknowledgedAt);
