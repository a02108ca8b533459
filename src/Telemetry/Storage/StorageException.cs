namespace PantryChain.Telemetry.Storage;

/// <summary>A state file cannot be used; the message is one line that says what is wrong and what to do next.</summary>
public class StorageException : Exception
{
    /// <summary>With the line for the user.</summary>
    public StorageException(string message)
        : base(message)
    {
    }

    /// <summary>With the line for the user and what caused it.</summary>
    public StorageException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
