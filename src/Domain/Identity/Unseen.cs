using System.Globalization;
using System.Text;

namespace PantryChain.Domain.Identity;

/// <summary>Characters that nobody sees, or that turn the text around them.</summary>
public static class Unseen
{
    // Unicode 16, DerivedCoreProperties.txt, Default_Ignorable_Code_Point; behind them what draws nothing although it is no ignorable: blank Braille and the null note head.
    private static readonly (int First, int Last)[] Blank =
    [
        (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164),
        (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF), (0x2800, 0x2800), (0x1D159, 0x1D159), (0x16FE4, 0x16FE4),
    ];

    /// <summary>True for control and format characters, line and paragraph ends, halves of a pair, private and unassigned ones, and all that draws nothing.</summary>
    public static bool Is(Rune rune) => !rune.IsAscii && (IsBlank(rune.Value) || rune == Rune.ReplacementChar)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    private static bool IsBlank(int value) => Array.Exists(Blank, range => value >= range.First && value <= range.Last);
}
