using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Rehearsal.Audit;

/// <summary>What store and chain hold, read directly: the store's tables and the contracts' logs.</summary>
internal sealed class Ledgers(string database, Uri chain)
{
    /// <summary>An order on chain: how it was opened, and every state that it reached with its stamp.</summary>
    internal sealed record ChainOrder(OrderOpened Opened, DateTimeOffset OpenedAt, IReadOnlyList<(Domain.Ordering.OrderState State, DateTimeOffset At)> Moves)
    {
        /// <summary>Where it stands.</summary>
        public Domain.Ordering.OrderState State => Moves.Count > 0 ? Moves[^1].State : Domain.Ordering.OrderState.Open;

        /// <summary>When it ended, or null.</summary>
        public DateTimeOffset? EndedAt => State is Domain.Ordering.OrderState.Settled or Domain.Ordering.OrderState.Cancelled or Domain.Ordering.OrderState.Refunded ? Moves[^1].At : null;
    }

    /// <summary>The hashes of all blocks whose batch is anchored: root computed again from the table, then asked of the contract.</summary>
    public async Task<IReadOnlySet<Hash32>> AnchoredBlocksAsync(CancellationToken cancellation)
    {
        await using NpgsqlConnection connection = await OpenAsync(cancellation);
        ContractSet contracts = await ContractsAsync(connection);
        using HttpClient http = Http();
        CotAnchor anchor = new(Client(http), contracts);
        IEnumerable<(long Batch, byte[] Hash)> rows = await connection.QueryAsync<(long, byte[])>("select batch, hash from blocks where batch is not null order by batch, position");
        HashSet<Hash32> anchored = [];
        foreach (IGrouping<long, Hash32> batch in rows.GroupBy(row => row.Batch, row => new Hash32(row.Hash)))
        {
            if (await anchor.IsAnchoredAsync(Ledger.Blocks.MerkleTree.RootOf([.. batch]), cancellation))
                anchored.UnionWith(batch);
        }
        return anchored;
    }

    /// <summary>Every order that the escrow has ever taken, in chain order.</summary>
    public async Task<IReadOnlyList<ChainOrder>> OrdersAsync(CancellationToken cancellation)
    {
        await using NpgsqlConnection connection = await OpenAsync(cancellation);
        ContractSet contracts = await ContractsAsync(connection);
        using HttpClient http = Http();
        JsonRpcClient client = Client(http);
        EscrowEvent[] events = [.. (await client.LogsAsync(new LogFilter(0, null, [contracts.Escrow], []), cancellation)).Select(EscrowEvent.Decode).OfType<EscrowEvent>()];
        Dictionary<ulong, DateTimeOffset> stamps = [];
        foreach (ulong number in events.Select(e => e.Log.Block).Distinct())
            stamps[number] = (await client.BlockAsync(number, cancellation)).At;
        return [.. events.OfType<OrderOpened>().Select(opened => new ChainOrder(opened, stamps[opened.Log.Block],
            [.. events.OfType<OrderMoved>().Where(moved => moved.Order == opened.Order).Select(moved => (moved.State, stamps[moved.Log.Block]))]))];
    }

    /// <summary>Bamnamu that the newest published epoch gives the households of this store, in tokens.</summary>
    public async Task<decimal> EarnedAsync(CancellationToken cancellation)
    {
        await using NpgsqlConnection connection = await OpenAsync(cancellation);
        return await connection.ExecuteScalarAsync<decimal>(
            """
            select round(coalesce(sum(cumulative), 0) / 1e18, 6) from epoch_households
            where epoch = (select max(number) from epochs where published_at is not null)
            """);
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellation)
    {
        NpgsqlConnection connection = new(database + ";Pooling=false");
        await connection.OpenAsync(cancellation);
        return connection;
    }

    private static async Task<ContractSet> ContractsAsync(NpgsqlConnection connection)
    {
        Dictionary<string, string> kept = (await connection.QueryAsync<(string, string)>("select name, value from settings where name like 'contract.%'")).ToDictionary(row => row.Item1, row => row.Item2);
        return new ContractSet(ContractSet.RehearsalChainId, At("bamtol"), At("bamnamu"), At("accounts"), At("devices"), At("anchor"), At("rewards"), At("escrow"));

        AccountAddress At(string name) => AccountAddress.Parse(kept["contract." + name]);
    }

    private HttpClient Http() => new() { BaseAddress = chain };

    private static JsonRpcClient Client(HttpClient http) => new(http, RevertReasons.BuiltIn, TimeSpan.FromSeconds(30));
}
