namespace PantryChain.Gateway.Configuration;

/// <summary>Something that only the person at the keyboard can put right; the message is one line that says what and how.</summary>
/// <remarks>The command line prints the message alone and ends with exit code 2.</remarks>
internal sealed class UserError(string message, Exception? cause = null) : Exception(message, cause);
