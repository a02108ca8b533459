using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Domain.Time;

namespace PantryChain.Telemetry.Wire;

/// <summary>Nouns to the JSON of docs/protocol.md and back.</summary>
/// <remarks>Reading is strict and never throws: anything that is not exactly one of our messages is refused with a reason in words. Thread safe.</remarks>
public static class WireCodec
{
    /// <summary>User property <c>content-type</c> of every payload but <c>online</c> and <c>offline</c>.</summary>
    public const string ContentType = "application/json";

    /// <summary>Largest payload that is looked at, in bytes: the largest block, of <see cref="ThingBlock.MostEvents"/> leaves.</summary>
    public const int MaxBytes = ThingBlock.MostEvents * LeafBytes + HeaderBytes;

    private const int LeafBytes = 69;      // "0x", 64 digits, two quotation marks, a comma
    private const int HeaderBytes = 2_048; // header, hash, key and signature of a block take up to 900

    /// <summary>An event as others may see it: everything but the salt.</summary>
    /// <param name="seen">The event.</param>
    /// <param name="replayed">Whether it is no news: told again, or from before the connection on which it is told.</param>
    public static byte[] Encode(ThingEvent seen, bool replayed = false) => JsonSerializer.SerializeToUtf8Bytes(
        new EventShape(seen.Seq, seen.SeenAt.ToUnixTimeMilliseconds(), seen.Day.Number, seen.Slot.Value, Text(seen.Gtin), (byte)seen.Kind,
            seen.Delta.Milligrams, seen.Level.Milligrams, seen.Cycle, seen.Order.IsNone ? null : seen.Order.ToString(), replayed), WireJson.Default.EventShape);

    /// <summary>A slot's state.</summary>
    public static byte[] Encode(SlotState state) => JsonSerializer.SerializeToUtf8Bytes(
        new SlotStateShape(state.Level?.Grams, state.Sigma.Grams, state.Stable, Finite(state.Units), Finite(state.DaysLeft), Finite(state.DaysLeftLow),
            Text(state.Gtin), state.At, Lower(state.Health)), WireJson.Default.SlotStateShape);

    /// <summary>How a slot's sensors are.</summary>
    public static byte[] Encode(SlotDiagnostics told) => JsonSerializer.SerializeToUtf8Bytes(
        new SlotDiagnosticsShape(told.At, Lower(told.Health), told.Sigma.Grams, told.Drift?.Grams, Finite(told.Celsius), SensorShape.Of(told.Converter),
            told.Reader is { } reader ? SensorShape.Of(reader) : null), WireJson.Default.SlotDiagnosticsShape);

    /// <summary>How all sensors of a gateway are.</summary>
    public static byte[] Encode(GatewayDiagnostics told) => JsonSerializer.SerializeToUtf8Bytes(
        new GatewayDiagnosticsShape(told.At, [.. told.Converters.Select(SensorShape.Of)], [.. told.Readers.Select(SensorShape.Of)], told.Tags, new NotSignedShape(told.ForeignOrders, told.ForeignBlock),
            told.Attention, told.BatteryClock, told.Display),
        WireJson.Default.GatewayDiagnosticsShape);

    /// <summary>How warm a place is.</summary>
    public static byte[] Encode(ClimateState told) =>
        JsonSerializer.SerializeToUtf8Bytes(told with { Celsius = Finite(told.Celsius), Humidity = Finite(told.Humidity) }, WireJson.Default.ClimateState);

    /// <summary>A slot's pairing window.</summary>
    public static byte[] Encode(PairingNotice notice) => JsonSerializer.SerializeToUtf8Bytes(
        new PairingShape(notice.State, notice.SecondsLeft, Text(notice.Gtin), notice.Uid == default ? null : notice.Uid.Hex, notice.Note), WireJson.Default.PairingShape);

    /// <summary>A sealed block on its way to the store.</summary>
    public static byte[] Encode(SealedBlock block) => JsonSerializer.SerializeToUtf8Bytes(
        new BlockShape(Header(block.Block), block.Hash.ToString(), new PointShape(block.Key.X.ToString(), block.Key.Y.ToString()),
            new SignatureShape(block.Signature.R.ToString(), block.Signature.S.ToString()), [.. block.Leaves.Select(leaf => leaf.ToString())], block.Urgent),
        WireJson.Default.BlockShape);

    /// <summary>The store's answer to blocks.</summary>
    public static byte[] Encode(BlockState state) => JsonSerializer.SerializeToUtf8Bytes(state, WireJson.Default.BlockState);

    /// <summary>An order's state.</summary>
    public static byte[] Encode(OrderNotice notice) => JsonSerializer.SerializeToUtf8Bytes(
        new OrderShape(notice.Order.ToString(), Lower(notice.State), notice.At, notice.Reason), WireJson.Default.OrderShape);

    /// <summary>An answer to a request.</summary>
    public static byte[] Encode(GatewayResponse response)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) // sentences stay readable; nobody puts them into HTML
        {
            json.WriteStartObject();
            json.WriteString("status", response.Error is null ? "ok" : "error");
            json.WritePropertyName("transaction");
            json.WriteRawValue(response.Transaction ?? "null");
            json.WriteString("error", response.Error);
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }

    /// <summary>Reads an event, also one of before <c>replayed</c> was said; its salt is zero.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out ThingEvent? seen, [NotNullWhen(false)] out string? why) =>
        TryRead(payload, WireJson.Default.EventShape, Event, out seen, out why);

    /// <summary>Reads a slot's state.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out SlotState? state, [NotNullWhen(false)] out string? why) =>
        TryRead(payload, WireJson.Default.SlotStateShape, State, out state, out why);

    /// <summary>Reads a sealed block; shapes only, hash and signature are the verifier's business.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out SealedBlock? block, [NotNullWhen(false)] out string? why) =>
        TryRead(payload, WireJson.Default.BlockShape, Block, out block, out why);

    /// <summary>Reads the store's answer to blocks.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out BlockState? state, [NotNullWhen(false)] out string? why) =>
        TryRead(payload, WireJson.Default.BlockState, Same, out state, out why);

    /// <summary>Reads an order's state.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out OrderNotice? notice, [NotNullWhen(false)] out string? why) =>
        TryRead(payload, WireJson.Default.OrderShape, Notice, out notice, out why);

    private static bool TryRead<TShape, TNoun>(
        ReadOnlySpan<byte> payload, JsonTypeInfo<TShape> shape, Func<TShape, TNoun> build, [NotNullWhen(true)] out TNoun? noun, [NotNullWhen(false)] out string? why)
        where TNoun : class
    {
        (noun, why) = (null, null);
        if (payload.Length > MaxBytes)
        {
            why = $"{payload.Length} bytes are more than {MaxBytes}";
            return false;
        }
        try
        {
            noun = build(JsonSerializer.Deserialize(payload, shape) ?? throw new FormatException("null is no message"));
            return true;
        }
        catch (Exception error) when (error is JsonException or FormatException or OverflowException or ArgumentException or InvalidOperationException)
        {
            why = Foreign.Clean(error.Message);
            return false;
        }
    }

    private static ThingEvent Event(EventShape shape)
    {
        Refuse(shape.Seq is 0 or > long.MaxValue, "seq is out of range");
        Refuse(!Enum.IsDefined((ThingEventKind)shape.Kind) && shape.Kind < 100, "kind is unknown");
        return new ThingEvent(shape.Seq, DateTimeOffset.FromUnixTimeMilliseconds(shape.SeenAt), new HouseholdDay(shape.Day), new SlotId(shape.Slot),
            Product(shape.Gtin), (ThingEventKind)shape.Kind, new Mass(shape.DeltaMg), new Mass(shape.LevelMg), shape.Cycle,
            shape.OrderId is null ? default : new OrderId(Hash(shape.OrderId)), default);
    }

    private static SlotState State(SlotStateShape shape) => new(
        shape.Grams is { } grams ? Mass.FromGrams(grams) : null, Mass.FromGrams(shape.SigmaG), shape.Stable, shape.Units, shape.DaysLeft, shape.DaysLeftLow,
        Product(shape.Gtin), shape.At, Parse<SlotHealth>(shape.Health));

    private static SealedBlock Block(BlockShape shape)
    {
        HeaderShape header = shape.Block;
        Refuse(header.Height == 0, "height counts from 1");
        Refuse(header.FromSeq == 0 || header.ToSeq > long.MaxValue, "sequence numbers count from 1");
        Refuse(header.ToSeq < header.FromSeq - 1 || header.ToSeq + 1 - header.FromSeq != (ulong)shape.Leaves.Count, "the number of leaves is not that of the header");
        ThingBlock block = new(
            new DeviceId(Hash(header.Device)), header.Height, Hash(header.Parent), header.FromSeq, header.ToSeq, new HouseholdDay(header.Day),
            Hash(header.EventsRoot), header.Uses, header.Confirmations, header.Deviations);
        return new SealedBlock(block, Hash(shape.Hash), new P256PublicKey(Hash(shape.Key.X), Hash(shape.Key.Y)),
            new P256Signature(Hash(shape.Signature.R), Hash(shape.Signature.S)), [.. shape.Leaves.Select(Hash)], shape.Urgent);
    }

    private static OrderNotice Notice(OrderShape shape) =>
        new(new OrderId(Hash(shape.Order)), Parse<OrderState>(shape.State), shape.At, shape.Reason);

    private static HeaderShape Header(ThingBlock block) => new(
        block.Device.ToString(), block.Height, block.Parent.ToString(), block.FromSeq, block.ToSeq, block.Day.Number, block.EventsRoot.ToString(),
        block.Uses, block.Confirmations, block.Deviations);

    private static Gtin Product(string? text) => text is null ? default : Gtin.Parse(text);

    private static Hash32 Hash(string? text) => // a list's element may be null whatever its type says
        text?.StartsWith("0x", StringComparison.Ordinal) == true ? Hash32.Parse(text) : throw new FormatException($"'{Foreign.Short(text)}' is not a hash: 0x and 64 hexadecimal digits are expected.");

    private static T Parse<T>(string text)
        where T : struct, Enum
    {
        foreach (T value in Enum.GetValues<T>())
        {
            if (Lower(value) == text)
                return value;
        }
        throw new FormatException($"'{Foreign.Short(text)}' is no {typeof(T).Name}");
    }

    private static string? Text(Gtin gtin) => gtin.IsNone ? null : gtin.ToString();

#pragma warning disable CA1308 // lower case is the wire's spelling
    internal static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
#pragma warning restore CA1308

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private static T Same<T>(T value) => value;

    private static void Refuse(bool when, string why)
    {
        if (when)
            throw new FormatException(why);
    }
}
