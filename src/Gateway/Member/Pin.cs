using System.Security.Cryptography;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Member;

/// <summary>The member's PIN: 6 to 12 digits that unlock the member key.</summary>
/// <remarks>Prints as dots, so that no log ever shows one. <c>default</c> is no PIN and opens nothing.</remarks>
internal readonly record struct Pin
{
    private const int Shortest = 6, Longest = 12;

    private readonly string? _digits;

    private Pin(string digits) => _digits = digits;

    /// <summary>The digits, for the key derivation alone.</summary>
    public ReadOnlySpan<char> Digits => _digits;

    /// <summary>Reads 6 to 12 digits, spaces at the ends ignored; false for anything else.</summary>
    public static bool TryParse(string? text, out Pin pin)
    {
        string digits = text?.Trim() ?? "";
        bool valid = digits.Length is >= Shortest and <= Longest && !digits.AsSpan().ContainsAnyExceptInRange('0', '9');
        pin = valid ? new Pin(digits) : default;
        return valid;
    }

    /// <summary>Eight random digits.</summary>
    public static Pin Generate() => new(RandomNumberGenerator.GetString("0123456789", 8));

    /// <summary>The PIN in a file's first line.</summary>
    /// <exception cref="UserError">The file cannot be read or holds no PIN.</exception>
    public static Pin ReadFile(string path)
    {
        string? line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault() : null;
        return TryParse(line, out Pin pin) ? pin : throw new UserError($"{path} holds no PIN. Write {Shortest} to {Longest} digits on its first line.");
    }

    /// <summary>Dots.</summary>
    public override string ToString() => "••••••";
}
