namespace PantryChain.Reorder.Policy;

/// <summary>How many days a seller takes, as chances per whole day.</summary>
/// <remarks>Immutable and thread safe.</remarks>
public sealed class LeadTime
{
    private readonly (int Days, double Chance)[] _chances;

    /// <summary>Checks the chances and scales them to one.</summary>
    /// <exception cref="ArgumentException">A day is negative, a chance is negative or not finite, or all are zero.</exception>
    public LeadTime(IReadOnlyDictionary<int, double> chances)
    {
        double total = chances.Values.Sum();
        if (chances.Any(c => c.Key < 0 || !(c.Value >= 0.0)) || !(total > 0.0 && double.IsFinite(total)))
            throw new ArgumentException("A lead time needs days from 0 on with chances that are not all zero.", nameof(chances));
        _chances = [.. chances.Where(c => c.Value > 0.0).OrderBy(c => c.Key).Select(c => (c.Key, c.Value / total))];
        double sum = 0.0;
        MedianDays = _chances.First(c => (sum += c.Chance) >= 0.5 - 1e-9).Days;
    }

    /// <summary>One to three days, mostly two: what is assumed of a seller without a record.</summary>
    public static LeadTime Usual { get; } = new(new Dictionary<int, double> { [1] = 0.2, [2] = 0.6, [3] = 0.2 });

    /// <summary>Days and their chances, shortest first; the chances sum to one.</summary>
    public IReadOnlyList<(int Days, double Chance)> Chances => _chances;

    /// <summary>The day by which the goods are there at least half the time.</summary>
    public int MedianDays { get; }

    /// <summary>The same without the detour over an interface.</summary>
    internal ReadOnlySpan<(int Days, double Chance)> Span => _chances;

    /// <summary>Chance of exactly <paramref name="days"/>, 0 to 1.</summary>
    public double ChanceOf(int days)
    {
        foreach ((int day, double chance) in _chances)
        {
            if (day == days)
                return chance;
        }
        return 0.0;
    }
}
