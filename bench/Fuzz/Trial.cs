using System.Text;

namespace PantryChain.Fuzz;

/// <summary>How an input came about.</summary>
public enum TrialKind
{
    /// <summary>Random, of the door's shape or of none.</summary>
    Random,

    /// <summary>A right one with something wrong.</summary>
    Changed,

    /// <summary>A right one.</summary>
    Valid,
}

/// <summary>One input for a door.</summary>
internal sealed record Trial(TrialKind Kind, byte[] Input)
{
    private const int Shown = 400;

    /// <summary>The input that belongs to a seed.</summary>
    public static Trial Of(Door door, ulong seed)
    {
        Dice dice = new(seed);
        TrialKind kind = dice.Next(8) switch { 0 => TrialKind.Valid, 1 or 2 => TrialKind.Random, _ => TrialKind.Changed };
        return new Trial(kind, kind switch
        {
            TrialKind.Random => Garbler.Random(dice, door.Shape),
            TrialKind.Changed => Garbler.Change(dice, door.Shape, door.Valid(dice)),
            _ => door.Valid(dice),
        });
    }

    /// <summary>Smaller inputs that may fail in the same way: halves, quarters and so on left out.</summary>
    public IEnumerable<Trial> Smaller()
    {
        if (Kind == TrialKind.Valid)
            yield break;
        for (int size = Input.Length / 2; size > 0; size /= 2)
        {
            for (int at = 0; at + size <= Input.Length; at += size)
                yield return this with { Input = [.. Input[..at], .. Input[(at + size)..]] };
        }
    }

    /// <inheritdoc />
    public override string ToString()
    {
        string text = Encoding.UTF8.GetString(Input);
        bool readable = !text.Contains('\uFFFD', StringComparison.Ordinal) && text.All(letter => letter is '\n' or >= ' ');
        string shown = readable ? text : "0x" + Convert.ToHexStringLower(Input);
        return $"{Kind}, {Input.Length} bytes: {(shown.Length <= Shown ? shown : shown[..Shown] + "...")}";
    }
}
