namespace PantryChain.Telemetry.Wire;

/// <summary>What <c>.../climate/PLACE/state</c> says: how warm a fridge, a freezer or a room is.</summary>
/// <param name="At">Household time at which it was told.</param>
/// <param name="Health">Of its sensor, in lower case: <c>ok</c>, <c>waiting</c>, <c>disconnected</c>, <c>stale</c> or <c>implausible</c>.</param>
/// <param name="Celsius">Temperature, or null while it is not known.</param>
/// <param name="Humidity">Relative humidity in %, or null.</param>
/// <param name="Problem">What is wrong with the sensor and the next step, or null.</param>
/// <param name="Warm">The warm spell that is told, or null.</param>
public sealed record ClimateState(DateTimeOffset At, string Health, double? Celsius, double? Humidity, string? Problem, WarmState? Warm);

/// <summary>A warm spell.</summary>
/// <param name="Since">Household time at which it began.</param>
/// <param name="Highest">Highest temperature in °C.</param>
/// <param name="Minutes">How long, in household minutes; what nobody measured is in it.</param>
/// <param name="DoubtsFood">True once food that spoils is in doubt.</param>
public sealed record WarmState(DateTimeOffset Since, double Highest, int Minutes, bool DoubtsFood);
