using System.Numerics;
using System.Runtime.CompilerServices;

namespace PantryChain.DeviceDrivers.Shelf;

/// <summary>The newest conversions of one slot with their household time, numbered from 0: where a step's size and date are looked up once the shelf has settled.</summary>
/// <param name="length">At least so many samples are kept.</param>
internal struct SampleHistory(int length)
{
    private readonly int[] _counts = new int[BitOperations.RoundUpToPowerOf2((uint)length)];
    private readonly long[] _ticks = new long[BitOperations.RoundUpToPowerOf2((uint)length)];
    private readonly int[] _sorted = new int[BitOperations.RoundUpToPowerOf2((uint)length)];
    private int _next;

    /// <summary>Samples taken in so far; the newest has the number before it.</summary>
    public long Count { get; private set; }

    /// <summary>Number of the oldest sample that is still here.</summary>
    public readonly long Oldest => Math.Max(0, Count - _counts.Length);

    /// <summary>Keeps one conversion.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int counts, long ticks)
    {
        int at = _next;
        _counts[at] = counts;
        _ticks[at] = ticks;
        _next = (at + 1) & (_counts.Length - 1);
        Count++;
    }

    /// <summary>Household time of a sample in UTC ticks; of the oldest one where it is gone.</summary>
    public readonly long TicksOf(long number) => _ticks[At(Math.Max(number, Oldest))];

    /// <summary>Mean of the middle three fifths of a window: nearly as sharp as the mean, and a spike leaves no trace (trimmed mean; Huber 1981, section 3.3).</summary>
    /// <param name="from">Number of the first sample, not older than <see cref="Oldest"/>.</param>
    /// <param name="count">Samples in the window, 3 or more.</param>
    public readonly double Level(long from, int count) => Level(from, count, out _);

    /// <summary>The same, with the range of the middle three fifths: 1.7 σ where there is nothing but noise.</summary>
    public readonly double Level(long from, int count, out int range)
    {
        Span<int> window = _sorted.AsSpan(0, count);
        for (int i = 0; i < count; i++)
            window[i] = _counts[At(from + i)];
        window.Sort();
        int cut = (count + 2) / 5;
        range = window[count - 1 - cut] - window[cut];
        long sum = 0;
        foreach (int counts in window[cut..^cut])
            sum += counts;
        return (double)sum / (count - 2 * cut);
    }

    /// <summary>The sample in a range before and after which three samples differ most.</summary>
    /// <param name="from">First candidate, at least three after <see cref="Oldest"/>.</param>
    /// <param name="to">Last candidate, at least two before the newest.</param>
    public readonly long Steepest(long from, long to)
    {
        long steepest = from;
        int most = -1;
        for (long i = from; i <= to; i++)
        {
            int rise = Math.Abs(Middle(i) - Middle(i - 3));
            if (rise > most)
                (steepest, most) = (i, rise);
        }
        return steepest;
    }

    /// <summary>One conversion.</summary>
    /// <param name="number">Its number, not older than <see cref="Oldest"/>.</param>
    public readonly int this[long number] => _counts[At(number)];

    /// <summary>The sample in a range where it and the next one are farthest from both before it: one wrong sample makes no such gap.</summary>
    /// <param name="from">First candidate, at least two after <see cref="Oldest"/>.</param>
    /// <param name="to">Last candidate, older than the newest.</param>
    public readonly long Widest(long from, long to)
    {
        long widest = from;
        int most = int.MinValue;
        for (long i = from; i <= to; i++)
        {
            int a = this[i - 2], b = this[i - 1], c = this[i], d = this[i + 1];
            int gap = Math.Max(Math.Min(c, d) - Math.Max(a, b), Math.Min(a, b) - Math.Max(c, d));
            if (gap > most)
                (widest, most) = (i, gap);
        }
        return widest;
    }

    private readonly int Middle(long first)
    {
        int a = _counts[At(first)], b = _counts[At(first + 1)], c = _counts[At(first + 2)];
        return Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
    }

    private readonly int At(long number) => (int)(number & (_counts.Length - 1));
}
