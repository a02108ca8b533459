using System.Text.Json.Serialization;

namespace PantryChain.Telemetry.Wire;

// The exact members of each payload. Nothing is optional and nothing may be added: an unknown member is garbage, not the future (that gets a new version in the topic).

internal sealed record EventShape(
    ulong Seq, long SeenAt, uint Day, ushort Slot, string? Gtin, byte Kind, long DeltaMg, long LevelMg, uint Cycle, string? OrderId, bool Replayed = false);

internal sealed record SlotStateShape(
    [property: JsonPropertyName("grams")] double? Grams, [property: JsonPropertyName("sigma_g")] double SigmaG, [property: JsonPropertyName("stable")] bool Stable,
    [property: JsonPropertyName("units")] double? Units, [property: JsonPropertyName("days_left")] double? DaysLeft,
    [property: JsonPropertyName("days_left_low")] double? DaysLeftLow, [property: JsonPropertyName("gtin")] string? Gtin,
    [property: JsonPropertyName("at")] DateTimeOffset? At, [property: JsonPropertyName("health")] string Health);

internal sealed record PairingShape(
    [property: JsonPropertyName("state")] string State, [property: JsonPropertyName("seconds_left")] int SecondsLeft, [property: JsonPropertyName("gtin")] string? Gtin,
    [property: JsonPropertyName("uid")] string? Uid, [property: JsonPropertyName("note")] string? Note);

internal sealed record HeaderShape(
    string Device, ulong Height, string Parent, ulong FromSeq, ulong ToSeq, uint Day, string EventsRoot, uint Uses, uint Confirmations, uint Deviations);

internal sealed record PointShape(string X, string Y);

internal sealed record SignatureShape(string R, string S);

internal sealed record BlockShape(HeaderShape Block, string Hash, PointShape Key, SignatureShape Signature, IReadOnlyList<string> Leaves, bool Urgent);

internal sealed record OrderShape(string Order, string State, DateTimeOffset At, string? Reason);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, MaxDepth = 8)]
[JsonSerializable(typeof(EventShape))]
[JsonSerializable(typeof(SlotStateShape))]
[JsonSerializable(typeof(SlotDiagnosticsShape))]
[JsonSerializable(typeof(GatewayDiagnosticsShape))]
[JsonSerializable(typeof(ClimateState))]
[JsonSerializable(typeof(PairingShape))]
[JsonSerializable(typeof(BlockShape))]
[JsonSerializable(typeof(BlockState))]
[JsonSerializable(typeof(OrderShape))]
internal sealed partial class WireJson : JsonSerializerContext;
