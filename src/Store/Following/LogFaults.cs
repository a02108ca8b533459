using System.Net.Sockets;
using Npgsql;
using PantryChain.Ledger.Evm;

namespace PantryChain.Store.Following;

/// <summary>Tells a log that cannot be read from a neighbour that is away.</summary>
/// <remarks>
/// Pure. Only what is known to be a neighbour's fault is tried again; everything else would fail at every try, and one log must never stop those behind it.
/// A connection that broke in a way that is not listed shows itself at once: setting the log aside needs it.
/// </remarks>
internal static class LogFaults
{
    private const int MostText = 400;

    /// <summary>True when the log itself is the reason.</summary>
    public static bool IsTheLogs(Exception error) => error switch
    {
        PostgresException refused => refused.SqlState.StartsWith("22", StringComparison.Ordinal) || refused.SqlState.StartsWith("23", StringComparison.Ordinal), // data, integrity
        NpgsqlException or EvmException or OperationCanceledException or TimeoutException or IOException or SocketException or ObjectDisposedException or OutOfMemoryException => false,
        _ => true,
    };

    /// <summary>The reason as it is kept: one line of printable text.</summary>
    public static string Say(Exception error)
    {
        string text = new([.. $"{error.GetType().Name}: {error.Message}".Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? ' ' : letter)]);
        return text.Length <= MostText ? text : text[..MostText] + "…";
    }
}
