using Dapper;
using Npgsql;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Blocks;

namespace PantryChain.Store.Anchoring;

/// <summary>The accepted blocks of all devices, in PostgreSQL.</summary>
internal sealed class BlockShelf(TimeProvider clock)
{
    /// <summary>Where a device's chain stands; height 0 for a device without blocks.</summary>
    public static async Task<BlockHead> HeadAsync(NpgsqlConnection connection, DeviceId device)
    {
        (long Height, Hash32 Hash, long ToSeq, int Day)? head = await connection.QuerySingleOrDefaultAsync<(long, Hash32, long, int)?>(
            "select height, hash, to_seq, day from blocks where device = @device order by height desc limit 1", new { device });
        return head is { } found ? new BlockHead((ulong)found.Height, found.Hash, (ulong)found.ToSeq, new HouseholdDay((uint)found.Day)) : BlockHead.Genesis;
    }

    /// <summary>The hash of the block accepted at a height, or null.</summary>
    public static Task<Hash32?> HashAtAsync(NpgsqlConnection connection, DeviceId device, ulong height) => connection.QuerySingleOrDefaultAsync<Hash32?>(
        "select hash from blocks where device = @device and height = @height", new { device, height = (long)height });

    /// <summary>Most blocks that are taken of one device in 24 hours: one a day is usual, each order or delivery adds one; a gateway that was away for years catches up in days.</summary>
    private const long MostBlocksPerDay = 1_000;

    /// <summary>Most blocks of one device in 24 hours for which a batch is sealed out of turn: two for each order and delivery, and a household has few a day.</summary>
    internal const long MostUrgentPerDay = 20;

    /// <summary>True when a day's blocks together hold more than a shelf can see, or too many came; a single block is the verifier's business.</summary>
    /// <remarks>
    /// Blocks are counted by the store's clock: the day that stands in a block is the sender's word, and there are as many as it likes. Events are counted by that day, so that a gateway may catch up;
    /// where its clock was ahead, and the day stands still until it is reached, by the store's clock too.
    /// </remarks>
    public async Task<bool> IsFloodAsync(NpgsqlConnection connection, ThingBlock next, HouseholdDay today, BlockRules rules) => await connection.ExecuteScalarAsync<bool>(
        """
        select (select count(*) from blocks where device = @Device and accepted_at > @since) >= @MostBlocksPerDay
            or (select coalesce(sum(to_seq + 1 - from_seq), 0) from blocks where device = @Device and day = @day and (@reached or accepted_at > @since)) + @count > @most
        """, new
        {
            MostBlocksPerDay, count = (long)next.Count, most = (long)rules.MostEventsPerDay, next.Device, day = (int)next.Day.Number,
            reached = rules.Believed(next.Day, today) == next.Day.Number, since = clock.GetUtcNow().AddDays(-1),
        });

    /// <summary>Keeps a verified block and forgets the rejection of before.</summary>
    public async Task AcceptAsync(NpgsqlConnection connection, SealedBlock @sealed)
    {
        ThingBlock block = @sealed.Block;
        await connection.ExecuteAsync(
            $"""
            insert into blocks (device, height, hash, parent, from_seq, to_seq, day, events_root, uses, confirmations, deviations, signature, leaves, urgent, accepted_at)
            values (@Device, @height, @Hash, @Parent, @from, @to, @day, @EventsRoot, @uses, @confirmations, @deviations, @signature, @leaves, @Urgent and {NotTooManyUrgent}, @now)
            """,
            new
            {
                block.Device, height = (long)block.Height, @sealed.Hash, block.Parent, from = (long)block.FromSeq, to = (long)block.ToSeq, day = (int)block.Day.Number,
                block.EventsRoot, uses = (int)block.Uses, confirmations = (int)block.Confirmations, deviations = (int)block.Deviations,
                signature = (byte[])[.. @sealed.Signature.R.ToArray(), .. @sealed.Signature.S.ToArray()],
                leaves = @sealed.Leaves.SelectMany(leaf => leaf.ToArray()).ToArray(), @sealed.Urgent, now = clock.GetUtcNow(), since = clock.GetUtcNow().AddDays(-1), MostUrgentPerDay,
            });
        await connection.ExecuteAsync("delete from rejections where device = @Device", new { block.Device }); // whatever height it named: the chain goes on
    }

    /// <summary>Marks an accepted block as one that an order waits for, unless its device had its urgent ones for today.</summary>
    public Task<int> HurryAsync(NpgsqlConnection connection, DeviceId device, Hash32 hash) => connection.ExecuteAsync(
        $"update blocks set urgent = true where hash = @hash and batch is null and not urgent and {NotTooManyUrgent}",
        new { hash, device, since = clock.GetUtcNow().AddDays(-1), MostUrgentPerDay });

    private const string NotTooManyUrgent =
        "(select count(*) from blocks u where u.device = @Device and u.urgent and u.accepted_at > @since) < @MostUrgentPerDay";

    /// <summary>Keeps the newest rejection of a device, to be told until it is cured.</summary>
    public Task<int> RejectAsync(NpgsqlConnection connection, DeviceId device, ulong height, string reason) => connection.ExecuteAsync(
        """
        insert into rejections values (@device, @height, @reason, @now)
        on conflict (device) do update set height = @height, reason = @reason, rejected_at = @now
        """, new { device, height = (long)Math.Min(height, long.MaxValue), reason, now = clock.GetUtcNow() });
}
