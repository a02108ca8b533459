using System.Text;
using System.Text.Json;

namespace PantryChain.Fuzz;

/// <summary>Makes random JSON, and wrong JSON out of right: other values, members that are missing, doubled or swapped, far too deep ones.</summary>
internal static class JsonGarbler
{
    private const int Deep = 5_000; // beyond any reader's limit; deeper ones say nothing more and take long

    /// <summary>Random JSON, and now and then what only looks like it.</summary>
    public static string Random(Dice dice)
    {
        StringBuilder text = new();
        Value(dice, text, depth: 4);
        return text.ToString();
    }

    /// <summary>The same JSON with something wrong; what is no JSON comes back as random JSON.</summary>
    public static string Change(Dice dice, byte[] json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            StringBuilder text = new(json.Length + 64);
            Copy(dice, text, document.RootElement, dice.Next(Math.Max(1, json.Length / 12)));
            return text.ToString();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException) // an earlier change may have left half a surrogate pair
        {
            return Random(dice);
        }
    }

    /// <summary>Copies a value; the one whose turn comes when <paramref name="left"/> reaches zero is changed.</summary>
    private static int Copy(Dice dice, StringBuilder text, JsonElement value, int left)
    {
        if (left == 0)
        {
            Value(dice, text, depth: 2);
            return -1;
        }
        left--;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                return Members(dice, text, value, left);
            case JsonValueKind.Array:
                text.Append('[');
                string between = "";
                foreach (JsonElement item in value.EnumerateArray())
                {
                    text.Append(between);
                    between = ",";
                    left = Copy(dice, text, item, left);
                }
                text.Append(']');
                return left;
            default:
                text.Append(value.GetRawText());
                return left;
        }
    }

    private static int Members(Dice dice, StringBuilder text, JsonElement value, int left)
    {
        text.Append('{');
        string between = "";
        foreach (JsonProperty member in value.EnumerateObject())
        {
            int twist = left == 0 ? dice.Next(6) : 5;
            if (twist == 0)
            {
                left = -1; // left out
                continue;
            }
            text.Append(between).Append(twist == 1 ? Quoted(Oddities.Text(dice)) : JsonSerializer.Serialize(member.Name)).Append(':');
            between = ",";
            if (twist <= 3)
                left = -1;
            left = Copy(dice, text, member.Value, left);
            if (twist == 2)
                text.Append(',').Append(JsonSerializer.Serialize(member.Name)).Append(':').Append(member.Value.GetRawText());
            if (twist == 3)
                text.Append(',').Append(Quoted(Oddities.Text(dice))).Append(":1");
        }
        text.Append('}');
        return left;
    }

    private static void Value(Dice dice, StringBuilder text, int depth)
    {
        switch (dice.Next(depth == 0 ? 6 : 9))
        {
            case 0:
                text.Append(dice.Of("null", "true", "false", "[]", "{}", "[null]", "NaN", "\"", "nul"));
                break;
            case 1 or 2:
                text.Append(Oddities.Number(dice));
                break;
            case 3 or 4:
                text.Append(Quoted(Oddities.Text(dice)));
                break;
            case 5:
                text.Append(dice.OneIn(20) ? new string('[', Deep) : dice.OneIn(2) ? new string('[', 70) + new string(']', 70) : "null");
                break;
            case 6 or 7:
                Several(dice, text, '[', ']', () => Value(dice, text, depth - 1));
                break;
            default:
                Several(dice, text, '{', '}', () =>
                {
                    text.Append(Quoted(Oddities.Text(dice))).Append(':');
                    Value(dice, text, depth - 1);
                });
                break;
        }
    }

    private static void Several(Dice dice, StringBuilder text, char open, char close, Action one)
    {
        text.Append(open);
        for (int i = dice.Next(4); i > 0; i--)
        {
            one();
            text.Append(i > 1 ? "," : "");
        }
        text.Append(close);
    }

    /// <summary>A JSON string; halves of surrogate pairs stand in it as escapes, which readers meet only when they take the text.</summary>
    private static string Quoted(string text)
    {
        StringBuilder quoted = new("\"", text.Length + 8);
        foreach (char letter in text)
        {
            if (letter is '"' or '\\' || letter < ' ' || char.IsSurrogate(letter))
                quoted.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
            else
                quoted.Append(letter);
        }
        return quoted.Append('"').ToString();
    }
}
