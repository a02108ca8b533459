namespace PantryChain.Rehearsal.Chain;

/// <summary>A replay made another chain than the one that was journaled.</summary>
internal sealed class ChainMismatchException : Exception
{
    /// <summary>Without a message.</summary>
    public ChainMismatchException() { }

    /// <summary>With the two blocks and the next step.</summary>
    public ChainMismatchException(string message) : base(message) { }

    /// <summary>With the two blocks, the next step and the cause.</summary>
    public ChainMismatchException(string message, Exception inner) : base(message, inner) { }
}
