using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Contracts;

/// <summary>A journal that lives as long as its process: for tools and tests whose chain does not outlive them either.</summary>
/// <remarks>Thread safe.</remarks>
public sealed class MemoryTransactionJournal : ITransactionJournal
{
    private readonly Lock _gate = new();
    private readonly List<JournaledTransaction> _attempts = [];
    private readonly Dictionary<string, ClosedEffect> _closed = [];

    /// <inheritdoc />
    public Task<IReadOnlyList<JournaledTransaction>> FindAsync(string id, CancellationToken cancellation) => Task.FromResult(Where(attempt => attempt.Id == id));

    /// <inheritdoc />
    public Task<IReadOnlyList<JournaledTransaction>> OpenAsync(CancellationToken cancellation) => Task.FromResult(Where(attempt => !_closed.ContainsKey(attempt.Id)));

    /// <inheritdoc />
    public Task<ulong> NextNonceAsync(CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(_attempts.Count == 0 ? 0 : _attempts.Max(attempt => attempt.Transaction.Nonce) + 1);
    }

    /// <inheritdoc />
    public Task AppendAsync(JournaledTransaction attempt, CancellationToken cancellation)
    {
        lock (_gate)
            _attempts.Add(attempt);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task CloseAsync(string id, TransactionReceipt receipt, CancellationToken cancellation)
    {
        lock (_gate)
            _closed[id] = new ClosedEffect(id, receipt.Block, receipt.BlockHash);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<ClosedEffect>> ClosedAsync(ulong fromBlock, ulong belowBlock, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult<IReadOnlyList<ClosedEffect>>(
                [.. _closed.Values.Where(effect => effect.Block >= fromBlock && effect.Block < belowBlock).GroupBy(effect => effect.Block).MaxBy(block => block.Key) ?? Enumerable.Empty<ClosedEffect>()]);
    }

    /// <inheritdoc />
    public Task ReopenAsync(string id, CancellationToken cancellation)
    {
        lock (_gate)
            _closed.Remove(id);
        return Task.CompletedTask;
    }

    private IReadOnlyList<JournaledTransaction> Where(Func<JournaledTransaction, bool> wanted)
    {
        lock (_gate)
            return [.. _attempts.Where(wanted).OrderBy(attempt => attempt.Transaction.Nonce)];
    }
}
