using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Contracts;

/// <summary>One signed attempt at an effect.</summary>
/// <param name="Id">The effect, such as <c>anchor/17</c> or <c>relay/0x…</c>; all attempts at it share id and nonce, so at most one can be mined.</param>
/// <param name="Transaction">What was signed.</param>
public sealed record JournaledTransaction(string Id, SignedTransaction Transaction);

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

    /// <summary>Closes an effect: one of its attempts was mined.</summary>
    Task CloseAsync(string id, TransactionReceipt receipt, CancellationToken cancellation);
}
