namespace PantryChain.Ledger.Evm;

/// <summary>Whether a node refused <c>eth_getLogs</c> because the stretch of blocks was too much for it.</summary>
/// <remarks>
/// Nodes say it in many ways: -32005 "query returned more than 10000 results" (Infura, geth), -32600 and -32602 "block range" (Alchemy, QuickNode, Besu),
/// -32000 "exceed maximum block range" (BSC), 400 and 413 from what stands before them, or silence until the time is up. So any refusal counts that
/// does not ask for patience: a smaller stretch costs a request, the same stretch again would cost the log. Pure.
/// </remarks>
public static class LogRange
{
    private static readonly string[] Patience = ["rate limit", "rate-limit", "request count", "too many requests", "capacity", "throughput", "try again later", "unauthorized", "api key"];

    /// <summary>True when a smaller stretch may be answered; false when only waiting helps.</summary>
    public static bool IsTooLarge(EvmException error) => error switch
    {
        EvmRefusedException refused => !Patience.Any(word => refused.Message.Contains(word, StringComparison.OrdinalIgnoreCase)),
        EvmUnavailableException silent => silent.Silence == EvmSilence.Overburdened,
        _ => false,
    };
}
