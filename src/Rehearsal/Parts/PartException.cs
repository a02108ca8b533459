namespace PantryChain.Rehearsal.Parts;

/// <summary>A real part is absent or does not start; the message says what to do next in one line.</summary>
public sealed class PartException : Exception
{
    /// <summary>Without a message.</summary>
    public PartException() { }

    /// <summary>With what happened and the next step.</summary>
    public PartException(string message) : base(message) { }

    /// <summary>With what happened, the next step and the cause.</summary>
    public PartException(string message, Exception inner) : base(message, inner) { }
}
