using System.Text.Json.Serialization;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;

namespace PantryChain.Telemetry.Wire;

/// <summary>What <c>.../slot/SLOT/diagnostics</c> says: how far a slot's sensors can be trusted, and why not.</summary>
/// <param name="At">Household time.</param>
/// <param name="Health">Of the slot.</param>
/// <param name="Sigma">One standard deviation of its level.</param>
/// <param name="Drift">How far the level wandered since the shelf was last touched, or null while that is not known.</param>
/// <param name="Celsius">Temperature beside the cell, or null without a thermometer.</param>
/// <param name="Converter">Its converter.</param>
/// <param name="Reader">The tag reader under it, or null.</param>
public sealed record SlotDiagnostics(DateTimeOffset At, SlotHealth Health, Mass Sigma, Mass? Drift, double? Celsius, SensorState Converter, SensorState? Reader);

/// <summary>What <c>.../diagnostics</c> says: all converters and readers of a gateway.</summary>
/// <param name="At">Household time.</param>
/// <param name="Converters">Converters, in the order of the configuration.</param>
/// <param name="Readers">Tag readers, in the order of the configuration.</param>
/// <param name="Tags">What tags did under all readers, by cause.</param>
public sealed record GatewayDiagnostics(
    DateTimeOffset At, IReadOnlyList<SensorState> Converters, IReadOnlyList<SensorState> Readers, IReadOnlyDictionary<string, long> Tags)
{
    /// <summary>Orders that carry this device's signature and were not signed here.</summary>
    public int ForeignOrders { get; init; }

    /// <summary>Height of such a block, or null for none.</summary>
    public ulong? ForeignBlock { get; init; }

    /// <summary>What the lamp asks for: <c>none</c>, <c>asks</c> or <c>alarm</c>; null without lamp and buzzer.</summary>
    public string? Attention { get; init; }

    /// <summary>How the battery-backed clock is: <c>ok</c>, <c>missing</c>, <c>lost_time</c>, <c>off</c>, <c>doubtful</c>, <c>hung</c> or <c>unknown</c>; null when there should be none.</summary>
    public string? BatteryClock { get; init; }

    /// <summary>How the status display is: <c>ok</c>, <c>asleep</c>, <c>failing</c> or <c>waiting</c>; null without one.</summary>
    public string? Display { get; init; }
}

/// <summary>A converter or a tag reader.</summary>
/// <param name="Name">As in the configuration; a reader's is its slot.</param>
/// <param name="Kind">Its chip and how it is reached, for example <c>nau7802</c>.</param>
/// <param name="Slots">The slots that depend on it.</param>
/// <param name="Problem">What is wrong and the next step, or null.</param>
/// <param name="Counts">What happened since the start, by cause.</param>
/// <param name="Faults">The sum of those causes that speak of a fault.</param>
public sealed record SensorState(string Name, string Kind, IReadOnlyList<SlotId> Slots, string? Problem, IReadOnlyDictionary<string, long> Counts, long Faults);

internal sealed record SensorShape(string Name, string Kind, IReadOnlyList<ushort> Slots, string? Problem, IReadOnlyDictionary<string, long> Counts, long Faults)
{
    public static SensorShape Of(SensorState state) => new(state.Name, state.Kind, [.. state.Slots.Select(slot => slot.Value)], state.Problem, state.Counts, state.Faults);
}

internal sealed record SlotDiagnosticsShape(
    DateTimeOffset At, string Health, [property: JsonPropertyName("sigma_g")] double SigmaG, [property: JsonPropertyName("drift_g")] double? DriftG, double? Celsius,
    SensorShape Converter, SensorShape? Reader);

internal sealed record GatewayDiagnosticsShape(
    DateTimeOffset At, IReadOnlyList<SensorShape> Converters, IReadOnlyList<SensorShape> Readers, IReadOnlyDictionary<string, long> Tags,
    [property: JsonPropertyName("not_signed_here")] NotSignedShape NotSignedHere, string? Attention,
    [property: JsonPropertyName("battery_clock")] string? BatteryClock, string? Display);

internal sealed record NotSignedShape(int Orders, ulong? Block);
