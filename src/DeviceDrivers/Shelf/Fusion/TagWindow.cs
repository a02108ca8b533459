using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Shelf.Fusion;

/// <summary>How far from a step, in household time, a tag may move and still belong to it.</summary>
/// <param name="Before">The last move of a tag, before the shelf had settled.</param>
/// <param name="After">The same, afterwards: a reader debounces.</param>
/// <param name="Away">How long a tag may have been away before it came back: as long as the scale waits for the last pack.</param>
public readonly record struct TagReach(TimeSpan Before, TimeSpan After, TimeSpan Away)
{
    /// <summary>90 s, 10 s, 11 min: the scale dates a step when the shelf had settled, at most some seconds after the hand, and waits 10 min for a last pack.</summary>
    public static TagReach Usual { get; } = new(TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(11));

    /// <summary>A rehearsal's day passes in seconds while readers poll as ever: hours instead.</summary>
    public static TagReach Rehearsal { get; } = new(TimeSpan.FromHours(6), TimeSpan.FromHours(2), TimeSpan.FromHours(12));
}

/// <summary>A tag's coming or going once it is known what the tag stands for.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Uid">The tag.</param>
/// <param name="Gtin">The product, or <c>default</c> when the tag is bound to nothing and says nothing.</param>
/// <param name="Serial">The item's serial number, or null: two tags with the same one are one item.</param>
/// <param name="Present">True when it came.</param>
/// <param name="At">Household time.</param>
/// <param name="Conflict">True when the tag says one product and was bound to another.</param>
public readonly record struct TagMove(SlotId Slot, TagUid Uid, Gtin Gtin, string? Serial, bool Present, DateTimeOffset At, bool Conflict = false)
{
    /// <summary>True for a tag that makes up a new number at every field (ISO/IEC 14443-3, 6.5.4: four bytes, the first 08): it is never twice the same.</summary>
    public bool IsRandom => Uid.Hex.Length == 8 && Uid.Hex.StartsWith("08", StringComparison.Ordinal);
}

/// <summary>Remembers tags' moves until a step takes them, or until it is clear that none will.</summary>
/// <remarks>A move belongs to at most one step. Not thread safe.</remarks>
public sealed class TagWindow(TagReach reach)
{
    private const int MostWaiting = 512; // a reader that goes mad must not fill the memory

    private readonly List<TagMove> _waiting = [];
    private readonly Dictionary<(SlotId Slot, TagUid Uid), TagMove> _present = [];

    /// <summary>Takes a move in; the same again says nothing new and is left out.</summary>
    /// <returns>The move, of a tag that left with what it was known as while it was there; null for a repetition.</returns>
    public TagMove? Add(TagMove move)
    {
        (SlotId, TagUid) key = (move.Slot, move.Uid);
        if (_present.ContainsKey(key) == move.Present && (move.Present || _waiting.Exists(Same(move))))
            return null;
        if (!move.Present && move.Gtin.IsNone && _present.TryGetValue(key, out TagMove known))
            move = move with { Gtin = known.Gtin, Serial = known.Serial };
        if (move.Present)
            _present[key] = move;
        else
            _present.Remove(key);
        if (_waiting.Count == MostWaiting)
            _waiting.RemoveAt(0);
        _waiting.Add(move);
        return move;
    }

    /// <summary>Notes a tag that lay there already when the readers began to look: nothing moved.</summary>
    public void Settle(in TagMove move) => _present[(move.Slot, move.Uid)] = move;

    /// <summary>The evidence around a step; its moves are taken out.</summary>
    /// <param name="step">The step.</param>
    /// <param name="belongs">True for the products of the slot.</param>
    public TagEvidence Take(StockStep step, Func<Gtin, bool> belongs)
    {
        List<TagMove[]> tags = [.. _waiting.Where(move => move.Slot == step.Slot && move.At <= step.At + reach.After && move.At >= step.At - reach.Before - reach.Away)
            .GroupBy(ItemOf).Select(moves => moves.OrderBy(move => move.At).ToArray()).Where(moves => moves[^1].At >= step.At - reach.Before)];
        foreach (TagMove move in tags.SelectMany(moves => moves))
            _waiting.Remove(move);
        HashSet<Gtin> tagged = [.. _present.Values.Where(move => move.Slot == step.Slot && belongs(move.Gtin)).Select(move => move.Gtin),
            .. tags.Select(moves => moves[0].Gtin).Where(gtin => !gtin.IsNone && belongs(gtin))];
        List<TagMoves> moved = [.. tags.Where(moves => !moves[0].Gtin.IsNone && belongs(moves[0].Gtin)).GroupBy(moves => moves[0].Gtin).Select(Sum)];
        List<TagMove[]> strangers = [.. tags.Where(moves => !moves[0].Gtin.IsNone && !belongs(moves[0].Gtin))];
        return new TagEvidence(
            moved, tagged, strangers.Count(moves => IsNet(moves) && !moves[^1].Present), strangers.Count(moves => IsNet(moves) && moves[^1].Present),
            tags.Count(moves => moves[0].Gtin.IsNone), tags.Exists(moves => moves.Any(move => move.Conflict)));
    }

    /// <summary>Moves that no step will take any more, each told once: a tag that left (or came) while the weight stayed.</summary>
    /// <param name="now">Household time.</param>
    /// <returns>Mostly nothing; asking allocates nothing then.</returns>
    public IReadOnlyList<TagMove> TakeAlone(DateTimeOffset now) =>
        _waiting.Count == 0 || _waiting[0].At > now - reach.Before - reach.Away ? [] : TakeUntil(now - reach.Before - reach.Away);

    private List<TagMove> TakeUntil(DateTimeOffset last)
    {
        List<TagMove> old = [.. _waiting.Where(move => move.At <= last)];
        _waiting.RemoveAll(old.Contains);
        return [.. old.GroupBy(ItemOf).Select(moves => moves.OrderBy(move => move.At).ToArray()).Where(IsNet).Select(moves => moves[^1])];
    }

    private static TagMoves Sum(IGrouping<Gtin, TagMove[]> tags) => new(
        tags.Key, tags.Count(moves => IsNet(moves) && !moves[^1].Present), tags.Count(moves => IsNet(moves) && moves[^1].Present), tags.Count(moves => !IsNet(moves)));

    /// <summary>True when the item is elsewhere than before; going and coming back cancel each other.</summary>
    private static bool IsNet(TagMove[] moves) => moves[0].Present == moves[^1].Present;

    private static string ItemOf(TagMove move) => move.Serial is { } serial ? $"{move.Slot}/{move.Gtin}/{serial}" : $"{move.Slot}/{move.Uid}";

    private static Predicate<TagMove> Same(TagMove move) => known => known.Slot == move.Slot && known.Uid == move.Uid && known.Present == move.Present;
}
