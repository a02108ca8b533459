using System.Globalization;

namespace PantryChain.Wiring;

/// <summary>One pin of a part.</summary>
/// <param name="Name">As printed on the board.</param>
/// <param name="Left">True on the side that looks to the Pi.</param>
/// <param name="Role">What it carries.</param>
/// <param name="Least">Lowest supply in volts; 0 unless <see cref="PinRole.Power"/>.</param>
/// <param name="Most">Highest voltage that it bears.</param>
/// <param name="Function">The bus line that it must meet on the Pi (<c>SDA1</c>, <c>MOSI</c>, ...); empty for any GPIO.</param>
/// <param name="Drives">The supply pin whose voltage it puts out; empty for an input.</param>
public sealed record PartPin(string Name, bool Left, PinRole Role, double Least, double Most, string Function, string Drives);

/// <summary>A kind of board, cell or chip.</summary>
/// <param name="Kind">Name in source files.</param>
/// <param name="Name">Name on the drawing.</param>
/// <param name="Shape">What is drawn inside its box: <c>chip</c>, <c>bar</c>, <c>half</c>, <c>coil</c>, <c>probe</c> or <c>plain</c>.</param>
/// <param name="Address">I2C address, or null.</param>
/// <param name="Pins">Its pins from top to bottom.</param>
public sealed record PartKind(string Kind, string Name, string Shape, int? Address, IReadOnlyList<PartPin> Pins);

/// <summary>Reads <c>parts.txt</c>, the boards that a wiring may name.</summary>
/// <remarks>
/// One <c>part KIND SHAPE NAME</c> per part, then its pins, one per line: side (<c>left</c>, <c>right</c>), name, and
/// <c>power LEAST MOST</c>, <c>ground</c>, <c>analog</c>, <c>in MOST [FUNCTION]</c> or <c>out SUPPLY [FUNCTION]</c>. <c>address 0xNN</c> gives an I2C address. <c>#</c> begins a remark.
/// </remarks>
public static class PartCatalogue
{
    /// <summary>The parts by kind.</summary>
    /// <exception cref="WiringException">A line that is not understood.</exception>
    public static IReadOnlyDictionary<string, PartKind> Read(string file, string text)
    {
        Dictionary<string, PartKind> parts = [];
        string? kind = null;
        int number = 0;
        foreach (string raw in text.Split('\n'))
        {
            number++;
            string[] words = raw.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
                continue;
            if (words is ["part", var name, var shape, ..] && words.Length > 3)
                parts[kind = name] = new PartKind(name, string.Join(' ', words.Skip(3)), shape, null, []);
            else if (kind is not null && words is ["address", var address] && address.StartsWith("0x", StringComparison.Ordinal))
                parts[kind] = parts[kind] with { Address = int.Parse(address[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture) };
            else if (kind is not null && ReadPin(words) is { } pin)
                parts[kind] = parts[kind] with { Pins = [.. parts[kind].Pins, pin] };
            else
                throw new WiringException(file, number, $"'{raw.Trim()}' is not understood. A pin is such as 'left VCC power 2.6 5.5', 'left DT out VCC', 'right E+ analog'.");
        }
        return parts;
    }

    private static PartPin? ReadPin(string[] words)
    {
        if (words.Length < 3 || words[0] is not ("left" or "right"))
            return null;
        PartPin pin = new(words[1], words[0] == "left", PinRole.Signal, 0, 3.3, "", "");
        return words[2..] switch
        {
            ["power", var least, var most] => pin with { Role = PinRole.Power, Least = Volts(least), Most = Volts(most) },
            ["ground"] => pin with { Role = PinRole.Ground },
            ["analog"] => pin with { Role = PinRole.Analog },
            ["in", var most] => pin with { Most = Volts(most) },
            ["in", var most, var function] => pin with { Most = Volts(most), Function = function },
            ["out", var supply] => pin with { Drives = supply },
            ["out", var supply, var function] => pin with { Drives = supply, Function = function },
            _ => null,
        };
    }

    private static double Volts(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
