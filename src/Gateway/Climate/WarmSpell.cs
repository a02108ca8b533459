namespace PantryChain.Gateway.Climate;

/// <summary>A stretch of time in which a place was too warm.</summary>
/// <param name="From">Household time at which it began: the first reading above the limit, or, after a time in which nobody measured, the last one before.</param>
/// <param name="Until">Household time of the first reading that was cool again, or null while it lasts.</param>
/// <param name="Highest">Highest reading in °C.</param>
/// <param name="Above">How long it was measured above the limit.</param>
/// <param name="Unseen">How long nobody measured, with a reading above the limit before or after: it may have been warm all the while.</param>
/// <param name="Limit">The limit that held then, in °C.</param>
internal sealed record WarmSpell(DateTimeOffset From, DateTimeOffset? Until, double Highest, TimeSpan Above, TimeSpan Unseen, double Limit)
{
    /// <summary>Perishable food that was too warm for longer may make ill: the two-hour rule (foodsafety.gov, "Food Safety During Power Outage"; USDA FSIS, "Danger Zone").</summary>
    public static readonly TimeSpan FoodLasts = TimeSpan.FromHours(2);

    /// <summary>How long food may have been too warm: what was measured and what nobody saw.</summary>
    public TimeSpan Lasted => Above + Unseen;

    /// <summary>True once food that spoils is in doubt.</summary>
    public bool DoubtsFood => Lasted >= FoodLasts;
}
