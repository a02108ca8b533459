using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;

namespace PantryChain.Store.Following;

/// <summary>A block that a follower has read, as it was then.</summary>
/// <param name="Number">Its position.</param>
/// <param name="Hash">What it was.</param>
internal sealed record KeptBlock(ulong Number, Hash32 Hash);

/// <summary>Where a follower goes on, and which blocks it has read: the last of each stretch and all that held a log, within a window.</summary>
internal static class FollowedBlocks
{
    /// <summary>The block to read next, or null for a follower that never read.</summary>
    public static async Task<ulong?> NextAsync(NpgsqlConnection connection, string name) =>
        (ulong?)await connection.QuerySingleOrDefaultAsync<long?>("select next_block from followers where name = @name", new { name });

    /// <summary>What a block was when it was read, or null when it is not kept.</summary>
    public static Task<Hash32?> HashAsync(NpgsqlConnection connection, string name, ulong number) => connection.QuerySingleOrDefaultAsync<Hash32?>(
        "select hash from follower_blocks where name = @name and number = @number", new { name, number = (long)number });

    /// <summary>All kept blocks below <paramref name="next"/>, oldest first.</summary>
    public static async Task<IReadOnlyList<KeptBlock>> ListAsync(NpgsqlConnection connection, string name, ulong next) =>
        [.. (await connection.QueryAsync<(long Number, Hash32 Hash)>(
            "select number, hash from follower_blocks where name = @name and number < @next order by number", new { name, next = (long)next }))
            .Select(row => new KeptBlock((ulong)row.Number, row.Hash))];

    /// <summary>Goes on at <paramref name="next"/> and keeps what was read; what is deeper than the window is forgotten.</summary>
    public static async Task AdvanceAsync(NpgsqlConnection connection, string name, ulong next, IEnumerable<KeptBlock> read, ulong window)
    {
        foreach (KeptBlock block in read)
            await connection.ExecuteAsync(
                "insert into follower_blocks values (@name, @number, @Hash) on conflict (name, number) do update set hash = @Hash", new { name, number = (long)block.Number, block.Hash });
        await connection.ExecuteAsync(
            """
            insert into followers values (@name, @next) on conflict (name) do update set next_block = @next;
            delete from follower_blocks where name = @name and number < @oldest
            """, new { name, next = (long)next, oldest = (long)next - (long)window });
    }

    /// <summary>Goes back to <paramref name="next"/>.</summary>
    public static Task<int> RewindAsync(NpgsqlConnection connection, string name, ulong next) => connection.ExecuteAsync(
        """
        insert into followers values (@name, @next) on conflict (name) do update set next_block = @next;
        delete from follower_blocks where name = @name and number >= @next
        """, new { name, next = (long)next });
}
