using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;

namespace PantryChain.Domain.Ordering;

/// <summary>What a member lets the gateway's key order: capped, dated, revocable (protocol, "Reorder").</summary>
/// <param name="Account">The member's account, which pays.</param>
/// <param name="Gtin">The product.</param>
/// <param name="MaxQuantity">Most packs per order.</param>
/// <param name="MaxUnitPrice">Most Bamtol per pack.</param>
/// <param name="BudgetPerPeriod">Most Bamtol per period.</param>
/// <param name="PeriodDays">Length of a period in days, from 1.</param>
/// <param name="MinCycles">Packs that must have been used up, as the shelf saw it, before the first order.</param>
/// <param name="MinTier">Standing tier that the household must hold.</param>
/// <param name="MaxBamnamu">Largest share paid in Bamnamu.</param>
/// <param name="SellersRoot">Merkle root over the allowed sellers' addresses.</param>
/// <param name="ValidUntil">Household time after which nothing can be ordered.</param>
/// <param name="Nonce">Tells two otherwise equal mandates apart.</param>
public sealed record Mandate(
    AccountAddress Account, Gtin Gtin, uint MaxQuantity, Bamtol MaxUnitPrice, Bamtol BudgetPerPeriod, ushort PeriodDays,
    uint MinCycles, byte MinTier, BasisPoints MaxBamnamu, Hash32 SellersRoot, ChainTime ValidUntil, ulong Nonce);

/// <summary>How much a gateway does by itself under a mandate.</summary>
public enum MandateMode : byte
{
    /// <summary>Proposals are only shown, to try the pattern out.</summary>
    Shadow,

    /// <summary>Each proposal waits for the member's yes.</summary>
    Approve,

    /// <summary>Orders are placed without asking; the veto window remains.</summary>
    Auto,
}
