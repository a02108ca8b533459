using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Ordering;

/// <summary>What all orders of the household together may cost in a period.</summary>
internal static class HouseholdBudget
{
    /// <summary>What the running period still allows, or null without a budget; periods start at whole multiples of their length since 1970-01-01, as those of mandates do.</summary>
    public static Bamtol? Left(Household household, OrderBook orders, DateTimeOffset now)
    {
        if (household.Options.Ordering.HouseholdBudgetWon is not { } won)
            return null;
        long length = household.Options.Ordering.HouseholdBudgetDays * 86_400L;
        Bamtol budget = Bamtol.FromWon((ulong)won), spent = orders.SpentSince(DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds() / length * length));
        return budget.CompareTo(spent) > 0 ? budget - spent : default(Bamtol);
    }
}
