using PantryChain.Domain.Time;

namespace PantryChain.Reorder.Policy;

/// <summary>What a seller's past deliveries taught about its lead time: constant size, immutable, a fold over (ordered, delivered) pairs.</summary>
/// <remarks>
/// Chances are (weighted counts + <see cref="PriorWeight"/> × class prior) / (total + <see cref="PriorWeight"/>): the posterior mean of a multinomial
/// under a Dirichlet prior (Gelman et al., Bayesian Data Analysis, 3rd ed., §3.4). Thread safe.
/// </remarks>
/// <param name="Counts">Weighted deliveries per lead time from 0 to <see cref="MostDays"/> days, in that order.</param>
/// <param name="Deliveries">Pairs that counted.</param>
/// <param name="Skipped">Pairs that did not: a clock that leapt or goods that arrived before they were ordered.</param>
public sealed record LeadHistory(IReadOnlyList<double> Counts, uint Deliveries, uint Skipped)
{
    /// <summary>The longest lead time that is told apart; longer ones up to <see cref="LongestDays"/> count as this.</summary>
    public const int MostDays = 21;

    /// <summary>A pair further apart is a lost order or a leap of the clock, not a lead time.</summary>
    public const int LongestDays = 60;

    /// <summary>How many deliveries the class prior is worth: after five of its own a seller counts half.</summary>
    public const double PriorWeight = 5.0;

    private const double Discount = 0.95; // per delivery: half of the evidence is older than 14 deliveries, so a seller may become better

    /// <summary>A seller without a record.</summary>
    public static LeadHistory Empty { get; } = new(new double[MostDays + 1], 0, 0);

    /// <summary>Adds one delivery.</summary>
    /// <remarks>
    /// With delivery days several lead times lead to the same day (ordered on Sunday, delivered on Tuesday: 0, 1 or 2); the pair is shared among them
    /// in proportion to what was believed before, so the calendar is not learnt a second time as slowness.
    /// </remarks>
    /// <param name="ordered">The household day from which the order counts (<see cref="DeliveryDays.CountsFrom"/>).</param>
    /// <param name="delivered">The household day on which the shelf or the seller said that it is there.</param>
    /// <param name="prior">What is believed of the seller's class, by default <see cref="LeadTime.Usual"/>.</param>
    /// <param name="calendar">The seller's delivery days, or null for every day.</param>
    public LeadHistory Learn(HouseholdDay ordered, HouseholdDay delivered, LeadTime? prior = null, DeliveryDays? calendar = null)
    {
        long days = (long)delivered.Number - ordered.Number;
        if (days is < 0 or > LongestDays)
            return this with { Skipped = Skipped + 1 };
        double[] counts = [.. Counts.Select(count => count * Discount)];
        int most = (int)Math.Min(days, MostDays), least = calendar is null ? most : most - SlackBefore(ordered, delivered, most, calendar);
        LeadTime believed = Estimate(prior);
        double total = 0.0;
        for (int lead = least; lead <= most; lead++)
            total += believed.ChanceOf(lead);
        for (int lead = least; lead <= most; lead++)
            counts[lead] += total > 0.0 ? believed.ChanceOf(lead) / total : 1.0 / (most - least + 1);
        return new LeadHistory(counts, Deliveries + 1, Skipped);
    }

    /// <summary>The seller's lead time as it is believed now.</summary>
    public LeadTime Estimate(LeadTime? prior = null)
    {
        prior ??= LeadTime.Usual;
        Dictionary<int, double> chances = prior.Chances.ToDictionary(chance => chance.Days, chance => PriorWeight * chance.Chance);
        for (int days = 0; days < Counts.Count; days++)
        {
            if (Counts[days] > 0.0)
                chances[days] = chances.GetValueOrDefault(days) + Counts[days];
        }
        return new LeadTime(chances);
    }

    /// <inheritdoc />
    public bool Equals(LeadHistory? other) => other is not null && Deliveries == other.Deliveries && Skipped == other.Skipped && Counts.SequenceEqual(other.Counts);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Deliveries, Skipped);

    /// <summary>How many days shorter the lead time may have been with the same day of delivery.</summary>
    private static int SlackBefore(HouseholdDay ordered, HouseholdDay delivered, int most, DeliveryDays calendar)
    {
        int slack = 0;
        while (slack < most && calendar.Landing(ordered, most - slack - 1) == delivered)
            slack++;
        return slack;
    }
}
