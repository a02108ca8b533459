using System.Globalization;
using System.Security.Cryptography;

namespace PantryChain.Domain.Ordering;

/// <summary>The one-time code of a delivery: eight digits that the store draws when it ships and that come into the house with the goods.</summary>
/// <remarks>
/// Ten wrong guesses are all that a shelf takes (<see cref="MostWrong"/>), so that guessing succeeds once in ten million times. On a tag it stands as the serial number of the order's
/// product, behind <see cref="SerialPrefix"/>. <c>default</c> is none.
/// </remarks>
public readonly record struct DeliveryCode
{
    /// <summary>Digits of a code.</summary>
    public const int Digits = 8;

    /// <summary>Wrong codes that are taken for one order; then only other evidence counts.</summary>
    public const int MostWrong = 10;

    /// <summary>What a serial number on a parcel's tag begins with when a code follows.</summary>
    public const string SerialPrefix = "CODE";

    private readonly string? _digits;

    private DeliveryCode(string digits) => _digits = digits;

    /// <summary>The digits without a space.</summary>
    public string Text => _digits ?? "";

    /// <summary>A code that nobody can foretell.</summary>
    public static DeliveryCode Draw() => new(RandomNumberGenerator.GetInt32(100_000_000).ToString("D8", CultureInfo.InvariantCulture));

    /// <summary>Reads eight digits, with spaces or dashes between them; false for anything else.</summary>
    public static bool TryParse(string? text, out DeliveryCode code)
    {
        code = default;
        if (text is null or { Length: > 32 })
            return false;
        string digits = new([.. text.Where(letter => letter is not (' ' or '-' or '\u00a0'))]);
        if (digits.Length != Digits || !digits.All(char.IsAsciiDigit))
            return false;
        code = new DeliveryCode(digits);
        return true;
    }

    /// <summary>Reads the serial number of a parcel's tag; false for a pack's.</summary>
    public static bool TryParseSerial(string? serial, out DeliveryCode code)
    {
        code = default;
        return serial?.StartsWith(SerialPrefix, StringComparison.Ordinal) == true && TryParse(serial[SerialPrefix.Length..], out code);
    }

    /// <summary>As people read it: two groups of four.</summary>
    public override string ToString() => Text.Length == Digits ? $"{Text[..4]} {Text[4..]}" : "";
}
