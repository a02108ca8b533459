using PantryChain.Gateway.Climate;

namespace PantryChain.Gateway.Dashboard;

/// <summary>What a chart of one place shows.</summary>
/// <remarks>Public only because Razor components are; immutable.</remarks>
public sealed class ClimateSeries
{
    internal ClimateSeries(IReadOnlyList<ClimateHour> hours, IReadOnlyList<WarmSpell> spells, DateTimeOffset from, DateTimeOffset to, double? limit) =>
        (Hours, Spells, From, To, Limit) = (hours, spells, from, to, limit);

    /// <summary>Hours in rising time.</summary>
    internal IReadOnlyList<ClimateHour> Hours { get; }

    /// <summary>Warm spells.</summary>
    internal IReadOnlyList<WarmSpell> Spells { get; }

    /// <summary>Its left end.</summary>
    internal DateTimeOffset From { get; }

    /// <summary>Its right end.</summary>
    internal DateTimeOffset To { get; }

    /// <summary>When it is too warm, in °C, or null.</summary>
    internal double? Limit { get; }
}
