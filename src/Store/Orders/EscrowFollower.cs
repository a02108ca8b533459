using Dapper;
using Npgsql;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Following;
using PantryChain.Store.Hosting;
using PantryChain.Store.Sending;

namespace PantryChain.Store.Orders;

/// <summary>Reads the lives of orders out of the escrow's log into the order book.</summary>
/// <remarks>Mandates and withdrawals are others' business: the node is not asked for them, whatever anybody writes there.</remarks>
internal sealed class EscrowFollower(
    NpgsqlDataSource database, IEvmClient chain, ChainHead head, StoreFolder folder, TimeProvider clock, OrderBook orders, ContractSet contracts, ILogger<EscrowFollower> logger)
    : LogFollower(database, chain, head, folder, clock, logger)
{
    /// <inheritdoc />
    public override LogInterest Interest { get; } = new("escrow", contracts.Escrow, EscrowEvent.OrderTopics);

    /// <inheritdoc />
    protected override async Task<ulong> FirstBlockAsync(NpgsqlConnection connection) => (ulong)(await connection.ExecuteScalarAsync<long?>(
        "select block_number from transactions where id = @id", new { id = PostgresJournal.KeyOf("deploy/OrderEscrow") }) ?? 0);

    /// <inheritdoc />
    protected override Task BookAsync(NpgsqlConnection connection, EvmLog log, DateTimeOffset at) =>
        EscrowEvent.Decode(log) is { } seen ? orders.BookAsync(connection, seen, at) : Task.CompletedTask;

    /// <inheritdoc />
    protected override Task UndoAsync(NpgsqlConnection connection, ulong fromBlock, DateTimeOffset now) => OrderBook.UndoAsync(connection, fromBlock, now);
}
