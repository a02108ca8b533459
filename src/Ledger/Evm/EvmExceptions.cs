namespace PantryChain.Ledger.Evm;

/// <summary>Anything that went wrong between us and a chain.</summary>
public abstract class EvmException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The node did not answer, or not in time: nothing is known about the outcome, and the same call may be made again.</summary>
public sealed class EvmUnavailableException(string message, Exception? inner = null) : EvmException(message, inner)
{
    /// <summary>Why there may have been no answer.</summary>
    /// <value>Default <see cref="EvmSilence.Away"/>.</value>
    public EvmSilence Silence { get; init; }
}

/// <summary>Why a node may have given no answer.</summary>
public enum EvmSilence
{
    /// <summary>Nobody listens at the address.</summary>
    Away,

    /// <summary>The node, or what stands before it, wants fewer questions.</summary>
    Throttled,

    /// <summary>It took too long, was too large or broke off: a smaller question may be answered.</summary>
    Overburdened,
}

/// <summary>The node answered and refused: the same call would be refused again until something changes.</summary>
public sealed class EvmRefusedException(int code, string message) : EvmException(message)
{
    /// <summary>The JSON-RPC error code.</summary>
    public int Code { get; } = code;

    /// <summary>True when the node has moved past the transaction's nonce: this one, or another in its place, is mined or waits.</summary>
    public bool IsNonceTooLow => Message.Contains("nonce too low", StringComparison.OrdinalIgnoreCase);

    /// <summary>True when another transaction with the same nonce waits and this one does not pay enough more to take its place.</summary>
    public bool IsReplacementUnderpriced => Message.Contains("replacement transaction underpriced", StringComparison.OrdinalIgnoreCase);
}

/// <summary>A contract refused.</summary>
public sealed class EvmRevertedException(string? error, ReadOnlyMemory<byte> data, string message) : EvmException(message)
{
    /// <summary>Name of the custom error, such as <c>EscrowTooEarly</c>; null when the contract gave none that is known.</summary>
    public string? Error { get; } = error;

    /// <summary>The revert data: selector and arguments of the custom error.</summary>
    public ReadOnlyMemory<byte> Reason { get; } = data;
}
