using System.IO.Compression;
using System.Text;

namespace PantryChain.DeviceDrivers.Display;

/// <summary>A font made of pixels, read from a file in the Glyph Bitmap Distribution Format (Adobe, version 2.1). Glyphs wider than 16 pixels are left out.</summary>
/// <remarks>Immutable and thread safe.</remarks>
public sealed class BitmapFont
{
    private const int Above = 9, Below = 1;
    private const int Ellipsis = '…';

    private static readonly Lazy<BitmapFont> Shipped = new(ReadShipped);

    private readonly Dictionary<int, Glyph> _glyphs;
    private readonly ushort[] _rows;

    private BitmapFont(Dictionary<int, Glyph> glyphs, List<ushort> rows) => (_glyphs, _rows) = (glyphs, [.. rows]);

    /// <summary>
    /// Galmuri9 2.40.3 by Lee Minseo, SIL Open Font License 1.1: all 11,172 syllables of Korean, Latin, kana and much more, nine pixels above the line and one below.
    /// Read at the first use.
    /// </summary>
    public static BitmapFont Galmuri9 => Shipped.Value;

    /// <summary>How many glyphs it has.</summary>
    public int Glyphs => _glyphs.Count;

    /// <summary>Reads a font.</summary>
    /// <exception cref="FormatException">It is no such file.</exception>
    public static BitmapFont Read(Stream bdf)
    {
        ArgumentNullException.ThrowIfNull(bdf);
        BdfReader reader = new(bdf);
        reader.ReadAll();
        return reader.Glyphs.ContainsKey(' ') ? new BitmapFont(reader.Glyphs, reader.Rows) : throw new FormatException("The font has no space. A BDF file with at least the letters of ASCII is expected.");
    }

    /// <summary>Width of a text in pixels.</summary>
    public int WidthOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int width = 0;
        foreach (Rune rune in text.EnumerateRunes())
            width += Of(rune.Value).Advance;
        return width;
    }

    /// <summary>The text, or as much of its beginning as fits into a width together with an ellipsis; empty where not even that fits.</summary>
    public string Cut(string text, int width)
    {
        if (WidthOf(text) <= width)
            return text;
        int left = width - Of(Ellipsis).Advance, taken = 0;
        if (left < 0)
            return "";
        foreach (Rune rune in text.EnumerateRunes())
        {
            left -= Of(rune.Value).Advance;
            if (left < 0)
                break;
            taken += rune.Utf16SequenceLength;
        }
        return text[..taken].TrimEnd() + (char)Ellipsis;
    }

    /// <summary>
    /// Draws a text from a column on, its letters standing on a row; gives the column behind it. What reaches beyond a letter's width or beyond the line's ten pixels, as
    /// accents on capitals do, is cut off, so that no line touches the next. A letter that the font has not is a box.
    /// </summary>
    public int Draw(PixelFrame frame, string text, int x, int baseline)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(text);
        foreach (Rune rune in text.EnumerateRunes())
        {
            Glyph glyph = Of(rune.Value);
            if (glyph.IsMissing)
                frame.Outline(x, baseline - 7, glyph.Advance - 1, 7);
            for (int row = 0; row < glyph.Height; row++)
            {
                int above = glyph.Bottom + glyph.Height - row; // 1 for the row on which letters stand
                if (above is <= Above and > -Below)
                    DrawRow(frame, _rows[glyph.Start + row], glyph, x, baseline - above);
            }
            x += glyph.Advance;
        }
        return x;
    }

    private Glyph Of(int code) => _glyphs.TryGetValue(code, out Glyph known) ? known : Glyph.Missing;

    private static void DrawRow(PixelFrame frame, ushort bits, in Glyph glyph, int x, int y)
    {
        for (int column = Math.Max(0, -glyph.Left); column < BdfReader.WidestGlyph && column + glyph.Left < glyph.Advance; column++)
        {
            if ((bits & (0x8000 >> column)) != 0)
                frame[x + glyph.Left + column, y] = true;
        }
    }

    private static BitmapFont ReadShipped()
    {
        using Stream packed = typeof(BitmapFont).Assembly.GetManifestResourceStream("Galmuri9.bdf.gz")!;
        using GZipStream text = new(packed, CompressionMode.Decompress);
        return Read(text);
    }
}
