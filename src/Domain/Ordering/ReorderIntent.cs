using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;

namespace PantryChain.Domain.Ordering;

/// <summary>Station 7's decision to buy, before any money moves.</summary>
/// <param name="Number">Counts the household's intents of one product from 1; (product, number) is the key that keeps an order from being placed twice.</param>
/// <param name="Gtin">The product.</param>
/// <param name="Quantity">Packs.</param>
/// <param name="Cycle">Packs used up when it was decided.</param>
/// <param name="At">Household time of the decision.</param>
/// <param name="Why">The numbers behind it.</param>
public sealed record ReorderIntent(uint Number, Gtin Gtin, uint Quantity, uint Cycle, DateTimeOffset At, ReorderReason Why);

/// <summary>The numbers behind a decision, enough to explain it in one sentence in any language.</summary>
/// <param name="Level">Stock when it was decided, all slots of the product together.</param>
/// <param name="DaysLeftLow">Days left at the pessimistic 10 % quantile.</param>
/// <param name="DaysLeftHigh">Days left at the optimistic 90 % quantile.</param>
/// <param name="ArrivesAt">Household time at which an order placed now is expected.</param>
/// <param name="StockOutRisk">Chance of running out before that if nothing is ordered, 0 to 1.</param>
public sealed record ReorderReason(Mass Level, double DaysLeftLow, double DaysLeftHigh, DateTimeOffset ArrivesAt, double StockOutRisk);
