namespace PantryChain.Domain.Identity;

/// <summary>Hexadecimal text as the EVM world writes it: lower case with a leading <c>0x</c>.</summary>
public static class Hex
{
    /// <summary><c>0x</c> and two lower-case digits per byte.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);

    /// <summary>Reads digits, with or without <c>0x</c>, that fill <paramref name="destination"/> exactly; false for anything else.</summary>
    public static bool TryDecode(string? text, Span<byte> destination)
    {
        ReadOnlySpan<char> digits = Digits(text);
        return text is not null && digits.Length == destination.Length * 2
            && Convert.FromHexString(digits, destination, out _, out _) == System.Buffers.OperationStatus.Done;
    }

    /// <summary>Reads digits, with or without <c>0x</c>, of any even length.</summary>
    /// <exception cref="FormatException">The text is null, of odd length or has a character that is no digit.</exception>
    public static byte[] Decode(string? text)
    {
        ReadOnlySpan<char> digits = Digits(text);
        byte[] bytes = new byte[digits.Length / 2];
        return TryDecode(text, bytes) ? bytes : throw new FormatException($"'{Foreign.Short(text)}' is not hexadecimal text.");
    }

    private static ReadOnlySpan<char> Digits(string? text) =>
        text is not null && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text.AsSpan(2) : text;
}
