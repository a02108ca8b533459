using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace PantryChain.Reorder.Patterns;

/// <summary>What lies of one product on one slot, in milligrams.</summary>
public readonly record struct SlotLevel(ushort Slot, long Milligrams);

/// <summary>What lies of one product on up to eight slots; a ninth is refused until one of them is empty.</summary>
public struct SlotLevels
{
    /// <summary>How many slots of one product are followed.</summary>
    public const int Most = 8;

    private Slots _slots;
    private Levels _levels;
    private int _count;

    /// <summary>The slot that found no room, or 0.</summary>
    [JsonInclude]
    internal ushort Refused { readonly get; set; }

    /// <summary>The known slots, for saving.</summary>
    [JsonInclude]
    internal SlotLevel[] Known
    {
        readonly get
        {
            SlotLevel[] known = new SlotLevel[_count];
            for (int i = 0; i < _count; i++)
                known[i] = new SlotLevel(_slots[i], _levels[i]);
            return known;
        }
        set
        {
            _count = Math.Min(Most, value.Length);
            for (int i = 0; i < _count; i++)
                (_slots[i], _levels[i]) = (value[i].Slot, value[i].Milligrams);
        }
    }

    /// <summary>Notes a level, not negative.</summary>
    internal void Set(ushort slot, long milligrams)
    {
        int place = PlaceOf(slot);
        if (place < 0)
        {
            Refused = slot;
            return;
        }
        if (Refused == slot)
            Refused = 0;
        (_slots[place], _levels[place]) = (slot, milligrams);
        _count = Math.Max(_count, place + 1);
    }

    /// <summary>Everything on the slots, or on those of them in <paramref name="placed"/> when that is given.</summary>
    internal readonly long Sum(ushort[]? placed)
    {
        long sum = 0;
        for (int i = 0; i < _count; i++)
            sum += placed is null || Array.IndexOf(placed, _slots[i]) >= 0 ? _levels[i] : 0;
        return sum;
    }

    private readonly int PlaceOf(ushort slot)
    {
        int free = _count < Most ? _count : -1;
        for (int i = _count - 1; i >= 0; i--)
        {
            if (_slots[i] == slot)
                return i;
            if (_levels[i] == 0 && _count == Most)
                free = i;
        }
        return free;
    }

    [InlineArray(Most)]
    private struct Slots
    {
        private ushort _first;
    }

    [InlineArray(Most)]
    private struct Levels
    {
        private long _first;
    }
}
