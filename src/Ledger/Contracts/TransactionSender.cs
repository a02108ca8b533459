using System.Numerics;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Contracts;

/// <summary>Sends the transactions of one key, each effect once, across crashes of everybody.</summary>
/// <remarks>
/// An effect has an id; its first attempt takes the next nonce and is journaled before a node sees it. Sending the same id again sends the same
/// bytes; a dearer attempt keeps the nonce. So at most one attempt per effect can ever be mined. The key must be used by this sender alone.
/// An effect is closed when the block that holds it has the confirmations asked for and is still the chain's; when that block is gone afterwards, the
/// effect is opened again and its bytes, which are as good as before, are sent again. Thread safe; effects take their nonces one after the other.
/// </remarks>
/// <param name="client">The node.</param>
/// <param name="key">Who pays.</param>
/// <param name="chainId">The chain.</param>
/// <param name="journal">Where attempts are kept.</param>
/// <param name="confirmations">Blocks that must lie on top of the one that holds a transaction before it counts.</param>
public sealed class TransactionSender(IEvmClient client, RelayerKey key, ulong chainId, ITransactionJournal journal, ulong confirmations = 0) : IDisposable
{
    private const ulong MostGas = 16_000_000; // below the cap of 2^24 per transaction (EIP-7825)

    private static readonly BigInteger Tip = 1_000_000_000; // 1 gwei, what nodes take as the least worth mining

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>The account that pays and sends.</summary>
    public AccountAddress From => key.Address;

    /// <summary>Makes an effect happen: journals and sends its transaction, or sends again what was journaled under <paramref name="id"/>.</summary>
    /// <exception cref="EvmRevertedException">The call would be refused now; nothing was journaled, and nothing was paid.</exception>
    /// <exception cref="EvmUnavailableException">The node did not answer. Nothing is lost: send the same id again.</exception>
    public async Task<SignedTransaction> SendAsync(string id, EvmCall call, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            IReadOnlyList<JournaledTransaction> attempts = await journal.FindAsync(id, cancellation);
            SignedTransaction attempt = attempts.Count > 0 ? attempts[^1].Transaction : await JournalAsync(id, call, cancellation);
            await SubmitAsync(attempt, cancellation);
            return attempt;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Sends everything again that is not known to be mined, in order of nonces: after a restart of this process or of the node, and when things take
    /// long. What offers less than gas costs by now is raised, because it would hold up everything behind it.
    /// </summary>
    public async Task ResendAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            IReadOnlyList<JournaledTransaction> open = await journal.OpenAsync(cancellation);
            if (open.Count == 0)
                return;
            BigInteger price = (await client.LatestBlockAsync(cancellation)).BaseFeePerGas;
            foreach (IGrouping<string, JournaledTransaction> effect in open.GroupBy(attempt => attempt.Id))
                if (await IncludedAsync([.. effect], cancellation) is null)
                    await ResendAsync(effect.Last(), price, cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Offers more for an effect that waits too long; the nonce stays, so only one of both can be mined.</summary>
    /// <exception cref="KeyNotFoundException">No such effect was ever sent.</exception>
    public async Task<SignedTransaction> RaiseAsync(string id, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            IReadOnlyList<JournaledTransaction> attempts = await journal.FindAsync(id, cancellation);
            return attempts.Count > 0
                ? await RaiseAsync(attempts[^1], cancellation)
                : throw new KeyNotFoundException($"Nothing was sent as '{id}'.");
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The receipt of an effect, whichever attempt was mined; null until it is final. Closes the effect in the journal.</summary>
    public async Task<TransactionReceipt?> ReceiptAsync(string id, CancellationToken cancellation) =>
        await SettleAsync(id, cancellation) is { IsFinal: true } settled ? settled.Receipt : null;

    /// <summary>Where an effect stands on chain, whichever attempt was mined; null while none is. Closes the effect in the journal once that is final.</summary>
    public async Task<Settlement?> SettleAsync(string id, CancellationToken cancellation) =>
        await SettleAsync(id, await journal.FindAsync(id, cancellation), cancellation);

    /// <summary>Opens the effects again whose block the chain dropped, from the highest block down to the first that still stands; <see cref="ResendAsync(CancellationToken)"/> sends them again.</summary>
    /// <param name="fromBlock">Blocks below are not looked at: nothing is that deep any more.</param>
    /// <param name="cancellation">Ends the looking.</param>
    /// <returns>The effects that were opened.</returns>
    public async Task<IReadOnlyList<string>> ReopenAsync(ulong fromBlock, CancellationToken cancellation)
    {
        List<string> opened = [];
        for (ulong below = long.MaxValue; await journal.ClosedAsync(fromBlock, below, cancellation) is [ClosedEffect first, ..] block; below = first.Block)
        {
            if (await client.FindBlockAsync(first.Block, cancellation) is not { } now)
                continue; // the node is behind, or the new chain is not that long yet: judged at the next look
            ClosedEffect[] gone = [.. block.Where(effect => effect.BlockHash != now.Hash)];
            foreach (ClosedEffect effect in gone)
                await journal.ReopenAsync(effect.Id, cancellation);
            opened.AddRange(gone.Select(effect => effect.Id));
            if (gone.Length == 0)
                break; // what this block stands on stands, too
        }
        return opened;
    }

    /// <summary>Sends and waits until it is mined; null receipts at first are normal.</summary>
    /// <param name="id">The effect.</param>
    /// <param name="call">What it does.</param>
    /// <param name="patience">How long to wait, in real time.</param>
    /// <param name="cancellation">Ends the waiting; the effect may still happen.</param>
    /// <exception cref="EvmRevertedException">It was refused, before it was sent or when it was mined.</exception>
    /// <exception cref="EvmUnavailableException">It was not mined in time, or the node is gone. Nothing is lost: send the same id again.</exception>
    public async Task<TransactionReceipt> SendAndWaitAsync(string id, EvmCall call, TimeSpan patience, CancellationToken cancellation)
    {
        TimeSpan pause = TimeSpan.FromMilliseconds(20);
        await SendAsync(id, call, cancellation);
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await ReceiptAsync(id, cancellation) is { } receipt)
                return receipt.Succeeded ? receipt : throw await WhyAsync(call, cancellation);
            if (TimeProvider.System.GetElapsedTime(start) > patience)
                throw new EvmUnavailableException($"'{id}' was sent but not mined within {patience.TotalSeconds:0.#} s. It is looked for again.");
            await Task.Delay(pause, cancellation);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    private async Task<SignedTransaction> JournalAsync(string id, EvmCall call, CancellationToken cancellation)
    {
        ulong gas = await client.EstimateGasAsync(call with { From = From }, cancellation);
        BigInteger fee = await FeeAsync(cancellation);
        // The journal knows nonces that a restarted node forgot, the chain knows those of a journal that was restored from a backup.
        ulong nonce = Math.Max(await journal.NextNonceAsync(cancellation), await client.NonceAsync(From, pending: false, cancellation));
        Eip1559Transaction transaction = new(chainId, nonce, Tip, fee, Math.Min(gas + gas / 4, MostGas), call.To, BigInteger.Zero, call.Data);
        SignedTransaction signed = transaction.Sign(key);
        await journal.AppendAsync(new JournaledTransaction(id, signed), cancellation);
        return signed;
    }

    private async Task ResendAsync(JournaledTransaction attempt, BigInteger price, CancellationToken cancellation)
    {
        if (Eip1559Transaction.Decode(attempt.Transaction.Raw).Transaction.MaxFeePerGas < price)
            await RaiseAsync(attempt, cancellation);
        else
            await SubmitAsync(attempt.Transaction, cancellation);
    }

    private async Task<SignedTransaction> RaiseAsync(JournaledTransaction attempt, CancellationToken cancellation)
    {
        Eip1559Transaction last = Eip1559Transaction.Decode(attempt.Transaction.Raw).Transaction;
        BigInteger fee = BigInteger.Max(Raised(last.MaxFeePerGas), await FeeAsync(cancellation));
        SignedTransaction dearer = (last with { MaxPriorityFeePerGas = Raised(last.MaxPriorityFeePerGas), MaxFeePerGas = fee }).Sign(key);
        await journal.AppendAsync(new JournaledTransaction(attempt.Id, dearer), cancellation);
        await SubmitAsync(dearer, cancellation);
        return dearer;
    }

    /// <summary>Twice the base fee outlasts six full blocks in a row (EIP-1559: at most one eighth more per block).</summary>
    private async Task<BigInteger> FeeAsync(CancellationToken cancellation) => (await client.LatestBlockAsync(cancellation)).BaseFeePerGas * 2 + Tip;

    private async Task SubmitAsync(SignedTransaction attempt, CancellationToken cancellation)
    {
        try
        {
            await client.SendAsync(attempt, cancellation);
        }
        catch (EvmRefusedException error) when (error.IsNonceTooLow || error.IsReplacementUnderpriced)
        {
            // This attempt, or another at the same effect, is mined or waits already: the receipt tells.
        }
    }

    private async Task<Settlement?> SettleAsync(string id, IReadOnlyList<JournaledTransaction> attempts, CancellationToken cancellation)
    {
        if (await IncludedAsync(attempts, cancellation) is not { } receipt)
            return null;
        bool final = await IsFinalAsync(receipt, cancellation);
        if (final)
            await journal.CloseAsync(id, receipt, cancellation);
        return new Settlement(receipt, final);
    }

    private async Task<TransactionReceipt?> IncludedAsync(IReadOnlyList<JournaledTransaction> attempts, CancellationToken cancellation)
    {
        foreach (JournaledTransaction attempt in attempts)
            if (await client.ReceiptAsync(attempt.Transaction.Hash, cancellation) is { } receipt)
                return receipt;
        return null;
    }

    /// <summary>A receipt is of the chain as the node has it now; with confirmations the block below must still be the same when they are there.</summary>
    private async Task<bool> IsFinalAsync(TransactionReceipt receipt, CancellationToken cancellation) =>
        confirmations == 0
        || ((await client.LatestBlockAsync(cancellation)).Number >= receipt.Block + confirmations
            && (await client.FindBlockAsync(receipt.Block, cancellation))?.Hash == receipt.BlockHash);

    /// <summary>Asks the newest block why a mined transaction reverted; it may answer otherwise by now.</summary>
    private async Task<EvmRevertedException> WhyAsync(EvmCall call, CancellationToken cancellation)
    {
        try
        {
            await client.CallAsync(call with { From = From }, cancellation);
        }
        catch (EvmRevertedException why)
        {
            return why;
        }
        return new EvmRevertedException(null, default, "The contract refused when it was mined, for a reason that has passed since.");
    }

    /// <summary>Nodes take a dearer transaction of the same nonce from a tenth more on (geth's pricebump); an eighth is what Besu and anvil take too.</summary>
    private static BigInteger Raised(BigInteger fee) => fee + fee / 8 + 1;
}

/// <summary>Where a sent effect stands.</summary>
/// <param name="Receipt">What became of it in the block that holds it now.</param>
/// <param name="IsFinal">True once that block has its confirmations.</param>
public sealed record Settlement(TransactionReceipt Receipt, bool IsFinal);
