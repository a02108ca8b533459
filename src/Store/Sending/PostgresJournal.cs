using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Store.Sending;

/// <summary>One wallet's signed attempts in PostgreSQL, beside the effects that they are for.</summary>
internal sealed class PostgresJournal(string wallet, NpgsqlDataSource database, TimeProvider clock) : ITransactionJournal
{
    private const string Attempts = "select t.id, a.raw from attempts a join transactions t on t.id = a.transaction_id ";

    /// <summary>The key of an effect: a hash as it is, any other text by its hash.</summary>
    public static Hash32 KeyOf(string id) => Hash32.TryParse(id, out Hash32 hash) ? hash : Keccak256.Hash(id);

    /// <inheritdoc />
    public Task<IReadOnlyList<JournaledTransaction>> FindAsync(string id, CancellationToken cancellation) =>
        ReadAsync(Attempts + "where t.id = @key order by a.number", cancellation, KeyOf(id));

    /// <inheritdoc />
    public Task<IReadOnlyList<JournaledTransaction>> OpenAsync(CancellationToken cancellation) =>
        ReadAsync(Attempts + "where a.wallet = @wallet and t.status = 'sent' order by a.nonce, a.number", cancellation);

    /// <inheritdoc />
    public async Task<ulong> NextNonceAsync(CancellationToken cancellation)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        return (ulong)await connection.ExecuteScalarAsync<long>("select coalesce(max(nonce) + 1, 0) from attempts where wallet = @wallet", new { wallet });
    }

    /// <inheritdoc />
    public async Task AppendAsync(JournaledTransaction attempt, CancellationToken cancellation)
    {
        SignedTransaction signed = attempt.Transaction;
        Eip1559Transaction call = Eip1559Transaction.Decode(signed.Raw).Transaction;
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.ExecuteAsync(
            """
            insert into transactions (id, wallet, purpose, target, data, queued_at) values (@key, @wallet, @Id, @To, @data, @now) on conflict (id) do nothing;
            update transactions set status = 'sent', hash = @Hash, gas = @gas where id = @key;
            insert into attempts (wallet, nonce, transaction_id, hash, raw) values (@wallet, @nonce, @key, @Hash, @raw)
            """,
            new
            {
                key = KeyOf(attempt.Id), wallet, attempt.Id, call.To, data = call.Data.ToArray(), now = clock.GetUtcNow(), signed.Hash,
                nonce = checked((long)signed.Nonce), raw = signed.Raw.ToArray(), gas = (long)call.GasLimit,
            });
        await transaction.CommitAsync(cancellation);
    }

    /// <inheritdoc />
    public async Task CloseAsync(string id, TransactionReceipt receipt, CancellationToken cancellation)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        await connection.ExecuteAsync(
            """
            update transactions set status = @status, hash = @Transaction, block_number = @block, block_hash = @BlockHash, gas = @gas, created = @Created, finished_at = @now
            where id = @key and status = 'sent'
            """,
            new
            {
                status = receipt.Succeeded ? "mined" : "refused", receipt.Transaction, block = (long)receipt.Block, receipt.BlockHash, gas = (long)receipt.GasUsed,
                receipt.Created, now = clock.GetUtcNow(), key = KeyOf(id),
            });
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<ClosedEffect>> ClosedAsync(ulong fromBlock, ulong belowBlock, CancellationToken cancellation)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        return [.. (await connection.QueryAsync<(Hash32 Id, long Block, Hash32 BlockHash)>(
            """
            select id, block_number, block_hash from transactions where wallet = @wallet and block_hash is not null and block_number =
                (select max(block_number) from transactions where wallet = @wallet and block_hash is not null and block_number >= @from and block_number < @below)
            """,
            new { wallet, from = (long)fromBlock, below = (long)Math.Min(belowBlock, long.MaxValue) })).Select(row => new ClosedEffect(row.Id.ToString(), (ulong)row.Block, row.BlockHash))];
    }

    /// <inheritdoc />
    public async Task ReopenAsync(string id, CancellationToken cancellation)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        await connection.ExecuteAsync(
            """
            update transactions set status = 'sent', block_number = null, block_hash = null, reason = null, finished_at = null
            where id = @key and block_hash is not null
            """, new { key = KeyOf(id) });
    }

    private async Task<IReadOnlyList<JournaledTransaction>> ReadAsync(string sql, CancellationToken cancellation, Hash32? key = null)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        return [.. (await connection.QueryAsync<(Hash32 Id, byte[] Raw)>(sql, new { wallet, key })).Select(row =>
            new JournaledTransaction(row.Id.ToString(), Eip1559Transaction.Decode(row.Raw).Signed))];
    }
}
