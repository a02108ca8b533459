using System.Collections;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace PantryChain.Domain.Ordering;

/// <summary>All reasons that keep one product from being ordered now, as one number; read like a list, most basic reason first.</summary>
/// <remarks>Immutable and thread safe; <c>default</c> is none. Nothing is allocated unless it is handed on as an interface.</remarks>
[CollectionBuilder(typeof(ReorderBlocks), nameof(Create))]
public readonly struct ReorderBlocks : IReadOnlyList<ReorderBlock>, IEquatable<ReorderBlocks>
{
    // Rank = bit: what no money and no waiting could change comes before what the next delivery or the next period changes by itself.
    private static readonly ReorderBlock[] Ranked =
    [
        ReorderBlock.StillLearning, ReorderBlock.SensorFault, ReorderBlock.StockUncertain, ReorderBlock.ClockUncertain, ReorderBlock.Paused, ReorderBlock.Away, ReorderBlock.OpenOrder,
        ReorderBlock.NeedUnderWay, ReorderBlock.NoMandate, ReorderBlock.MandateExpired, ReorderBlock.TooFewCycles, ReorderBlock.NothingUsedSinceLastOrder,
        ReorderBlock.StandingTooLow, ReorderBlock.SubstituteNotNeeded, ReorderBlock.OutOfSeason, ReorderBlock.SellerAbsent, ReorderBlock.PriceTooHigh,
        ReorderBlock.SmallestOrderTooLarge, ReorderBlock.StockAtMaximum, ReorderBlock.ExpiresBeforeUse, ReorderBlock.BudgetSpent,
        ReorderBlock.HouseholdBudgetSpent, ReorderBlock.FundsTooLow, ReorderBlock.DeliveryDayAwaited,
    ];

    private static readonly int[] Ranks = [.. Enumerable.Range(0, 32).Select(number => Array.IndexOf(Ranked, (ReorderBlock)number))];

    private readonly uint _bits;

    private ReorderBlocks(uint bits) => _bits = bits;

    /// <summary>No reason.</summary>
    public static ReorderBlocks None => default;

    /// <summary>How many reasons there are.</summary>
    public int Count => BitOperations.PopCount(_bits);

    /// <summary>True when nothing stands in the way.</summary>
    public bool IsEmpty => _bits == 0;

    /// <summary>The reason at a place, 0 for the most basic.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public ReorderBlock this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            uint bits = _bits;
            for (; index > 0; index--)
                bits &= bits - 1;
            return Ranked[BitOperations.TrailingZeroCount(bits)];
        }
    }

    /// <summary>The reasons in <paramref name="blocks"/>; the order of the list does not matter.</summary>
    public static ReorderBlocks Create(ReadOnlySpan<ReorderBlock> blocks)
    {
        ReorderBlocks all = default;
        foreach (ReorderBlock block in blocks)
            all |= block;
        return all;
    }

    /// <summary>Whether a reason is among them.</summary>
    public bool Contains(ReorderBlock block) => (_bits & Bit(block)) != 0;

    /// <summary>Whether they share any reason with <paramref name="others"/>.</summary>
    public bool Overlaps(ReorderBlocks others) => (_bits & others._bits) != 0;

    /// <summary>These without <paramref name="others"/>.</summary>
    public ReorderBlocks Except(ReorderBlocks others) => new(_bits & ~others._bits);

    /// <summary>Walks them, most basic first.</summary>
    public Enumerator GetEnumerator() => new(_bits);

    /// <inheritdoc />
    public bool Equals(ReorderBlocks other) => _bits == other._bits;

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is ReorderBlocks other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => (int)_bits;

    /// <summary>The names, for logs.</summary>
    public override string ToString() => string.Join(", ", this);

    IEnumerator<ReorderBlock> IEnumerable<ReorderBlock>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>One reason.</summary>
    public static implicit operator ReorderBlocks(ReorderBlock block) => new(Bit(block));

    /// <summary>The reasons of both.</summary>
    public static ReorderBlocks operator |(ReorderBlocks a, ReorderBlocks b) => new(a._bits | b._bits);

    /// <summary>Same reasons.</summary>
    public static bool operator ==(ReorderBlocks a, ReorderBlocks b) => a.Equals(b);

    /// <summary>Other reasons.</summary>
    public static bool operator !=(ReorderBlocks a, ReorderBlocks b) => !a.Equals(b);

    private static uint Bit(ReorderBlock block) =>
        Ranks[(int)block] is >= 0 and var rank ? 1u << rank : throw new ArgumentOutOfRangeException(nameof(block), block, "A reason from the list is expected.");

    /// <summary>Walks the reasons without allocating.</summary>
    public struct Enumerator : IEnumerator<ReorderBlock>
    {
        private uint _left;

        internal Enumerator(uint bits) => (_left, Current) = (bits, default);

        /// <inheritdoc />
        public ReorderBlock Current { get; private set; }

        readonly object IEnumerator.Current => Current;

        /// <inheritdoc />
        public bool MoveNext()
        {
            if (_left == 0)
                return false;
            Current = Ranked[BitOperations.TrailingZeroCount(_left)];
            _left &= _left - 1;
            return true;
        }

        /// <inheritdoc />
        public readonly void Dispose()
        {
            // nothing is held
        }

        readonly void IEnumerator.Reset() => throw new NotSupportedException("Walk the reasons anew instead.");
    }
}
