using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Shelf.Fusion;

/// <summary>A product that may have moved on a slot.</summary>
/// <param name="Gtin">The product.</param>
/// <param name="Pack">Mass of one full pack, above zero.</param>
/// <param name="PackSpread">One standard deviation of that mass between packs.</param>
/// <param name="InParts">True when somebody may take a part and put the rest back; false when only whole packs come and go.</param>
/// <param name="PacksPerDay">How fast it is used; 0 when nothing is known.</param>
/// <param name="OnSlot">What the bookings say lies there of it.</param>
/// <param name="Expected">True while a delivery of it is on its way.</param>
public sealed record FusionProduct(Gtin Gtin, Mass Pack, Mass PackSpread, bool InParts, double PacksPerDay, Mass OnSlot, bool Expected = false);

/// <summary>What the tags of one product did around a step.</summary>
/// <param name="Gtin">The product.</param>
/// <param name="Left">Items that went away and stayed away.</param>
/// <param name="Came">Items that came and stayed.</param>
/// <param name="Touched">Items that went away and came back (or the other way about): lifted, poured from, put back.</param>
public readonly record struct TagMoves(Gtin Gtin, int Left, int Came, int Touched);

/// <summary>All that tags say about a step.</summary>
/// <param name="Moves">What the tags of each product of the slot did.</param>
/// <param name="Tagged">Products of the slot of which a tag is known there, whether it moved or not.</param>
/// <param name="StrangersLeft">Tags of things that do not belong on this slot and left it.</param>
/// <param name="StrangersCame">Tags of things that do not belong on this slot and came to it.</param>
/// <param name="Unknown">Tags that moved and are bound to nothing, or say nothing that can be read: they weigh nothing.</param>
/// <param name="Conflict">A tag says it is one product and was bound to another: whatever the weight says, somebody has to look.</param>
public sealed record TagEvidence(
    IReadOnlyList<TagMoves> Moves, IReadOnlySet<Gtin> Tagged, int StrangersLeft = 0, int StrangersCame = 0, int Unknown = 0, bool Conflict = false)
{
    /// <summary>No reader, or nothing moved.</summary>
    public static TagEvidence None { get; } = new([], new HashSet<Gtin>());

    /// <summary>True when tags can tell products apart here or say that something is wrong.</summary>
    public bool Speaks => Moves.Count > 0 || Tagged.Count > 0 || StrangersLeft > 0 || StrangersCame > 0 || Conflict;

    /// <summary>This and what tags did at a later step that undid a part of this one: an item that left and came back was touched.</summary>
    public TagEvidence With(TagEvidence later)
    {
        if (!later.Speaks && later.Unknown == 0)
            return this;
        List<TagMoves> moves = [];
        foreach (Gtin gtin in Moves.Concat(later.Moves).Select(known => known.Gtin).Distinct())
        {
            (TagMoves first, TagMoves second) = (Of(gtin), later.Of(gtin));
            int back = Math.Min(first.Left, second.Came) + Math.Min(first.Came, second.Left);
            moves.Add(new TagMoves(gtin, first.Left + second.Left - back, first.Came + second.Came - back, first.Touched + second.Touched + back));
        }
        return new TagEvidence(
            moves, Tagged.Union(later.Tagged).ToHashSet(), Math.Max(0, StrangersLeft - later.StrangersCame), Math.Max(0, later.StrangersCame - StrangersLeft),
            Unknown + later.Unknown, Conflict || later.Conflict);
    }

    internal TagMoves Of(Gtin gtin)
    {
        foreach (TagMoves moves in Moves)
        {
            if (moves.Gtin == gtin)
                return moves;
        }
        return new TagMoves(gtin, 0, 0, 0);
    }
}

/// <summary>Something that lies on a slot (or is missing there) and is no product of it: what a member called "not food" before.</summary>
/// <param name="Id">The caller's name for it.</param>
/// <param name="Mass">What it added to the slot, negative when it went missing.</param>
public readonly record struct Stranger(long Id, Mass Mass);

/// <summary>One question to <see cref="StepFuser"/>: who moved?</summary>
/// <param name="Step">What the scale saw.</param>
/// <param name="Products">The products that may stand on the slot, at least one, each once.</param>
/// <param name="Tags">What tags did around the step.</param>
/// <param name="Strangers">Known things on the slot that are no products.</param>
public sealed record FusionRequest(StockStep Step, IReadOnlyList<FusionProduct> Products, TagEvidence Tags, IReadOnlyList<Stranger> Strangers);
