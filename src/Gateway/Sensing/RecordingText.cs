using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;

namespace PantryChain.Gateway.Sensing;

/// <summary>Writes the entries of a recording as text (docs/sensing.md, "Recordings"): no names, no dates, no numbers of tags.</summary>
/// <remarks>Not thread safe; one for each recording.</remarks>
internal sealed class RecordingText(StringBuilder text)
{
    /// <summary>First word of the first line.</summary>
    public const string Magic = "pantrychain-recording";

    /// <summary>Version of the format.</summary>
    public const int Version = 1;

    private readonly Dictionary<TagUid, int> _tags = [];
    private DateTimeOffset? _started;
    private DateTimeOffset _at;
    private long _bus;

    /// <summary>Conversions written so far.</summary>
    public long Samples { get; private set; }

    /// <summary>The first lines.</summary>
    public void WriteHeader()
    {
        string program = typeof(RecordingText).Assembly.GetName().Version?.ToString(3) ?? "0";
        text.Append(CultureInfo.InvariantCulture, $"{Magic} {Version} {program}\n");
        text.Append("# Raw counts of load cells, with what the scales need to weigh them again: './pantry gateway replay FILE'.\n");
        text.Append("# No names, no dates, no numbers of tags; but it shows when something was taken from the shelf and put back.\n");
    }

    /// <summary>One entry, one line.</summary>
    public void Write(in RecordedEntry entry)
    {
        switch (entry.Kind)
        {
            case RecordedKind.Sample:
                WriteSample(entry);
                break;
            case RecordedKind.Start:
                RecordedStart start = new(entry.Start!.Calibration, entry.Start.Settings, entry.Start.Level?.Milligrams);
                text.Append(CultureInfo.InvariantCulture, $"slot {entry.Slot} {JsonSerializer.Serialize(start, RecordingJson.Default.RecordedStart)}\n");
                break;
            case RecordedKind.Step:
                StockStep step = entry.Step;
                long since = (step.At - (_started ?? step.At)).Ticks;
                text.Append(CultureInfo.InvariantCulture,
                    $"step {step.Slot} {since} {(step.Kind == StepKind.Used ? "used" : "restocked")} {step.Delta.Milligrams} {step.Level.Milligrams} {step.Sigma.Milligrams}\n");
                break;
            case RecordedKind.Tag:
                text.Append(CultureInfo.InvariantCulture, $"tag {entry.Tag.Slot} {(entry.Tag.Present ? '+' : '-')} {NumberOf(entry.Tag.Uid)} {(entry.Tag.Item is null ? "blank" : "item")}\n");
                break;
            case RecordedKind.Lost:
                text.Append(CultureInfo.InvariantCulture, $"lost {entry.Lost}\n");
                break;
        }
    }

    private void WriteSample(in RecordedEntry entry)
    {
        if (_started is null)
            (_started, _at, _bus) = (entry.At, entry.At, entry.Sample.BusNanoseconds);
        text.Append(CultureInfo.InvariantCulture, $"{entry.Sample.BusNanoseconds - _bus} {(entry.At - _at).Ticks} {entry.Slot} {entry.Sample.Counts}\n");
        (_at, _bus) = (entry.At, entry.Sample.BusNanoseconds);
        Samples++;
    }

    private int NumberOf(TagUid uid)
    {
        if (!_tags.TryGetValue(uid, out int number))
            _tags[uid] = number = _tags.Count + 1;
        return number;
    }
}

/// <summary>A slot's scale in a recording.</summary>
internal sealed record RecordedStart(Calibration? Calibration, ScaleSettings? Settings, long? LevelMg);

/// <summary>The format of a recording's scales; a member that this version does not know is refused, since it would weigh differently.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, Converters = [typeof(MassJson)])]
[JsonSerializable(typeof(RecordedStart))]
internal sealed partial class RecordingJson : JsonSerializerContext;

/// <summary>A mass as its whole milligrams.</summary>
internal sealed class MassJson : JsonConverter<Mass>
{
    /// <inheritdoc />
    public override Mass Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt64());

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, Mass value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Milligrams);
}
