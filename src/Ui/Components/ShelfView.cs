using PantryChain.Domain.Learning;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;

namespace PantryChain.Ui.Components;

/// <summary>What a <c>ShelfCard</c> shows of one slot; texts in the reader's language are made by the card, except the product's name and the sentence.</summary>
/// <param name="Slot">Number of the slot.</param>
/// <param name="NameKo">The product in Korean.</param>
/// <param name="NameEn">The product in English.</param>
/// <param name="Level">Stock when the slot last stood still and could be trusted, or null for one that nobody ever weighed; never a hand, and never the 0 of a cell that is silent.</param>
/// <param name="Sigma">One standard deviation of it.</param>
/// <param name="Full">What a full slot weighs, for the bar; above zero.</param>
/// <param name="Pack">Mass of one pack; above zero.</param>
/// <param name="Stable">False while somebody handles the shelf.</param>
/// <param name="Health">How far the sensor can be trusted.</param>
/// <param name="StaleSince">Household time of the newest value when it is too old, else null.</param>
public sealed record ShelfView(
    ushort Slot, string NameKo, string NameEn, Mass? Level, Mass Sigma, Mass Full, Mass Pack, bool Stable, SlotHealth Health, DateTimeOffset? StaleSince)
{
    /// <summary>Household time at which it last stood still and could be trusted.</summary>
    public DateTimeOffset? SettledAt { get; init; }

    /// <summary>False while the cell is silent or what it says cannot be trusted: then the level is of the past.</summary>
    public bool IsRead => StaleSince is null && Health is (SlotHealth.Ok or SlotHealth.Noisy or SlotHealth.Drifting);

    /// <summary>Days left at the 10 % and 90 % quantiles, or null while it is learnt.</summary>
    public (double Low, double High)? DaysLeft { get; init; }

    /// <summary>Packs used per day, or null while it is learnt.</summary>
    public double? PacksPerDay { get; init; }

    /// <summary>How far the pattern can be relied on.</summary>
    public PatternStage Stage { get; init; }

    /// <summary>Stock at which an order becomes due, or null while it is learnt.</summary>
    public Mass? ReorderPoint { get; init; }
}
