using System.Text.Json;
using Dapper;
using Npgsql;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Blocks;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Anchoring;

/// <summary>Judges one block after the other against what is kept of its device, and keeps it, its rejection or the evidence of a fork.</summary>
internal sealed class BlockJudge(BlockVerifier verifier, BlockRules rules, BlockShelf shelf, StoppedDevices stopped, StoreFolder folder, TimeProvider clock)
{
    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(folder.Options.Rewards.TimeZone);

    /// <summary>Takes one block of a household.</summary>
    /// <exception cref="Ledger.Evm.EvmException">The registry cannot be asked about the device and never was.</exception>
    public async Task<Judgement> TakeAsync(NpgsqlConnection connection, BlockSender sender, SealedBlock block, ReadOnlyMemory<byte> payload, CancellationToken stop)
    {
        Judgement judged = sender.Device != block.Block.Device ? new Judgement("not_your_device")
            : await stopped.WhyAsync(connection, sender.Device, sender.Account, stop) is { } why ? new Judgement(why)
            : await JudgeAsync(connection, block, DayOf(sender.JoinedAt), payload, stop);
        bool isItsWord = sender.Device == block.Block.Device && verifier.IsSignedByItsDevice(block); // a login at the broker is no key: what others send is counted, and brings nothing upon the household
        if (judged.Reason is { } reason && isItsWord)
            await shelf.RejectAsync(connection, sender.Device, block.Block.Height, reason);
        return judged;
    }

    /// <summary>Accepts the block that follows, greets one that is known, keeps the evidence of a second one; or the reason why not.</summary>
    private async Task<Judgement> JudgeAsync(NpgsqlConnection connection, SealedBlock block, HouseholdDay joined, ReadOnlyMemory<byte> payload, CancellationToken stop)
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        BlockHead head = await BlockShelf.HeadAsync(connection, block.Block.Device);
        HouseholdDay today = DayOf(clock.GetUtcNow());
        BlockFault fault = verifier.Check(head, block, today, joined);
        if (fault == BlockFault.None && await shelf.IsFloodAsync(connection, block.Block, today, rules))
            fault = BlockFault.Rate;
        if (fault == BlockFault.None)
        {
            await shelf.AcceptAsync(connection, block);
            await transaction.CommitAsync(stop);
            return new Judgement(null, IsWork: true);
        }
        if (fault != BlockFault.Stale || await BlockShelf.HashAtAsync(connection, block.Block.Device, block.Block.Height) is not { } known)
            return new Judgement(CodeOf(fault));
        if (known == block.Hash) // which is the header's own, by the verifier
            return await GreetAgainAsync(connection, transaction, block, stop);
        await stopped.KeepAsync(connection, block, known, payload);
        await transaction.CommitAsync(stop);
        stopped.Wake();
        return new Judgement("equivocation");
    }

    // A block that was not urgent when it came first may have become so: an order waits for it now.
    private async Task<Judgement> GreetAgainAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, SealedBlock block, CancellationToken stop)
    {
        if (!block.Urgent || await shelf.HurryAsync(connection, block.Block.Device, block.Hash) == 0)
            return new Judgement(null);
        await transaction.CommitAsync(stop);
        return new Judgement(null, IsWork: true);
    }

    private HouseholdDay DayOf(DateTimeOffset at) => HouseholdDay.At(at, _zone);

    /// <summary>A fault as it stands in <c>block/state</c>: snake case.</summary>
    internal static string CodeOf(BlockFault fault) => JsonNamingPolicy.SnakeCaseLower.ConvertName(fault.ToString());
}

/// <summary>What became of a block.</summary>
/// <param name="Reason">The code of its refusal, or null for one that is, or already was, accepted.</param>
/// <param name="IsWork">True when there is something new to anchor.</param>
internal sealed record Judgement(string? Reason, bool IsWork = false);

/// <summary>The household behind a gateway's name.</summary>
/// <param name="Device">Its device.</param>
/// <param name="Account">The account for which it joined.</param>
/// <param name="JoinedAt">When, household time.</param>
internal sealed record BlockSender(DeviceId Device, AccountAddress Account, DateTimeOffset JoinedAt)
{
    /// <summary>Who joined under a name, or null.</summary>
    public static Task<BlockSender?> FindAsync(NpgsqlConnection connection, GatewayId gateway) => connection.QuerySingleOrDefaultAsync<BlockSender>(
        "select device, account, joined_at from households where gateway = @gateway and status = 'joined'", new { gateway });
}
