using System.Collections.Frozen;

namespace PantryChain.Ledger.Evm;

/// <summary>Turns revert data into the custom error's name, from the signatures in the contracts' ABIs.</summary>
/// <remarks>Immutable and thread safe.</remarks>
public sealed class RevertReasons
{
    private const int LongestShown = 68; // selector and two arguments; what a contract says is anybody's text

    private readonly FrozenDictionary<uint, string> _signatures;

    /// <summary>Knows the errors of these signatures, such as <c>MandateBudgetExceeded(bytes32,uint256)</c>, and the two built into Solidity.</summary>
    public RevertReasons(IEnumerable<string> signatures) =>
        _signatures = signatures.Append("Error(string)").Append("Panic(uint256)").Distinct(StringComparer.Ordinal)
            .ToFrozenDictionary(signature => Key(AbiSignature.Selector(signature)));

    /// <summary>Only the errors built into Solidity.</summary>
    public static RevertReasons BuiltIn { get; } = new([]);

    /// <summary>The exception that names what <paramref name="data"/> says.</summary>
    public EvmRevertedException Explain(ReadOnlyMemory<byte> data)
    {
        string? signature = data.Length >= sizeof(uint) ? _signatures.GetValueOrDefault(Key(data.Span)) : null;
        string? name = signature?[..signature.IndexOf('(', StringComparison.Ordinal)];
        string said = name switch
        {
            null when data.IsEmpty => "without a reason",
            null => $"with the unknown reason {Domain.Identity.Hex.Encode(data.Span[..Math.Min(data.Length, LongestShown)])}{(data.Length > LongestShown ? "…" : "")}",
            "Error" => $"'{Domain.Identity.Foreign.Clean(Argument(data, reader => reader.Text()))}'",
            "Panic" => $"with panic 0x{Argument(data, reader => reader.Unsigned256().ToString("x2", System.Globalization.CultureInfo.InvariantCulture))}",
            _ => name,
        };
        return new EvmRevertedException(name, data, $"The contract refused: {said}.");
    }

    private static string Argument(ReadOnlyMemory<byte> data, Func<AbiReader, string> read)
    {
        try
        {
            return read(new AbiReader(data[sizeof(uint)..]));
        }
        catch (FormatException)
        {
            return "?";
        }
    }

    private static uint Key(ReadOnlySpan<byte> selector) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(selector);
}
