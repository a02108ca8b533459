using PantryChain.Domain.Identity;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Contracts;

/// <summary>One signed attempt at an effect.</summary>
/// <param name="Id">The effect, such as <c>anchor/17</c> or <c>relay/0x…</c>; all attempts at it share id and nonce, so at most one can be mined.</param>
/// <param name="Transaction">What was signed.</param>
public sealed record JournaledTransaction(string Id, SignedTransaction Transaction);

/// <summary>An effect that a block holds.</summary>
/// <param name="Id">The effect.</param>
/// <param name="Block">Number of the block.</param>
/// <param name="BlockHash">Hash of the block.</param>
public sealed record ClosedEffect(string Id, ulong Block, Hash32 BlockHash);

/// <summary>Where signed transactions are kept before a node sees them, so that a crash can neither lose nor double an effect.</summary>
/// <remarks>Every write is durable when its task completes. The sender calls one at a time; reads may come from anywhere.</remarks>
public interface ITransactionJournal
{
    /// <summary>All attempts at an effect, oldest first, closed or not; empty when there was none.</summary>
    Task<IReadOnlyList<JournaledTransaction>> FindAsync(string id, CancellationToken cancellation);

    /// <summary>All attempts at effects that are not closed, by nonce, then oldest first.</summary>
    Task<IReadOnlyList<JournaledTransaction>> OpenAsync(CancellationToken cancellation);

    /// <summary>The number after the highest nonce ever journaled; 0 for none.</summary>
    Task<ulong> NextNonceAsync(CancellationToken cancellation);

    /// <summary>Keeps an attempt before it is sent.</summary>
    Task AppendAsync(JournaledTransaction attempt, CancellationToken cancellation);

    /// <summary>Closes an effect: one of its attempts was mined, in the receipt's block.</summary>
    Task CloseAsync(string id, TransactionReceipt receipt, CancellationToken cancellation);

    /// <summary>The effects that the highest block below <paramref name="belowBlock"/> closed; empty when no block from <paramref name="fromBlock"/> on did.</summary>
    Task<IReadOnlyList<ClosedEffect>> ClosedAsync(ulong fromBlock, ulong belowBlock, CancellationToken cancellation);

    /// <summary>Opens an effect again, because the block that closed it is gone.</summary>
    Task ReopenAsync(string id, CancellationToken cancellation);
}
