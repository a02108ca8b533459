using Dapper;
using Npgsql;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Hosting;
using PantryChain.Store.Sending;

namespace PantryChain.Store.Orders;

/// <summary>Reads the escrow's log block by block into the order book, from where it stopped.</summary>
/// <remarks>Events and the place to go on from are committed together, so a kill neither skips nor doubles one.</remarks>
internal sealed class EscrowFollower(
    NpgsqlDataSource database, IEvmClient chain, ChainHead head, ContractSet contracts, StoreFolder folder, ILogger<EscrowFollower> logger) : Drain(logger)
{
    private const string Name = "escrow";

    /// <summary>Most blocks asked for at once; public nodes refuse much more.</summary>
    private const ulong MostBlocks = 2000;

    /// <summary>Beats when an order changed.</summary>
    public Pulse Changed { get; } = new();

    /// <inheritdoc />
    protected override Task NextWake() => head.Moved.Next;

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
        if (head.Newest is not { } newest || newest.Number < (ulong)folder.Options.Chain.Confirmations)
            return false;
        ulong last = newest.Number - (ulong)folder.Options.Chain.Confirmations;
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        ulong next = (ulong)await connection.ExecuteScalarAsync<long>("select coalesce((select next_block from followers where name = @Name), 0)", new { Name });
        if (next > last)
            return false;
        ulong until = Math.Min(last, next + MostBlocks - 1);
        IReadOnlyList<EvmLog> logs = await chain.LogsAsync(new LogFilter(next, until, [contracts.Escrow], []), stop);
        await BookAsync(connection, logs, until + 1, newest, stop);
        if (logs.Count > 0)
            Changed.Beat();
        return until < last;
    }

    private async Task BookAsync(NpgsqlConnection connection, IReadOnlyList<EvmLog> logs, ulong next, EvmBlock newest, CancellationToken stop)
    {
        Dictionary<ulong, EvmBlock> stamps = new() { [newest.Number] = newest };
        foreach (ulong number in logs.Select(log => log.Block).Distinct().Where(number => number != newest.Number))
            stamps[number] = await chain.BlockAsync(number, stop);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        foreach (EvmLog log in logs)
            if (EscrowEvent.Decode(log) is { } seen)
                await OrderBook.BookAsync(connection, seen, stamps[log.Block].At);
        await connection.ExecuteAsync(
            "insert into followers values (@Name, @next) on conflict (name) do update set next_block = @next", new { Name, next = (long)next });
        await transaction.CommitAsync(stop);
    }
}
