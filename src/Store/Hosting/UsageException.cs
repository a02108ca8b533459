namespace PantryChain.Store.Hosting;

/// <summary>Something that the operator can put right: printed as one line, exit code 2.</summary>
internal sealed class UsageException(string message, Exception? inner = null) : Exception(message, inner);
