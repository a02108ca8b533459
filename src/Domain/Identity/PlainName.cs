using System.Globalization;
using System.Text;

namespace PantryChain.Domain.Identity;

/// <summary>The rule for every name and note that a person enters: whoever reads it sees all of it, and sees something.</summary>
/// <remarks>
/// Names stand on pages, in logs, at brokers and in lists beside others. So one has at least one letter, digit, symbol or punctuation mark to look at, nothing invisible, nothing that turns text
/// around, and no tower of marks that grows over its neighbours. Emoji keep what they are made of: a variation selector behind a symbol, a joiner between two.
/// </remarks>
public static class PlainName
{
    /// <summary>What a refusal says is expected.</summary>
    public const string Expected = "letters that can be seen, no line breaks and nothing invisible";

    private const int MostMarks = 3; // Vietnamese and pointed Hebrew need two
    private const int Joiner = 0x200D, TextStyle = 0xFE0E, EmojiStyle = 0xFE0F;

    /// <summary>True for a name of 1 to <paramref name="longest"/> UTF-16 letters.</summary>
    public static bool IsOne(string? text, int longest)
    {
        if (text is null || text.Length == 0 || text.Length > longest)
            return false;
        Rune[] runes = [.. text.EnumerateRunes()];
        bool isSeen = false;
        int marks = 0;
        for (int i = 0; i < runes.Length; i++)
        {
            if (IsPartOfEmoji(runes, i))
                continue;
            bool isMark = Rune.GetUnicodeCategory(runes[i]) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark;
            marks = isMark ? marks + 1 : 0;
            if (Unseen.Is(runes[i]) || marks > MostMarks)
                return false;
            isSeen |= !isMark && !Rune.IsWhiteSpace(runes[i]);
        }
        return isSeen;
    }

    private static bool IsPartOfEmoji(Rune[] runes, int at) => runes[at].Value switch
    {
        TextStyle or EmojiStyle => at > 0 && IsSymbol(runes[at - 1]),
        Joiner => at > 0 && at + 1 < runes.Length && (IsSymbol(runes[at - 1]) || (runes[at - 1].Value == EmojiStyle && at > 1 && IsSymbol(runes[at - 2]))) && IsSymbol(runes[at + 1]),
        _ => false,
    };

    private static bool IsSymbol(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherSymbol or UnicodeCategory.ModifierSymbol && !Unseen.Is(rune);
}
