using PantryChain.Domain.Learning;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;

namespace PantryChain.Reorder.Policy;

/// <summary>Everything that the decision about one product looks at; whatever is not known is null and becomes a reason not to order.</summary>
/// <param name="Now">Household time.</param>
/// <param name="Pack">Mass of one full pack, above zero.</param>
/// <param name="Stock">Stock over all slots of the product; null without a stable reading.</param>
/// <param name="SensorTrusted">False while any of those slots is not healthy.</param>
/// <param name="Pattern">What is known about use; null before the first event.</param>
/// <param name="Lead">How long the seller takes.</param>
/// <param name="Mandate">What the member allowed, or null.</param>
/// <param name="UnitPrice">An allowed seller's price of one pack, or null without such a seller.</param>
/// <param name="BudgetLeft">What the mandate's running period still allows.</param>
/// <param name="Funds">What the member's account holds.</param>
/// <param name="Tier">The household's standing in the current epoch.</param>
/// <param name="LastOrderedCycle">The cycle of the mandate's last order, or null before the first.</param>
/// <param name="OrderUnderWay">True while an order or proposal of the product has not ended.</param>
/// <param name="Paused">True while the member paused the product.</param>
public sealed record ReorderSituation(
    DateTimeOffset Now, Mass Pack, Mass? Stock, bool SensorTrusted, ConsumptionPattern? Pattern, LeadTime Lead, Mandate? Mandate, Bamtol? UnitPrice,
    Bamtol BudgetLeft, Bamtol Funds, byte Tier, uint? LastOrderedCycle, bool OrderUnderWay, bool Paused);

/// <summary>The decision with its reasons.</summary>
/// <param name="Due">True when the stock calls for an order, whether or not one may be placed.</param>
/// <param name="Quantity">Packs to order now; 0 when not due or blocked.</param>
/// <param name="Why">The numbers behind it; null before there is a pattern and a reading.</param>
/// <param name="Blocks">All that stands in the way, most basic first; empty when nothing does.</param>
public sealed record ReorderAdvice(bool Due, uint Quantity, ReorderReason? Why, IReadOnlyList<ReorderBlock> Blocks);
