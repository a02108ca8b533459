using PantryChain.Domain.Quantities;

namespace PantryChain.Ledger.Rewards;

/// <summary>Nobody uses more of a product than came into the house: the physics behind every reward.</summary>
/// <param name="Opening">Stock when the shelf was set up.</param>
/// <param name="Delivered">What own orders brought.</param>
/// <param name="Declared">Purchases elsewhere that the shelf saw as a rise.</param>
/// <param name="Used">What the shelf saw being used.</param>
public sealed record MassBalance(Mass Opening, Mass Delivered, Mass Declared, Mass Used)
{
    /// <summary>
    /// True while <c>used ≤ delivered + declared + opening</c>, with <paramref name="tolerance"/> for what scales add up to in error.
    /// </summary>
    public bool Holds(Mass tolerance) => Used <= Delivered + Declared + Opening + tolerance;
}
