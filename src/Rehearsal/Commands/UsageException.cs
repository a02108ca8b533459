namespace PantryChain.Rehearsal.Commands;

/// <summary>Bad input: one line that says what is wrong and how to put it right; exit code 2.</summary>
internal sealed class UsageException : Exception
{
    /// <summary>Without a message.</summary>
    public UsageException() { }

    /// <summary>With the line for the user.</summary>
    public UsageException(string message) : base(message) { }

    /// <summary>With the line for the user and its cause.</summary>
    public UsageException(string message, Exception inner) : base(message, inner) { }
}
