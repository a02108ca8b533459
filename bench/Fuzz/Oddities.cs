using System.Numerics;
using System.Text;

namespace PantryChain.Fuzz;

/// <summary>Values at which readers break: ends of ranges, beyond them, and what only looks like a value.</summary>
internal static class Oddities
{
    private static readonly string[] Numbers =
    [
        "0", "-0", "-1", "1", "00", "+1", "1.5", "0.1", "-0.0", "1e0", "127", "128", "255", "256", "32767", "32768", "65535", "65536", "2147483647", "2147483648", "-2147483649",
        "4294967295", "4294967296", "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615",
        "18446744073709551616", "340282366920938463463374607431768211455", "340282366920938463463374607431768211456",
        "115792089237316195423570985008687907853269984665640564039457584007913129639935", "1e308", "-1e308", "1e309", "1e-400", "4.9e-324", "1e-300", "1E+20", "253402300799", "253402300800",
        "-62135596800", "-62135596801", "253402300799999", "253402300800000", "8801115114154", "99999999999999", "10001", "1000000", "-5",
    ];

    private static readonly string[] Words =
    [
        "", " ", "\0", "a\0b", "NaN", "nan", "Infinity", "-Infinity", "null", "true", "undefined", "0x", "0x0", "0xzz", "\uD800", "\uDC00a", "a\uD83D", "\uFEFF", "\u202E", "\r\n", "\t", "\u001B[31m",
        "0000-00-00", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.9999999-14:00", "10000-01-01T00:00:00Z", "2026-02-30", "2026-03-02T08:00:00", "24:00", "25:61",
        "-00:01", "../../etc/passwd", "/dev/null", "http://[", "file:///etc/passwd", "http://a/", "//a", "%00", "%zz", "<script>", "'; drop table", "８８０", "١٢٣", "1,5", "Ⅷ",
        "88011151141540000", "8801115114155", "0x" + "f", "online", "pantrychain/v1/x/block",
    ];

    /// <summary>A number's text.</summary>
    public static string Number(Dice dice) => dice.OneIn(4) ? dice.Bits().ToString(System.Globalization.CultureInfo.InvariantCulture) : dice.Of<string>(Numbers);

    /// <summary>A text that is no usual one.</summary>
    public static string Text(Dice dice) => dice.Next(8) switch
    {
        0 => Number(dice),
        1 => new string(dice.Of('a', '0', '"', '\\', 'ﬁ', '가', '\uD800'), dice.Length(dice.OneIn(50) ? 20_000 : 200)),
        2 => "0x" + Convert.ToHexStringLower(dice.Bytes(dice.Of(0, 1, 19, 20, 31, 32, 33, 64, 65))),
        3 => Letters(dice, dice.Length(40)),
        _ => dice.Of<string>(Words),
    };

    /// <summary>Random letters, some of them rare.</summary>
    public static string Letters(Dice dice, int count)
    {
        StringBuilder text = new(count);
        for (int i = 0; i < count; i++)
            text.Append(dice.Next(10) switch { < 7 => (char)dice.Between(' ', '~'), 7 => (char)dice.Next(32), 8 => (char)dice.Next(0x10000), _ => dice.Of(',', '"', '\n', '.', '/', '\0', '-') });
        return text.ToString();
    }

    /// <summary>A 32-byte word of the EVM.</summary>
    public static byte[] Word(Dice dice) => dice.Next(6) switch
    {
        0 => dice.Bytes(32),
        1 => new byte[32],
        2 => [.. Enumerable.Repeat((byte)0xFF, 32)],
        3 => OfNumber(BigInteger.One << dice.Of(8, 16, 31, 32, 63, 64, 127, 128, 160, 255)),
        4 => OfNumber((BigInteger.One << dice.Of(8, 16, 31, 32, 63, 64, 127, 128, 160, 255)) - 1),
        _ => OfNumber(dice.Bits() >> dice.Next(64)),
    };

    private static byte[] OfNumber(BigInteger number)
    {
        byte[] digits = number.ToByteArray(isUnsigned: true, isBigEndian: true), word = new byte[32];
        digits.CopyTo(word, 32 - digits.Length);
        return word;
    }
}
