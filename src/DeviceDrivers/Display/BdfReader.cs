using System.Globalization;
using System.Text;

namespace PantryChain.DeviceDrivers.Display;

/// <summary>A letter's place among a font's rows: how far the next letter is, the height of its box, and where that stands from the pen.</summary>
internal readonly record struct Glyph(byte Advance, byte Height, sbyte Left, sbyte Bottom, int Start)
{
    public static Glyph Missing { get; } = new(8, 0, 0, 0, -1);

    public bool IsMissing => Start < 0;
}

/// <summary>Reads the Glyph Bitmap Distribution Format (Adobe, version 2.1) in one pass and without a string: as strings the shipped font would cost a small machine 18 MB for a moment.</summary>
internal sealed class BdfReader(Stream bdf)
{
    /// <summary>Glyphs that are wider are left out.</summary>
    public const int WidestGlyph = 16;

    private const int TallestGlyph = 64;

    private readonly byte[] _buffer = new byte[4096];
    private int _from, _until;

    /// <summary>What was read, by code point.</summary>
    public Dictionary<int, Glyph> Glyphs { get; } = [];

    /// <summary>Their rows; the highest bit of each is its first pixel.</summary>
    public List<ushort> Rows { get; } = [];

    /// <summary>Reads to the end.</summary>
    /// <exception cref="FormatException">It is no such file.</exception>
    public void ReadAll()
    {
        int code = -1, advance = -1;
        int[] box = [-1, -1, 0, 0]; // width, height, left, bottom
        while (TryLine(out ReadOnlySpan<byte> line))
        {
            if (line.StartsWith("ENCODING "u8))
                code = Number(line, 1);
            else if (line.StartsWith("DWIDTH "u8))
                advance = Number(line, 1);
            else if (line.StartsWith("BBX "u8))
                (box[0], box[1], box[2], box[3]) = (Number(line, 1), Number(line, 2), Number(line, 3), Number(line, 4));
            else if (line.StartsWith("CHARS "u8))
                Glyphs.EnsureCapacity(Math.Clamp(Number(line, 1), 0, 1 << 16));
            else if (line.SequenceEqual("BITMAP"u8) && code >= 0 && advance is >= 0 and <= 2 * WidestGlyph && Fits(box))
                Glyphs[code] = new Glyph((byte)advance, (byte)box[1], (sbyte)box[2], (sbyte)box[3], Bitmap(box[1]));
        }
    }

    private static bool Fits(ReadOnlySpan<int> box) =>
        box is [>= 0 and <= WidestGlyph, >= 0 and <= TallestGlyph, >= -TallestGlyph and <= TallestGlyph, >= -TallestGlyph and <= TallestGlyph];

    /// <summary>Takes the rows of a glyph, each a hexadecimal number; gives where they begin.</summary>
    private int Bitmap(int rows)
    {
        int start = Rows.Count;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<byte> line = TryLine(out ReadOnlySpan<byte> next) ? next : [];
            if (line.Length is 0 or > 4 || !ushort.TryParse(line, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort bits))
                throw new FormatException($"'{Encoding.UTF8.GetString(line)}' is no row of a glyph. A BDF file is expected.");
            Rows.Add((ushort)(bits << (16 - (4 * line.Length))));
        }
        return start;
    }

    /// <summary>A line's number at a place; its name is at 0.</summary>
    private static int Number(ReadOnlySpan<byte> line, int place)
    {
        foreach (Range word in line.Split((byte)' '))
        {
            if (place-- == 0 && int.TryParse(line[word], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number))
                return number;
        }
        throw new FormatException($"'{Encoding.UTF8.GetString(line)}' does not have the numbers that it needs. A BDF file is expected.");
    }

    /// <summary>The next line, good until the one after it; a longer one than any of a font is given in parts.</summary>
    private bool TryLine(out ReadOnlySpan<byte> line)
    {
        int length;
        while ((length = _buffer.AsSpan(_from.._until).IndexOf((byte)'\n')) < 0 && _until - _from < _buffer.Length)
        {
            _buffer.AsSpan(_from.._until).CopyTo(_buffer);
            (_from, _until) = (0, _until - _from);
            int read = bdf.Read(_buffer.AsSpan(_until));
            if (read == 0)
                break;
            _until += read;
        }
        bool ends = length >= 0;
        length = ends ? length : _until - _from;
        line = _buffer.AsSpan(_from, length).TrimEnd((byte)'\r');
        _from += length + (ends ? 1 : 0);
        return ends || length > 0;
    }
}
