using PantryChain.Domain.Identity;

namespace PantryChain.Ledger.Evm;

/// <summary>Waiting for a transaction to be mined.</summary>
public static class Receipts
{
    /// <summary>Asks for the receipt until it is there; null for the first reads is normal.</summary>
    /// <param name="client">The node.</param>
    /// <param name="transaction">The transaction's hash.</param>
    /// <param name="patience">How long to wait, on <paramref name="time"/>.</param>
    /// <param name="pause">Time between two questions, on <paramref name="time"/>.</param>
    /// <param name="time">The clock to wait by; real time where the chain's rhythm is real.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="EvmUnavailableException">The time is over; the transaction may still be mined later.</exception>
    public static async Task<TransactionReceipt> WaitAsync(
        this IEvmClient client, Hash32 transaction, TimeSpan patience, TimeSpan pause, TimeProvider time, CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        while (true)
        {
            if (await client.ReceiptAsync(transaction, cancellation) is { } receipt)
                return receipt;
            if (time.GetElapsedTime(start) > patience)
                throw new EvmUnavailableException($"Transaction {transaction} was not mined within {patience.TotalSeconds:0.#} s. It is looked for again.");
            await Task.Delay(pause, time, cancellation);
        }
    }
}
