namespace PantryChain.Reorder.Policy;

/// <summary>How many days a seller takes, as chances per whole day.</summary>
/// <remarks>Immutable and thread safe.</remarks>
public sealed class LeadTime
{
    /// <summary>Checks the chances and scales them to one.</summary>
    /// <exception cref="ArgumentException">A day is negative, a chance is negative or not finite, or all are zero.</exception>
    public LeadTime(IReadOnlyDictionary<int, double> chances)
    {
        double total = chances.Values.Sum();
        if (chances.Any(c => c.Key < 0 || !(c.Value >= 0.0)) || !(total > 0.0 && double.IsFinite(total)))
            throw new ArgumentException("A lead time needs days from 0 on with chances that are not all zero.", nameof(chances));
        Chances = [.. chances.Where(c => c.Value > 0.0).OrderBy(c => c.Key).Select(c => (c.Key, c.Value / total))];
    }

    /// <summary>One to three days, mostly two: what is assumed of a seller without a record.</summary>
    public static LeadTime Usual { get; } = new(new Dictionary<int, double> { [1] = 0.2, [2] = 0.6, [3] = 0.2 });

    /// <summary>Days and their chances, shortest first; the chances sum to one.</summary>
    public IReadOnlyList<(int Days, double Chance)> Chances { get; }

    /// <summary>The day by which the goods are there at least half the time.</summary>
    public int MedianDays
    {
        get
        {
            double sum = 0.0;
            return Chances.First(c => (sum += c.Chance) >= 0.5 - 1e-9).Days;
        }
    }
}
