namespace PantryChain.DeviceDrivers.Display;

/// <summary>A picture of 128 by 64 pixels, each lit or dark, as an SSD1306 keeps it: eight pages of eight rows, a byte for each column of a page, its lowest bit on top.</summary>
/// <remarks>Whatever is drawn beyond its edges is left out. Not thread safe.</remarks>
public sealed class PixelFrame
{
    /// <summary>Columns.</summary>
    public const int Width = 128;

    /// <summary>Rows.</summary>
    public const int Height = 64;

    /// <summary>Stripes of eight rows.</summary>
    public const int Pages = Height / 8;

    private readonly byte[] _bytes = new byte[Width * Pages];

    /// <summary>A pixel; dark outside.</summary>
    public bool this[int x, int y]
    {
        get => IsInside(x, y) && (_bytes[At(x, y)] & Bit(y)) != 0;
        set
        {
            if (!IsInside(x, y))
                return;
            if (value)
                _bytes[At(x, y)] |= Bit(y);
            else
                _bytes[At(x, y)] &= (byte)(byte.MaxValue ^ Bit(y));
        }
    }

    /// <summary>The bytes of one page.</summary>
    public ReadOnlySpan<byte> Page(int page) => _bytes.AsSpan(page * Width, Width);

    /// <summary>Lights a rectangle.</summary>
    public void Fill(int x, int y, int width, int height) => Each(x, y, width, height, (column, row) => this[column, row] = true);

    /// <summary>Turns a rectangle over: what is lit goes dark and the other way round.</summary>
    public void Invert(int x, int y, int width, int height) => Each(x, y, width, height, (column, row) => this[column, row] = !this[column, row]);

    /// <summary>Lights the edge of a rectangle.</summary>
    public void Outline(int x, int y, int width, int height)
    {
        Fill(x, y, width, 1);
        Fill(x, y + height - 1, width, 1);
        Fill(x, y, 1, height);
        Fill(x + width - 1, y, 1, height);
    }

    /// <summary>Copies another picture.</summary>
    public void CopyFrom(PixelFrame other)
    {
        ArgumentNullException.ThrowIfNull(other);
        other._bytes.CopyTo(_bytes, 0);
    }

    private static void Each(int x, int y, int width, int height, Action<int, int> act)
    {
        for (int row = Math.Max(0, y); row < Math.Min(Height, (long)y + height); row++)
        {
            for (int column = Math.Max(0, x); column < Math.Min(Width, (long)x + width); column++)
                act(column, row);
        }
    }

    private static bool IsInside(int x, int y) => x is >= 0 and < Width && y is >= 0 and < Height;

    private static int At(int x, int y) => (y / 8 * Width) + x;

    private static byte Bit(int y) => (byte)(1 << (y % 8));
}
