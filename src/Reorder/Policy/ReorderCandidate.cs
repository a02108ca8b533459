using PantryChain.Domain.Identity;

namespace PantryChain.Reorder.Policy;

/// <summary>One product in a household's review.</summary>
/// <param name="Gtin">The product.</param>
/// <param name="Seller">The seller whose price stands in the situation; default without one.</param>
/// <param name="Situation">Its own situation: own stock, own mandate, own seller, own processes.</param>
public readonly record struct ReorderCandidate(Gtin Gtin, AccountAddress Seller, ReorderSituation Situation)
{
    /// <summary>The first choice that the member allowed the product to stand in for; default for a first choice or a product without substitutes.</summary>
    public Gtin SubstituteFor { get; init; }
}
