using System.Numerics;
using PantryChain.Domain.Identity;

namespace PantryChain.Ledger.Evm;

/// <summary>What the ledger needs of an EVM node.</summary>
/// <remarks>
/// Every call is bounded in time. It throws <see cref="EvmUnavailableException"/> when nothing is known about the outcome and a later try may
/// succeed, <see cref="EvmRevertedException"/> when a contract refused, and <see cref="EvmRefusedException"/> when the node refused. Thread safe.
/// </remarks>
public interface IEvmClient
{
    /// <summary>The chain's id.</summary>
    Task<ulong> ChainIdAsync(CancellationToken cancellation);

    /// <summary>The newest block.</summary>
    Task<EvmBlock> LatestBlockAsync(CancellationToken cancellation);

    /// <summary>The block of a number; refused when the node does not have it (yet).</summary>
    Task<EvmBlock> BlockAsync(ulong number, CancellationToken cancellation);

    /// <summary>The block of a number as the node has it now, or null while it has none.</summary>
    Task<EvmBlock?> FindBlockAsync(ulong number, CancellationToken cancellation);

    /// <summary>How many transactions <paramref name="account"/> made, pending ones included or not.</summary>
    Task<ulong> NonceAsync(AccountAddress account, bool pending, CancellationToken cancellation);

    /// <summary>Wei that an account holds, on the newest block.</summary>
    Task<BigInteger> BalanceAsync(AccountAddress account, CancellationToken cancellation);

    /// <summary>The code at an address; empty where there is no contract.</summary>
    Task<byte[]> CodeAsync(AccountAddress address, CancellationToken cancellation);

    /// <summary>Runs a call on the newest block without a transaction and gives its return data.</summary>
    Task<byte[]> CallAsync(EvmCall call, CancellationToken cancellation);

    /// <summary>Runs a call on a block of the past without a transaction and gives its return data.</summary>
    Task<byte[]> CallAsync(EvmCall call, ulong block, CancellationToken cancellation);

    /// <summary>Gas that the call would use as a transaction behind all that wait; refused like the call itself.</summary>
    Task<ulong> EstimateGasAsync(EvmCall call, CancellationToken cancellation);

    /// <summary>Logs in chain order.</summary>
    Task<IReadOnlyList<EvmLog>> LogsAsync(LogFilter filter, CancellationToken cancellation);

    /// <summary>Hands a signed transaction to the node; one that the node knows already is no error.</summary>
    Task SendAsync(SignedTransaction transaction, CancellationToken cancellation);

    /// <summary>The receipt, or null while the transaction waits or is unknown.</summary>
    Task<TransactionReceipt?> ReceiptAsync(Hash32 transaction, CancellationToken cancellation);
}

/// <summary>A block's place in the chain, stamp and price of gas.</summary>
/// <param name="Number">Position from genesis.</param>
/// <param name="Hash">What the block is: another block at the same position has another one.</param>
/// <param name="Parent">Hash of the block before it.</param>
/// <param name="At">The stamp: household time, whole seconds.</param>
/// <param name="BaseFeePerGas">Wei per gas that the next transaction pays at least, about.</param>
public sealed record EvmBlock(ulong Number, Hash32 Hash, Hash32 Parent, DateTimeOffset At, BigInteger BaseFeePerGas);

/// <summary>A call to a contract.</summary>
/// <param name="To">The contract; null for the code that creates one.</param>
/// <param name="Data">Selector and arguments.</param>
/// <param name="From">On whose behalf; null for nobody's.</param>
public sealed record EvmCall(AccountAddress? To, ReadOnlyMemory<byte> Data, AccountAddress? From = null);

/// <summary>Which logs to read.</summary>
/// <param name="FromBlock">First block.</param>
/// <param name="ToBlock">Last block, or null for the newest.</param>
/// <param name="Addresses">Contracts that wrote them; empty for any.</param>
/// <param name="Topics">One entry per topic position; null for any value, several values for any of them.</param>
public sealed record LogFilter(ulong FromBlock, ulong? ToBlock, IReadOnlyList<AccountAddress> Addresses, IReadOnlyList<IReadOnlyList<Hash32>?> Topics);

/// <summary>One event that a contract wrote.</summary>
/// <param name="Address">The contract.</param>
/// <param name="Topics">The event's topic, then its indexed arguments.</param>
/// <param name="Data">The other arguments, ABI-encoded.</param>
/// <param name="Block">Number of the block.</param>
/// <param name="BlockHash">Hash of the block.</param>
/// <param name="Transaction">Hash of the transaction.</param>
/// <param name="Index">Position within the block.</param>
public sealed record EvmLog(
    AccountAddress Address, IReadOnlyList<Hash32> Topics, ReadOnlyMemory<byte> Data, ulong Block, Hash32 BlockHash, Hash32 Transaction, uint Index);

/// <summary>What became of a mined transaction.</summary>
/// <param name="Transaction">Its hash.</param>
/// <param name="Block">Number of the block that holds it.</param>
/// <param name="BlockHash">Hash of that block.</param>
/// <param name="Succeeded">False when it reverted: it is mined and paid for, and changed nothing.</param>
/// <param name="GasUsed">Gas that it used.</param>
/// <param name="Created">The contract that it created, if any.</param>
/// <param name="Logs">What it wrote.</param>
public sealed record TransactionReceipt(
    Hash32 Transaction, ulong Block, Hash32 BlockHash, bool Succeeded, ulong GasUsed, AccountAddress? Created, IReadOnlyList<EvmLog> Logs);
