namespace PantryChain.Gateway.Climate;

/// <summary>A place's readings within one household hour.</summary>
/// <param name="At">Beginning of the hour.</param>
/// <param name="Lowest">Lowest reading in °C.</param>
/// <param name="Highest">Highest reading in °C.</param>
/// <param name="Sum">Sum of the readings in °C.</param>
/// <param name="Count">How many.</param>
/// <param name="MoistSum">Sum of the readings of humidity in %.</param>
/// <param name="MoistCount">How many of these.</param>
internal sealed record ClimateHour(DateTimeOffset At, double Lowest, double Highest, double Sum, long Count, double MoistSum, long MoistCount)
{
    /// <summary>Their mean in °C.</summary>
    public double Mean => Sum / Count;

    /// <summary>Mean humidity in %, or null.</summary>
    public double? Humidity => MoistCount == 0 ? null : MoistSum / MoistCount;

    /// <summary>The hour of an instant.</summary>
    public static DateTimeOffset Of(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds() / 3600 * 3600);

    /// <summary>One reading.</summary>
    public static ClimateHour Of(DateTimeOffset at, double celsius, double? humidity) => new(Of(at), celsius, celsius, celsius, 1, humidity ?? 0, humidity is null ? 0 : 1);

    /// <summary>Together with other readings of the same hour.</summary>
    public ClimateHour With(ClimateHour other) => this with
    {
        Lowest = Math.Min(Lowest, other.Lowest), Highest = Math.Max(Highest, other.Highest), Sum = Sum + other.Sum, Count = Count + other.Count,
        MoistSum = MoistSum + other.MoistSum, MoistCount = MoistCount + other.MoistCount,
    };
}
