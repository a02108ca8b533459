using PantryChain.Domain.Learning;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;

namespace PantryChain.Reorder.Policy;

/// <summary>Everything that the decision about one product looks at; whatever is not known is null and becomes a reason not to order.</summary>
/// <param name="Now">Household time, in the household's own offset: its date is the household's day.</param>
/// <param name="Pack">Mass of one full pack, above zero.</param>
/// <param name="Stock">Stock over all slots of the product; null without a stable reading.</param>
/// <param name="SensorTrusted">False while any of those slots is not healthy.</param>
/// <param name="Pattern">What is known about use; null before the first event.</param>
/// <param name="Lead">How long the seller takes until the goods are ready, delivery days left out.</param>
/// <param name="Mandate">What the member allowed, or null.</param>
/// <param name="UnitPrice">An allowed seller's price of one pack, or null without such a seller.</param>
/// <param name="BudgetLeft">What the mandate's running period still allows.</param>
/// <param name="Funds">What the member's account holds.</param>
/// <param name="Tier">The household's standing in the current epoch.</param>
/// <param name="LastOrderedCycle">The cycle of the mandate's last order, or null before the first.</param>
/// <param name="OrderUnderWay">True while an order or proposal of the product has not ended.</param>
/// <param name="Paused">True while the member paused the product.</param>
public readonly record struct ReorderSituation(
    DateTimeOffset Now, Mass Pack, Mass? Stock, bool SensorTrusted, ConsumptionPattern? Pattern, LeadTime Lead, Mandate? Mandate, Bamtol? UnitPrice,
    Bamtol BudgetLeft, Bamtol Funds, byte Tier, uint? LastOrderedCycle, bool OrderUnderWay, bool Paused)
{
    /// <summary>What is assumed of <see cref="SettlingDays"/> before any order has settled: some members type the code at the door, some answer a day later.</summary>
    public const double UsualSettlingDays = 0.5;

    /// <summary>What member and catalogue fixed about the product.</summary>
    public ProductRules Rules { get; init; } = ProductRules.None;

    /// <summary>The seller's delivery days; null when it comes every day.</summary>
    public DeliveryDays? Delivery { get; init; }

    /// <summary>Packs that the seller sells together, from 1; only whole multiples are ordered.</summary>
    public uint OrderMultiple { get; init; } = 1;

    /// <summary>Packs that are on their way from elsewhere (bought by hand, a substitute); not negative.</summary>
    public double IncomingPacks { get; init; }

    /// <summary>Days until they are there.</summary>
    public double IncomingDays { get; init; }

    /// <summary>Days from the arrival of an order's goods until the order has ended and another may be placed; not negative.</summary>
    public double SettlingDays { get; init; } = UsualSettlingDays;

    /// <summary>How much faster than usual the product goes until the goods come, for example 1.2 in the week before a holiday; above 0.</summary>
    public double DemandMultiplier { get; init; } = 1.0;

    /// <summary>What the household's budget over all products still allows in its period; null without one.</summary>
    public Bamtol? HouseholdBudgetLeft { get; init; }

    /// <summary>False while an inbox item about the product is undecided or the reading does not settle.</summary>
    public bool StockCertain { get; init; } = true;

    /// <summary>True while nobody is at home.</summary>
    public bool Away { get; init; }

    /// <summary>True while another product that serves the same need is proposed or on its way.</summary>
    public bool NeedUnderWay { get; init; }

    /// <summary>The household's day.</summary>
    internal DateOnly Today => DateOnly.FromDateTime(Now.DateTime);

    /// <summary>Stock in packs, not below zero; without a reading 0.</summary>
    internal double Packs => Stock is { } stock ? Math.Max(0.0, (double)stock.Milligrams / Pack.Milligrams) : 0.0;

    /// <summary>The member's minimum in packs.</summary>
    internal double MinimumPacks => (double)Rules.Minimum.Milligrams / Pack.Milligrams;
}
