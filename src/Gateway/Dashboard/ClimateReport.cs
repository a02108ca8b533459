using PantryChain.Gateway.Climate;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Dashboard;

/// <summary>A place in <c>/health</c>: how its sensor is, and no more.</summary>
/// <param name="Name">As in the configuration.</param>
/// <param name="Sensor">Its sensor, in the configuration's word.</param>
/// <param name="Where">Bus and address, or file.</param>
/// <param name="Health">Of the sensor.</param>
/// <param name="Problem">What is wrong and the next step, or null.</param>
/// <param name="Counts">What happened since the start, by cause.</param>
internal sealed record PlaceHealth(string Name, string Sensor, string Where, string Health, string? Problem, IReadOnlyDictionary<string, long> Counts)
{
    /// <summary>Of a place.</summary>
    public static PlaceHealth Of(PlaceReport report) =>
        new(report.Place.Name, report.Place.Word, report.Place.Where, report.Health.ToString(), report.Problem, SensorHealth.Counted(report.Tallies));
}

/// <summary>A place in <c>/api/state</c>.</summary>
/// <param name="Name">As in the configuration.</param>
/// <param name="Kind">What it is: <c>fridge</c>, <c>freezer</c> or <c>pantry</c>.</param>
/// <param name="Slots">The slots that stand in it.</param>
/// <param name="Health">Of its sensor.</param>
/// <param name="Celsius">Temperature, or null while it is not known.</param>
/// <param name="Humidity">Relative humidity in %, or null.</param>
/// <param name="At">Household time of the newest reading, or null before the first.</param>
/// <param name="WarmAbove">Its limit in °C, or null.</param>
/// <param name="Warm">The warm spell that is told now, or null.</param>
/// <param name="Counts">What happened to its sensor since the start, by cause.</param>
internal sealed record PlaceState(
    string Name, string Kind, IReadOnlyList<ushort> Slots, string Health, double? Celsius, double? Humidity, DateTimeOffset? At, double? WarmAbove, SpellState? Warm,
    IReadOnlyDictionary<string, long> Counts)
{
    /// <summary>Of a place.</summary>
    public static PlaceState Of(PlaceReport report) => new(
        report.Place.Name, report.Place.Kind switch { PlaceKind.Fridge => "fridge", PlaceKind.Freezer => "freezer", _ => "pantry" }, [.. report.Place.Slots.Select(slot => slot.Value)], report.Health.ToString(),
        report.Reading?.Celsius, report.Reading?.Humidity, report.At, report.Place.Limit?.Above, report is { IsWarm: true, Open: { } spell } ? SpellState.Of(spell) : null,
        SensorHealth.Counted(report.Tallies));
}

/// <summary>A warm spell in <c>/api/state</c>.</summary>
/// <param name="From">When it began.</param>
/// <param name="HighestCelsius">Highest reading.</param>
/// <param name="AboveMinutes">Measured above the limit for so long.</param>
/// <param name="UnseenMinutes">Not measured for so long.</param>
/// <param name="DoubtsFood">True once it lasted two hours.</param>
internal sealed record SpellState(DateTimeOffset From, double HighestCelsius, double AboveMinutes, double UnseenMinutes, bool DoubtsFood)
{
    /// <summary>Of a spell.</summary>
    public static SpellState Of(WarmSpell spell) => new(spell.From, spell.Highest, Math.Round(spell.Above.TotalMinutes), Math.Round(spell.Unseen.TotalMinutes), spell.DoubtsFood);
}
