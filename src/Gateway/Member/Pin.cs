using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Member;

/// <summary>Why a PIN or phrase cannot be chosen.</summary>
internal enum PinFault : byte
{
    /// <summary>It can.</summary>
    None,

    /// <summary>Neither 8 digits nor 12 letters.</summary>
    TooShort,

    /// <summary>Longer than 128 letters, or with control characters inside.</summary>
    Unreadable,

    /// <summary>One digit or block over and over, a row such as 12345678, or a date: the first that anybody tries.</summary>
    Guessable,
}

/// <summary>The member's PIN or phrase, which unlocks the member key.</summary>
/// <remarks>Prints as dots, so that no log ever shows one. <c>default</c> is no PIN and opens nothing.</remarks>
internal readonly record struct Pin
{
    /// <summary>Fewest digits of a new PIN.</summary>
    public const int FewestDigits = 8;

    /// <summary>Fewest letters of a new phrase; a Hangul syllable counts as two.</summary>
    public const int FewestLetters = 12;

    private const int ShortestEver = 6, Longest = 128, FewestDifferent = 4;

    private static readonly string[] DateForms = ["yyyyMMdd", "ddMMyyyy", "MMddyyyy"];

    private readonly string? _text;

    private Pin(string text) => _text = text;

    /// <summary>The text, for the key derivation alone.</summary>
    public ReadOnlySpan<char> Digits => _text;

    /// <summary>What is wrong with it as a new one; earlier versions took 6 digits, which still open what they sealed.</summary>
    public PinFault Fault => FaultOf(_text ?? "");

    /// <summary>Reads what may have sealed a key: 6 to 128 characters, blanks at the ends ignored; false for anything else.</summary>
    public static bool TryParse(string? text, out Pin pin)
    {
        string trimmed = text?.Trim() ?? "";
        bool valid = trimmed.Length is >= ShortestEver and <= Longest && !trimmed.Any(letter => char.IsControl(letter) || char.IsSurrogate(letter));
        pin = valid ? new Pin(trimmed) : default;
        return valid;
    }

    /// <summary>Reads a new PIN or phrase.</summary>
    /// <returns>What is wrong with it, or <see cref="PinFault.None"/>.</returns>
    public static PinFault Choose(string? text, out Pin pin)
    {
        if (TryParse(text, out pin))
            return pin.Fault;
        return (text?.Trim().Length ?? 0) < ShortestEver ? PinFault.TooShort : PinFault.Unreadable;
    }

    /// <summary>Eight random digits.</summary>
    public static Pin Generate()
    {
        Pin pin;
        do
            pin = new Pin(RandomNumberGenerator.GetString("0123456789", FewestDigits));
        while (pin.Fault != PinFault.None);
        return pin;
    }

    /// <summary>The PIN in a file's first line.</summary>
    /// <exception cref="UserError">The file cannot be read or holds no PIN.</exception>
    public static Pin ReadFile(string path)
    {
        string? line;
        try
        {
            line = File.Exists(path) ? new StringReader(ForeignFile.ReadText(path, ForeignFile.MostSecret)).ReadLine() : null;
        }
        catch (IOException error)
        {
            throw new UserError($"{path} cannot be read: {error.Message}. Write {Rule} on its first line.", error);
        }
        return TryParse(line, out Pin pin) ? pin : throw new UserError($"{path} holds no PIN. Write {Rule} on its first line.");
    }

    /// <summary>A new PIN in a file's first line.</summary>
    /// <exception cref="UserError">The file cannot be read, or what it holds is too easy to guess.</exception>
    public static Pin ReadNewFile(string path)
    {
        Pin pin = ReadFile(path);
        return pin.Fault == PinFault.None ? pin : throw new UserError($"The PIN in {path} cannot be used: {Why(pin.Fault)} Write another one on its first line.");
    }

    /// <summary>What counts, for messages in English.</summary>
    public static string Rule { get; } = $"{FewestDigits} or more digits, or a phrase of {FewestLetters} or more letters";

    /// <summary>What is wrong, in English.</summary>
    public static string Why(PinFault fault) => fault switch
    {
        PinFault.TooShort => $"{Rule} are needed.",
        PinFault.Guessable => "dates, rows such as 12345678 and repetitions are tried first.",
        PinFault.Unreadable => $"at most {Longest} letters without line breaks are taken.",
        _ => "",
    };

    /// <summary>Dots.</summary>
    public override string ToString() => "••••••••";

    private static PinFault FaultOf(string text)
    {
        bool digits = text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('0', '9');
        if (digits ? text.Length < FewestDigits : Weight(text) < FewestLetters)
            return PinFault.TooShort;
        string plain = text.ToUpperInvariant();
        return plain.Distinct().Count() < FewestDifferent || IsRow(plain) || IsBlockRepeated(plain) || (digits && IsDate(text)) ? PinFault.Guessable : PinFault.None;
    }

    private static int Weight(string text) => text.Normalize(NormalizationForm.FormC).Sum(letter => letter is >= '\uAC00' and <= '\uD7A3' ? 2 : 1);

    /// <summary>12345678, 98765432, 90123456, 24680246: every step is the same, modulo ten.</summary>
    private static bool IsRow(string text)
    {
        int step = text[1] - text[0];
        bool digits = char.IsAsciiDigit(text[0]);
        return Enumerable.Range(1, text.Length - 1).All(place => digits ? (text[place] - text[place - 1] - step) % 10 == 0 : text[place] - text[place - 1] == step);
    }

    /// <summary>12341234, 11221122, abcabcabcabc.</summary>
    private static bool IsBlockRepeated(string text) =>
        Enumerable.Range(1, text.Length / 2).Where(block => text.Length % block == 0).Any(block => Enumerable.Range(0, text.Length).All(place => text[place] == text[place % block]));

    private static bool IsDate(string text) => text.Length == 8 && DateForms.Any(form =>
        DateOnly.TryParseExact(text, form, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date) && date.Year is >= 1900 and <= 2099);
}
