using System.Runtime.CompilerServices;

namespace PantryChain.DeviceDrivers.LoadCells;

/// <summary>Turns "one mask of all lines per clock pulse" into "one 24-bit word per line", and back.</summary>
/// <remarks>
/// Converters on one clock shift their bits out side by side, so a frame arrives as 24 bit planes. Eight lines are transposed at a time as three 8×8 bit
/// matrices held in 64-bit words (Warren, Hacker's Delight 2nd ed., §7-3), about 1/8 of the work of picking bits one by one.
/// </remarks>
internal static class BitPlanes
{
    /// <summary>Bits of one conversion, most significant first.</summary>
    public const int Bits = 24;

    private const int LinesAtOnce = 8; // the side of a bit matrix

    /// <summary>Reads each line's two's complement word out of the planes.</summary>
    /// <param name="planes">At least 24 masks, plane 0 holds the most significant bits.</param>
    /// <param name="words">One word per line, up to 64.</param>
    public static void ToWords(ReadOnlySpan<ulong> planes, Span<int> words)
    {
        planes = planes[..Bits];
        for (int first = 0; first < words.Length; first += LinesAtOnce)
        {
            ulong high = Transpose(Gather(planes[..8], first));
            ulong middle = Transpose(Gather(planes[8..16], first));
            ulong low = Transpose(Gather(planes[16..24], first));
            int lines = Math.Min(LinesAtOnce, words.Length - first);
            for (int line = 0; line < lines; line++)
            {
                int shift = 8 * line;
                uint word = (uint)(high >> shift & 0xFF) << 24 | (uint)(middle >> shift & 0xFF) << 16 | (uint)(low >> shift & 0xFF) << 8;
                words[first + line] = unchecked((int)word) >> 8; // arithmetic shift extends the sign of bit 23
            }
        }
    }

    /// <summary>Lays each line's word out as planes; the converter's side of <see cref="ToWords"/>.</summary>
    public static void FromWords(ReadOnlySpan<int> words, Span<ulong> planes)
    {
        planes = planes[..Bits];
        planes.Clear();
        for (int first = 0; first < words.Length; first += LinesAtOnce)
        {
            ulong high = 0, middle = 0, low = 0;
            int lines = Math.Min(LinesAtOnce, words.Length - first);
            for (int line = 0; line < lines; line++)
            {
                uint word = unchecked((uint)words[first + line]);
                int shift = 8 * line;
                high |= (ulong)(word >> 16 & 0xFF) << shift;
                middle |= (ulong)(word >> 8 & 0xFF) << shift;
                low |= (ulong)(word & 0xFF) << shift;
            }
            Scatter(Transpose(high), planes[..8], first);
            Scatter(Transpose(middle), planes[8..16], first);
            Scatter(Transpose(low), planes[16..24], first);
        }
    }

    /// <summary>Row k of the matrix (byte k) is plane 7−k: the most significant plane becomes the most significant bit of each word's byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Gather(ReadOnlySpan<ulong> planes, int firstLine)
    {
        ulong rows = 0;
        for (int i = 0; i < 8; i++)
            rows = rows << 8 | (planes[i] >> firstLine & 0xFF);
        return rows;
    }

    private static void Scatter(ulong rows, Span<ulong> planes, int firstLine)
    {
        for (int i = 0; i < 8; i++)
            planes[i] |= (rows >> (56 - 8 * i) & 0xFF) << firstLine;
    }

    /// <summary>Swaps rows and columns of an 8×8 bit matrix: bit c of byte r moves to bit r of byte c.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Transpose(ulong x)
    {
        ulong t = (x ^ x >> 7) & 0x00AA00AA00AA00AA;
        x ^= t ^ t << 7;
        t = (x ^ x >> 14) & 0x0000CCCC0000CCCC;
        x ^= t ^ t << 14;
        t = (x ^ x >> 28) & 0x00000000F0F0F0F0;
        return x ^ t ^ t << 28;
    }
}
