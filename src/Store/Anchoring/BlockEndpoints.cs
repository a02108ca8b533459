using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Blocks;
using PantryChain.Store.Hosting;
using PantryChain.Store.Joining;

namespace PantryChain.Store.Anchoring;

/// <summary>Proofs of anchored blocks.</summary>
internal static class BlockEndpoints
{
    /// <summary><c>GET /api/v1/blocks/{hash}/proof</c> and <c>GET /api/v1/blocks/head</c>.</summary>
    public static void MapBlocks(this IEndpointRouteBuilder api)
    {
        api.MapGet("blocks/{hash}/proof", ProveAsync);
        api.MapGet("blocks/head", HeadAsync);
    }

    /// <summary>The newest block that is kept of the household's device, so that it sees one that it did not sign.</summary>
    private static async Task<BlockHeadAnswer> HeadAsync(Household household, NpgsqlDataSource database, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        BlockHead head = await BlockShelf.HeadAsync(connection, household.Device);
        return head.Height > 0 ? new BlockHeadAnswer(head.Height, head.Hash.ToString())
            : throw Refusal.NotFound("no_block", "No block of this device is kept.", "Send the first one.");
    }

    private static async Task<BlockProofAnswer> ProveAsync(string hash, Household household, NpgsqlDataSource database, CancellationToken stop)
    {
        if (!Hash32.TryParse(hash, out Hash32 block))
            throw Refusal.Malformed($"'{hash}' is not a block hash: 0x and 64 hexadecimal digits are expected.");
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        Hash32[] batch = [.. await connection.QueryAsync<Hash32>(
            """
            select others.hash from blocks join batches on batches.number = blocks.batch join blocks others on others.batch = blocks.batch
            where blocks.hash = @block and blocks.device = @Device and batches.anchored_at is not null
            """, new { block, household.Device })];
        if (batch.Length == 0)
            throw Refusal.NotFound("not_anchored", "This block is not anchored.", "Wait until '.../block/state' says so, then ask again.");
        MerkleTree tree = MerkleTree.Of(batch);
        return new BlockProofAnswer(tree.Root.ToString(), [.. tree.Proof(block).Select(sibling => sibling.ToString())]);
    }
}

/// <summary>Where a device's chain stands here.</summary>
internal sealed record BlockHeadAnswer(ulong Height, string Hash);

/// <summary>The way from a block's hash to its anchored root.</summary>
/// <param name="Root">The root on chain.</param>
/// <param name="Proof">Siblings from the block up.</param>
internal sealed record BlockProofAnswer(string Root, IReadOnlyList<string> Proof);
