using PantryChain.Domain.Quantities;

namespace PantryChain.Ui.Components;

/// <summary>One point of a <c>StockChart</c>.</summary>
/// <param name="At">Household time.</param>
/// <param name="Level">Stock.</param>
/// <param name="Sigma">One standard deviation of it.</param>
public readonly record struct StockPoint(DateTimeOffset At, Mass Level, Mass Sigma);
