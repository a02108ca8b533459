using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Contracts;

/// <summary>Calls that only read.</summary>
internal static class ContractReads
{
    /// <summary>Calls and reads the answer; an answer of the wrong shape names the contract.</summary>
    public static Task<T> ReadAsync<T>(this IEvmClient client, EvmCall call, Func<AbiReader, T> read, CancellationToken cancellation) =>
        ReadAsync(call, client.CallAsync(call, cancellation), read);

    /// <summary>The same as it stood at a block of the past.</summary>
    public static Task<T> ReadAsync<T>(this IEvmClient client, EvmCall call, ulong block, Func<AbiReader, T> read, CancellationToken cancellation) =>
        ReadAsync(call, client.CallAsync(call, block, cancellation), read);

    private static async Task<T> ReadAsync<T>(EvmCall call, Task<byte[]> asked, Func<AbiReader, T> read)
    {
        byte[] answer = await asked;
        try
        {
            return read(new AbiReader(answer));
        }
        catch (FormatException error)
        {
            throw new EvmRefusedException(0, $"The contract at {call.To} gave another answer than expected ({error.Message}). Compare the contracts' addresses with the store's.");
        }
    }
}
