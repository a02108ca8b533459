using System.Text;

namespace PantryChain.Fuzz;

/// <summary>What an input is made of, so that a change of it stays near what the reader expects.</summary>
public enum Shape
{
    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>Lines of text.</summary>
    Text,

    /// <summary>JSON.</summary>
    Json,

    /// <summary>Words of 32 bytes, as contracts write them.</summary>
    Words,
}

/// <summary>Makes random inputs of a shape, and wrong ones out of right ones.</summary>
internal static class Garbler
{
    private const int Longest = 4_096;

    /// <summary>An input that has nothing to do with a right one, but for its shape.</summary>
    public static byte[] Random(Dice dice, Shape shape) => dice.OneIn(4) ? dice.Bytes(dice.Length(Longest)) : shape switch
    {
        Shape.Json => Encoding.UTF8.GetBytes(JsonGarbler.Random(dice)),
        Shape.Text => Encoding.UTF8.GetBytes(Lines(dice)),
        Shape.Words => [.. Enumerable.Range(0, dice.Length(40)).SelectMany(_ => Oddities.Word(dice))],
        _ => dice.Bytes(dice.Length(Longest)),
    };

    /// <summary>A right input with one to three things wrong.</summary>
    public static byte[] Change(Dice dice, Shape shape, byte[] input)
    {
        for (int i = dice.Between(1, 3); i > 0; i--)
        {
            input = dice.OneIn(3) || input.Length == 0 ? Bytes(dice, input) : shape switch
            {
                Shape.Json => Encoding.UTF8.GetBytes(JsonGarbler.Change(dice, input)),
                Shape.Text => Encoding.UTF8.GetBytes(Text(dice, Encoding.UTF8.GetString(input))),
                Shape.Words => Words(dice, input),
                _ => Bytes(dice, input),
            };
        }
        return input;
    }

    private static byte[] Bytes(Dice dice, byte[] input)
    {
        if (input.Length == 0)
            return dice.Bytes(dice.Length(16));
        int at = dice.Next(input.Length), count = Math.Min(input.Length - at, 1 + dice.Length(16));
        switch (dice.Next(6))
        {
            case 0:
                input = [.. input];
                input[at] ^= (byte)(1 << dice.Next(8));
                return input;
            case 1:
                input = [.. input];
                input[at] = dice.Of<byte>(0, 1, 0x7F, 0x80, 0xC0, 0xED, 0xFF, (byte)'"', (byte)'0', (byte)'\n');
                return input;
            case 2:
                return input[..at];
            case 3:
                return [.. input[..at], .. input[(at + count)..]];
            case 4:
                return [.. input[..at], .. dice.Bytes(count), .. input[at..]];
            default:
                return [.. input[..(at + count)], .. input[at..]];
        }
    }

    private static byte[] Words(Dice dice, byte[] input)
    {
        int words = input.Length / 32, at = words == 0 ? 0 : 32 * dice.Next(words);
        return words == 0 ? [.. input, .. Oddities.Word(dice)] : dice.Next(5) switch
        {
            0 => [.. input[..at], .. input[(at + 32)..]],
            1 => [.. input[..(at + 32)], .. input[at..]],
            2 => input[..dice.Next(input.Length)],
            _ => [.. input[..at], .. Oddities.Word(dice), .. input[(at + 32)..]],
        };
    }

    private static string Text(Dice dice, string text)
    {
        string[] lines = text.Split('\n');
        int at = dice.Next(lines.Length);
        switch (dice.Next(6))
        {
            case 0:
                lines[at] = Oddities.Text(dice);
                break;
            case 1:
                return string.Join('\n', [.. lines[..at], lines[dice.Next(lines.Length)], .. lines[at..]]);
            case 2:
                return string.Join('\n', [.. lines[..at], .. lines[(at + 1)..]]);
            default:
                lines[at] = Token(dice, lines[at]);
                break;
        }
        return string.Join('\n', lines);
    }

    /// <summary>One word or number of a line becomes another, comes twice or goes.</summary>
    private static string Token(Dice dice, string line)
    {
        if (line.Length == 0)
            return Oddities.Text(dice);
        int from = dice.Next(line.Length), to = from;
        while (from > 0 && char.IsLetterOrDigit(line[from - 1]))
            from--;
        while (to < line.Length && (to == from || char.IsLetterOrDigit(line[to])))
            to++;
        string word = dice.Next(4) switch { 0 => "", 1 => line[from..to] + line[from..to], 2 => Oddities.Number(dice), _ => Oddities.Text(dice) };
        return line[..from] + word + line[to..];
    }

    private static string Lines(Dice dice)
    {
        StringBuilder text = new();
        for (int i = dice.Length(12); i >= 0; i--)
            text.Append(Oddities.Text(dice)).Append(dice.Of('\n', ',', ' ', ';', '\n'));
        return text.ToString();
    }
}
