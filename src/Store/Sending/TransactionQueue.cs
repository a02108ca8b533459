using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Sending;

/// <summary>What a wallet shall do on chain, kept in PostgreSQL: enqueued in the caller's database transaction, so the reason and the act are one.</summary>
/// <remarks>
/// An id is one transaction for ever. The sender makes sure that each happens at most once, whatever is killed when. A transaction that is mined is
/// <c>sent</c> until its block has the configured confirmations, and again when that block is gone.
/// </remarks>
internal sealed class TransactionQueue(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Beats when something was enqueued; call <see cref="Pulse.Beat"/> after the commit.</summary>
    public Pulse Filled { get; } = new();

    /// <summary>Beats when a transaction was mined or refused.</summary>
    public Pulse Finished { get; } = new();

    /// <summary>The id that belongs to a subject, such as <c>("anchor", root)</c>.</summary>
    public static Hash32 IdOf(string purpose, Hash32 subject) => Keccak256.Hash([.. System.Text.Encoding.UTF8.GetBytes(purpose + "\0"), .. subject.ToArray()]);

    /// <summary>Adds a call inside the caller's database transaction; false when the id is there already.</summary>
    public async Task<bool> EnqueueAsync(NpgsqlConnection connection, Hash32 id, string wallet, string purpose, EvmCall call, TransactionLane? lane = null) =>
        await connection.ExecuteAsync(
            """
            insert into transactions (id, wallet, purpose, target, data, queued_at, lane, rank) values (@id, @wallet, @purpose, @target, @data, @now, @Name, @Rank)
            on conflict (id) do nothing
            """,
            new
            {
                id, wallet, purpose, target = call.To, data = call.Data.ToArray(), now = clock.GetUtcNow(),
                (lane ?? TransactionLane.Joining).Name, (lane ?? TransactionLane.Joining).Rank,
            }) == 1;

    /// <summary>Adds a call in a database transaction of its own and wakes the sender.</summary>
    public async Task EnqueueAsync(Hash32 id, string wallet, string purpose, EvmCall call, TransactionLane lane, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await EnqueueAsync(connection, id, wallet, purpose, call, lane);
        Filled.Beat();
    }

    /// <summary>Where a transaction stands, or null for an unknown id.</summary>
    public async Task<TransactionRow?> FindAsync(Hash32 id, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        return await connection.QuerySingleOrDefaultAsync<TransactionRow>($"select {TransactionRow.Columns} from transactions where id = @id", new { id });
    }

    /// <summary>Waits until a transaction is mined or refused and returns it as it then stands.</summary>
    /// <exception cref="TimeoutException">That took longer than <paramref name="longest"/> of real time; it goes on.</exception>
    public async Task<TransactionRow> WaitAsync(Hash32 id, TimeSpan longest, CancellationToken stop)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(longest);
        try
        {
            while (true)
            {
                Task next = Finished.Next;
                TransactionRow row = await FindAsync(id, limit.Token) ?? throw new InvalidOperationException($"Transaction {id} was never enqueued.");
                if (row.IsFinished)
                    return row;
                await Pulse.WaitAsync(next, TimeSpan.FromSeconds(1), limit.Token);
            }
        }
        catch (OperationCanceledException error) when (!stop.IsCancellationRequested)
        {
            throw new TimeoutException($"Transaction {id} is neither mined nor refused after {longest.TotalSeconds:0} s; it goes on.", error);
        }
    }
}

/// <summary>One queued transaction.</summary>
/// <param name="Id">What it is for; one transaction for ever.</param>
/// <param name="Wallet">Who sends it.</param>
/// <param name="Purpose">Why, for people.</param>
/// <param name="Target">The callee; null creates a contract.</param>
/// <param name="Data">Call data.</param>
/// <param name="Status"><c>queued</c>, <c>sent</c>, <c>mined</c> or <c>refused</c>.</param>
/// <param name="Hash">The hash on chain, once signed.</param>
/// <param name="BlockNumber">The block that holds it, once mined.</param>
/// <param name="Created">The contract that it created.</param>
/// <param name="Reason">Why it was refused.</param>
/// <param name="Lane">In whose line it waits.</param>
internal sealed record TransactionRow(
    Hash32 Id, string Wallet, string Purpose, AccountAddress? Target, byte[] Data, string Status, Hash32? Hash,
    long? BlockNumber, AccountAddress? Created, string? Reason, string Lane)
{
    /// <summary>The columns in the order of the parameters.</summary>
    public const string Columns = "id, wallet, purpose, target, data, status, hash, block_number, created, reason, lane";

    /// <summary>True when nothing more will happen to it.</summary>
    public bool IsFinished => Status is "mined" or "refused";

    /// <summary>True when it took effect on chain.</summary>
    public bool IsMined => Status == "mined";
}
