using System.Numerics;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Tests.Ordering;

/// <summary>A node that tells the truth but for the calls that a test wants it to lie about.</summary>
internal sealed class LyingNode(IEvmClient truth) : IEvmClient
{
    /// <summary>What it says to a call instead of the truth, given the truth; null for the truth.</summary>
    public Func<EvmCall, byte[], byte[]?> Lie { get; set; } = (_, _) => null;

    /// <summary>What it says where the contract refuses; null for the refusal.</summary>
    public Func<EvmCall, EvmRevertedException, byte[]?> LieAboutRefusal { get; set; } = (_, _) => null;

    /// <summary>What it makes of its newest block.</summary>
    public Func<EvmBlock, EvmBlock> LieAboutHead { get; set; } = head => head;

    /// <summary>What it makes of a log.</summary>
    public Func<LogFilter, IReadOnlyList<EvmLog>, IReadOnlyList<EvmLog>> LieAboutLogs { get; set; } = (_, logs) => logs;

    public Task<ulong> ChainIdAsync(CancellationToken cancellation) => truth.ChainIdAsync(cancellation);

    public async Task<EvmBlock> LatestBlockAsync(CancellationToken cancellation) => LieAboutHead(await truth.LatestBlockAsync(cancellation));

    public Task<EvmBlock> BlockAsync(ulong number, CancellationToken cancellation) => truth.BlockAsync(number, cancellation);

    public Task<EvmBlock?> FindBlockAsync(ulong number, CancellationToken cancellation) => truth.FindBlockAsync(number, cancellation);

    public Task<ulong> NonceAsync(AccountAddress account, bool pending, CancellationToken cancellation) => truth.NonceAsync(account, pending, cancellation);

    public Task<BigInteger> BalanceAsync(AccountAddress account, CancellationToken cancellation) => truth.BalanceAsync(account, cancellation);

    public Task<byte[]> CodeAsync(AccountAddress address, CancellationToken cancellation) => truth.CodeAsync(address, cancellation);

    public Task<byte[]> CallAsync(EvmCall call, ulong block, CancellationToken cancellation) => CallAsync(call, cancellation);

    public async Task<byte[]> CallAsync(EvmCall call, CancellationToken cancellation)
    {
        try
        {
            byte[] said = await truth.CallAsync(call, cancellation);
            return Lie(call, said) ?? said;
        }
        catch (EvmRevertedException refusal) when (LieAboutRefusal(call, refusal) is { } said)
        {
            return said;
        }
    }

    public Task<ulong> EstimateGasAsync(EvmCall call, CancellationToken cancellation) => truth.EstimateGasAsync(call, cancellation);

    public async Task<IReadOnlyList<EvmLog>> LogsAsync(LogFilter filter, CancellationToken cancellation) => LieAboutLogs(filter, await truth.LogsAsync(filter, cancellation));

    public Task SendAsync(SignedTransaction transaction, CancellationToken cancellation) => truth.SendAsync(transaction, cancellation);

    public Task<TransactionReceipt?> ReceiptAsync(Hash32 transaction, CancellationToken cancellation) => truth.ReceiptAsync(transaction, cancellation);
}
