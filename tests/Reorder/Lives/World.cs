using MathNet.Numerics.Distributions;

namespace PantryChain.Reorder.Tests.Lives;

/// <summary>A made-up product in a made-up household, and what its mandate and its store are like.</summary>
/// <param name="PackDays">Days that a pack lasts.</param>
/// <param name="DayVariation">Coefficient of variation of a day's use.</param>
/// <param name="MaxQuantity">Most packs an order.</param>
internal sealed record World(double PackDays, double DayVariation, uint MaxQuantity)
{
    /// <summary>Full packs at the start.</summary>
    public int OpeningPacks { get; init; } = 4;

    /// <summary>Share of a delivery that is drunk before the shelf has settled, so that nobody sees it.</summary>
    public double DrunkUnseen { get; init; }

    /// <summary>Days that a delivered pack keeps, by the member's word; null for ever.</summary>
    public double? KeepsDays { get; init; }

    /// <summary>True where a slot that is empty for a day closes the count, as the gateway does it.</summary>
    public bool ClosesCount { get; init; } = true;

    /// <summary>Days of the veto window and what follows until the goods come.</summary>
    public static double LeadOf(Random chance) => 2.0 + (chance.NextDouble() < 0.7 ? 0.0 : 1.0) + chance.NextDouble() * 0.4;

    /// <summary>Days until the order has ended after its goods came: a third of the members type the code, a third answer soon, a third after a day and a half.</summary>
    public static double SettlingOf(Random chance) => chance.Next(3) < 2 ? 0.1 : 1.5;

    /// <summary>A standard normal number.</summary>
    public static double Gauss(Random chance) => Normal.InvCDF(0.0, 1.0, Math.Clamp(chance.NextDouble(), 1e-9, 1 - 1e-9));
}
