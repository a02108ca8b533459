using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Shelf.Fusion;

/// <summary>What explains a step.</summary>
public enum FusedCause : byte
{
    /// <summary>Products moved: the parts say which.</summary>
    Products = 1,

    /// <summary>Something that is no product of the slot: a phone, a hand that leans, another shelf's pack.</summary>
    Foreign = 2,

    /// <summary>A known <see cref="Stranger"/> went (or what was missing is back).</summary>
    StrangerGone = 3,
}

/// <summary>One product's share of a step.</summary>
/// <param name="Gtin">The product.</param>
/// <param name="Delta">Signed mass.</param>
/// <param name="Units">Whole packs that came (above zero) or left (below), 0 for a part of a pack.</param>
public readonly record struct FusedPart(Gtin Gtin, Mass Delta, int Units);

/// <summary>One explanation of a step with its probability.</summary>
/// <param name="Cause">Products, something foreign, or a stranger.</param>
/// <param name="Parts">Who moved how much; the deltas add up to the step's exactly. Empty unless <see cref="FusedCause.Products"/>.</param>
/// <param name="Probability">0 to 1; those of all candidates of a step add up to 1.</param>
/// <param name="Stranger">The stranger's name, or 0.</param>
public sealed record FusedCandidate(FusedCause Cause, IReadOnlyList<FusedPart> Parts, double Probability, long Stranger = 0);

/// <summary>A step with everything that can explain it.</summary>
/// <param name="Step">What the scale saw.</param>
/// <param name="Candidates">All explanations, most probable first; at least one.</param>
/// <param name="Tags">What tags said.</param>
/// <param name="IsCertain">True when the first may be booked unasked.</param>
public sealed record FusedStep(StockStep Step, IReadOnlyList<FusedCandidate> Candidates, TagEvidence Tags, bool IsCertain)
{
    /// <summary>The most probable explanation.</summary>
    public FusedCandidate Best => Candidates[0];

    /// <summary>True when all cells jumped at once: it is nobody's doing unless somebody says so.</summary>
    public bool IsDoubtful { get; init; }

    /// <summary>True when the best explanation moves a whole pack of a tagged product, yet no tag of it moved: the tag fell off, or the reader is blind.</summary>
    public bool TagMissing => Best.Parts.Any(part => part.Units != 0 && Tags.Tagged.Contains(part.Gtin) && Tags.Of(part.Gtin) is { Left: 0, Came: 0, Touched: 0 });
}
