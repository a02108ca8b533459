using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Hosting;
using PantryChain.Store.Sending;

namespace PantryChain.Store.Following;

/// <summary>What a follower reads of the chain's log.</summary>
/// <param name="Name">Its name in the database.</param>
/// <param name="Contract">Who writes the events.</param>
/// <param name="Topics">The events that it needs; the node is asked for no others.</param>
internal sealed record LogInterest(string Name, AccountAddress Contract, IReadOnlyList<Hash32> Topics);

/// <summary>Reads one contract's events block by block into the database, from where it stopped, along the chain as it is now.</summary>
/// <remarks>
/// Events and the place to go on from are committed together, so a kill neither skips nor doubles one. A log that cannot be read is set aside with its
/// bytes and the follower goes on. When the block that it stands on is gone, what was booked above the last shared block is undone and read again.
/// </remarks>
internal abstract class LogFollower(NpgsqlDataSource database, IEvmClient chain, ChainHead head, StoreFolder folder, TimeProvider clock, ILogger logger) : Drain(logger)
{
    /// <summary>Most blocks asked for at once; many nodes refuse more.</summary>
    private const ulong MostBlocks = 2000;

    private readonly ILogger _logger = logger;
    private readonly LogStretch _stretch = new(MostBlocks);
    private readonly ulong _confirmations = (ulong)folder.Options.Chain.Confirmations, _window = (ulong)folder.Options.Chain.WatchBlocks;
    private Hash32 _checkedUnder;

    /// <summary>What is followed.</summary>
    public abstract LogInterest Interest { get; }

    /// <summary>Beats when something was booked or undone.</summary>
    public Pulse Changed { get; } = new();

    /// <summary>Beats when a stretch was read, with or without anything in it.</summary>
    public Pulse Advanced { get; } = new();

    /// <summary>How far it came, for whoever watches it.</summary>
    public FollowerProgress Progress { get; private set; } = new(0, 0, null, null, 0, TimeProvider.System.GetTimestamp());

    /// <inheritdoc />
    protected override Task NextWake() => head.Moved.Next;

    /// <summary>The first block that can hold an event: the one of the contract's birth.</summary>
    protected abstract Task<ulong> FirstBlockAsync(NpgsqlConnection connection);

    /// <summary>Books one log inside the caller's transaction; what it throws because of the log has the log set aside.</summary>
    protected abstract Task BookAsync(NpgsqlConnection connection, EvmLog log, DateTimeOffset at);

    /// <summary>Undoes, inside the caller's transaction, what was booked from <paramref name="fromBlock"/> on.</summary>
    protected abstract Task UndoAsync(NpgsqlConnection connection, ulong fromBlock, DateTimeOffset now);

    /// <inheritdoc />
    protected override async Task PassAsync(CancellationToken stop)
    {
        while (await ReadOnAsync(stop))
        {
        }
    }

    /// <summary>Reads the next stretch of blocks; true when more may follow at once.</summary>
    private async Task<bool> ReadOnAsync(CancellationToken stop)
    {
        if (head.Newest is not { } newest || newest.Number < _confirmations)
            return false;
        ulong last = newest.Number - _confirmations;
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        ulong next = await FollowedBlocks.NextAsync(connection, Interest.Name) ?? await FirstBlockAsync(connection);
        Note(next, last, Progress.Read);
        switch (await StandsAsync(connection, next, newest, stop))
        {
            case null:
                return false; // the node does not know the block that it showed before: it is behind
            case false:
                await RewindAsync(connection, next, stop);
                return true;
        }
        if (next > last)
        {
            if (newest.Number == next - 1)
                Note(next, last, newest);
            return false;
        }
        ulong until = Math.Min(last, next + _stretch.Size - 1);
        if (await LogsAsync(next, until, stop) is not { } logs)
            return true; // the stretch is shorter now
        return await TakeAsync(connection, logs, next, until, newest, stop) && until < last;
    }

    /// <summary>True while the block under <paramref name="next"/> is the one that was read; null when the node cannot say.</summary>
    private async Task<bool?> StandsAsync(NpgsqlConnection connection, ulong next, EvmBlock newest, CancellationToken stop)
    {
        if (next == 0 || newest.Hash == _checkedUnder || await FollowedBlocks.HashAsync(connection, Interest.Name, next - 1) is not { } kept)
            return true;
        Hash32? now = newest.Number == next ? newest.Parent
            : newest.Number == next - 1 ? newest.Hash
            : newest.Number < next - 1 ? null : (await chain.FindBlockAsync(next - 1, stop))?.Hash;
        if (now is null)
            return null;
        if (now == kept)
            _checkedUnder = newest.Hash;
        return now == kept;
    }

    /// <summary>Books a stretch that was read; false when the chain changed meanwhile.</summary>
    private async Task<bool> TakeAsync(
        NpgsqlConnection connection, IReadOnlyList<EvmLog> logs, ulong next, ulong until, EvmBlock newest, CancellationToken stop)
    {
        Dictionary<ulong, EvmBlock> blocks = new() { [newest.Number] = newest };
        // The last block is looked at after the log, whose answer cannot be of another chain then.
        foreach (ulong number in logs.Select(log => log.Block).Append(until).Distinct().Where(number => number != newest.Number))
            if (await chain.FindBlockAsync(number, stop) is { } block)
                blocks[number] = block;
        if (!blocks.TryGetValue(until, out EvmBlock? end) || logs.Any(log => !blocks.TryGetValue(log.Block, out EvmBlock? block) || block.Hash != log.BlockHash))
            return false;
        if (until == next && next > 0 && await FollowedBlocks.HashAsync(connection, Interest.Name, next - 1) is { } under && under != end.Parent)
            return false; // the ground moved between the two looks: the next pass goes back
        await BookAllAsync(connection, logs, blocks, until, stop);
        Note(until + 1, newest.Number - _confirmations, end);
        Advanced.Beat();
        if (logs.Count > 0)
            Changed.Beat();
        return true;
    }

    /// <summary>The logs of a stretch, or null when the node wants a shorter one.</summary>
    private async Task<IReadOnlyList<EvmLog>?> LogsAsync(ulong next, ulong until, CancellationToken stop)
    {
        try
        {
            IReadOnlyList<EvmLog> logs = await chain.LogsAsync(new LogFilter(next, until, [Interest.Contract], [Interest.Topics]), stop);
            _stretch.Answered();
            Progress = Progress with { Refusal = null };
            return [.. logs.Where(log => log.Address == Interest.Contract && log.Block >= next && log.Block <= until)];
        }
        catch (EvmException error) when (LogRange.IsTooLarge(error))
        {
            if (_stretch.Refused(until + 1 - next))
                return null;
            Progress = Progress with { Refusal = error.Message };
            throw;
        }
    }

    private async Task BookAllAsync(NpgsqlConnection connection, IReadOnlyList<EvmLog> logs, Dictionary<ulong, EvmBlock> blocks, ulong until, CancellationToken stop)
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        foreach (EvmLog log in logs)
            await BookOneAsync(connection, transaction, log, blocks[log.Block].At, stop);
        IEnumerable<KeptBlock> read = logs.Select(log => log.Block).Append(until).Distinct().Select(number => new KeptBlock(number, blocks[number].Hash));
        await FollowedBlocks.AdvanceAsync(connection, Interest.Name, until + 1, read, _window);
        await transaction.CommitAsync(stop);
    }

    private async Task BookOneAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, EvmLog log, DateTimeOffset at, CancellationToken stop)
    {
        const string Before = "before_log";
        await transaction.SaveAsync(Before, stop);
        try
        {
            await BookAsync(connection, log, at);
            await transaction.ReleaseAsync(Before, stop);
        }
        catch (Exception error) when (LogFaults.IsTheLogs(error) && !stop.IsCancellationRequested)
        {
            await transaction.RollbackAsync(Before, stop);
            string reason = LogFaults.Say(error);
            await Quarantine.PutAsync(connection, Interest.Name, log, reason, clock.GetUtcNow());
            _logger.LogError("A log of {Contract} in block {Block} cannot be read and was set aside ({Reason}). See the desk's page of health.", Interest.Contract, log.Block, reason);
        }
    }

    /// <summary>Goes back to behind the last block that the node still has, or to the start when none of the window is left.</summary>
    private async Task RewindAsync(NpgsqlConnection connection, ulong next, CancellationToken stop)
    {
        IReadOnlyList<KeptBlock> kept = await FollowedBlocks.ListAsync(connection, Interest.Name, next);
        AncestorSearch search = new(kept.Count);
        while (!search.IsDone)
        {
            EvmBlock now = await chain.FindBlockAsync(kept[search.Probe].Number, stop)
                ?? throw new EvmUnavailableException($"The chain has no block {kept[search.Probe].Number} any more; the follower waits until it has.");
            search.Answer(now.Hash == kept[search.Probe].Hash);
        }
        if (search.Ancestor < 0 && (await chain.CodeAsync(Interest.Contract, stop)).Length == 0)
            throw new EvmUnavailableException($"The chain at 'chain.rpcUrl' has other blocks than those that were read, and no contract at {Interest.Contract}. Is it the right node?");
        ulong from = search.Ancestor < 0 ? await FirstBlockAsync(connection) : kept[search.Ancestor].Number + 1;
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        DateTimeOffset at = clock.GetUtcNow();
        await UndoAsync(connection, from, at);
        await Quarantine.OrphanAsync(connection, Interest.Name, from, at);
        await FollowedBlocks.RewindAsync(connection, Interest.Name, from);
        await transaction.CommitAsync(stop);
        _logger.LogWarning("The chain was reorganised: {Name} goes back from block {Next} to {From} and reads on.", Interest.Name, next, from);
        Progress = Progress with { Rewinds = Progress.Rewinds + 1 };
        Changed.Beat();
    }

    private void Note(ulong next, ulong last, EvmBlock? read)
    {
        bool moved = next != Progress.Next || next > last;
        Progress = Progress with { Next = next, Last = last, Read = read, MovedAt = moved ? TimeProvider.System.GetTimestamp() : Progress.MovedAt };
    }
}

/// <summary>How far a follower came.</summary>
/// <param name="Next">The block to read next.</param>
/// <param name="Last">The newest block that counts.</param>
/// <param name="Read">The last block that was read since the start, or null.</param>
/// <param name="Refusal">Why the node refuses a single block, or null.</param>
/// <param name="Rewinds">Reorganisations that were followed since the start.</param>
/// <param name="MovedAt">Real time stamp of the last progress.</param>
internal sealed record FollowerProgress(ulong Next, ulong Last, EvmBlock? Read, string? Refusal, long Rewinds, long MovedAt)
{
    /// <summary>Blocks that wait to be read.</summary>
    public ulong Behind => Last + 1 > Next ? Last + 1 - Next : 0;
}
