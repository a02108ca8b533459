using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway.Commands;

/// <summary><c>replay FILE</c>: weighs a recording again with the product's own filter and step detector; needs no running gateway.</summary>
internal static class ReplayCommand
{
    private static readonly Argument<string> File = new("FILE") { Description = "A recording of './pantry gateway record'." };
    private static readonly Option<bool> Json = new("--json") { Description = "Prints one object in the shape of 'bench weigh --series --json'." };

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Command command = new("replay", "Weighs a recording again and tells the steps.") { File, Json };
        command.SetAction(parsed => Run(parsed.GetValue(File)!, parsed.GetValue(Json), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(string path, bool json, TextWriter output, TextWriter errors)
    {
        ReplayResult result;
        RecordingReader reader;
        try
        {
            using StreamReader text = new(path);
            reader = new RecordingReader(text, path);
            result = Replay.Run(reader.Read());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{path} cannot be read: {error.Message}", error);
        }
        catch (FormatException error)
        {
            throw new UserError(error.Message, error);
        }
        if (reader.IsTruncated)
            errors.WriteLine($"{path}: the last line is cut off and was left out; the recording ended by a crash.");
        if (result.Lost > 0)
            errors.WriteLine($"{path}: {result.Lost} entries are missing, because the machine was too busy to record them; steps may differ from the live ones.");
        output.WriteLine(json ? JsonSerializer.Serialize(ReplayReport.Of(result, reader), ReplayJson.Default.ReplayReport) : ReplayText.Of(result, reader));
        return 0;
    }
}

/// <summary>A replay in words.</summary>
internal static class ReplayText
{
    /// <summary>Everything that happened, in order, and the sums.</summary>
    public static string Of(ReplayResult result, RecordingReader reader)
    {
        IEnumerable<(DateTimeOffset At, string Line)> readings = result.Readings.Select(reading =>
            (reading.At, reading.Stable ? Invariant($"slot {reading.Slot}  settled   {reading.Level.Grams,10:0.0} g +- {reading.Sigma.Grams:0.00} g") : Invariant($"slot {reading.Slot}  moving")));
        IEnumerable<(DateTimeOffset At, string Line)> steps = result.Bookings.Select(step => (step, "booked")).Concat(result.Doubtful.Select(step => (step, "asked about: all cells at once"))).Select(told =>
            (told.step.At, Invariant($"slot {told.step.Slot}  {ReplayReport.Kind(told.step),-9} {told.step.Delta.Grams,10:0.0} g, level {told.step.Level.Grams:0.0} g  <- {told.Item2}")));
        IEnumerable<(DateTimeOffset At, string Line)> tags = result.Tags.Select(tag =>
            (tag.At, Invariant($"slot {tag.Change.Slot}  tag {tag.Change.Uid.Hex.TrimStart('0')} {(tag.Change.Present ? "came" : "left")}")));
        List<string> lines = [.. readings.Concat(steps).Concat(tags).OrderBy(line => line.At).Select(line => Invariant($"{(line.At - DateTimeOffset.UnixEpoch).TotalSeconds,10:0.0} s  ") + line.Line)];
        foreach (ReplayedSlot slot in result.Slots)
            lines.Add(Invariant($"slot {slot.Slot}: {slot.Samples} samples, {Bookings(result.Bookings.Count(step => step.Slot == slot.Slot))}, noise {slot.SigmaGrams:0.00} g, drift followed {slot.DriftGrams:0.0} g"));
        lines.Add(Invariant($"{result.Seconds:0.0} s, recorded by version {reader.Program}: ") + Compared(result));
        return string.Join('\n', lines);
    }

    private static string Compared(ReplayResult result) => result.Match switch
    {
        ReplayMatch.NoSteps => "no steps now, none then",
        ReplayMatch.Exact => Invariant($"the same {result.Steps.Count} steps as then"),
        ReplayMatch.WithinNoise => Invariant($"the same {result.Steps.Count} steps as then, sizes within noise (the recording began while the scale was at work)"),
        _ => Invariant($"{result.Steps.Count} steps now, {result.Told.Count} then: this version, or what happened before the recording, makes a difference"),
    };

    private static string Bookings(int count) => count == 1 ? "1 booking" : Invariant($"{count} bookings");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A replay for scripts: the shape of <c>bench weigh --series --json</c>, with the slot at every event and the slots one by one.</summary>
internal sealed record ReplayReport(
    long Samples, IReadOnlyList<ReplayReport.Event> Events, [property: JsonPropertyName("sigma_g")] double SigmaG, [property: JsonPropertyName("drift_g")] double DriftG, double Seconds,
    IReadOnlyList<ReplayReport.SlotPart> Slots, IReadOnlyList<ReplayReport.ReadingPart> Readings, ReplayReport.ThenPart Then, IReadOnlyList<ReplayReport.Event> Asked, long Lost, bool Truncated)
{
    public static ReplayReport Of(ReplayResult result, RecordingReader reader) => new(
        result.Slots.Sum(slot => slot.Samples), [.. result.Bookings.Select(EventOf)], Rounded(result.Slots.Select(slot => slot.SigmaGrams), 4),
        Rounded(result.Slots.Select(slot => slot.DriftGrams), 3), result.Seconds,
        [.. result.Slots.Select(slot => new SlotPart(slot.Slot.Value, slot.Samples, Math.Round(slot.SigmaGrams, 4), Math.Round(slot.DriftGrams, 3), slot.Level?.Grams))],
        [.. result.Readings.Select(reading => new ReadingPart(SecondsOf(reading.At), reading.Slot.Value, reading.Level.Grams, reading.Sigma.Grams, reading.Stable))],
        new ThenPart([.. result.Told.Select(EventOf)], result.Match), [.. result.Doubtful.Select(EventOf)], result.Lost, reader.IsTruncated);

    /// <summary>The word for a step.</summary>
    public static string Kind(StockStep step) => step.Kind == StepKind.Used ? "used" : "restocked";

    private static Event EventOf(StockStep step) => new(SecondsOf(step.At), Kind(step), step.Delta.Grams, step.Slot.Value);

    private static double SecondsOf(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).TotalSeconds;

    private static double Rounded(IEnumerable<double> values, int digits) => Math.Round(values.DefaultIfEmpty(0).Max(), digits);

    /// <summary>A booking.</summary>
    internal sealed record Event(double At, string Kind, double Grams, ushort Slot);

    /// <summary>One slot's sums.</summary>
    internal sealed record SlotPart(ushort Slot, long Samples, [property: JsonPropertyName("sigma_g")] double SigmaG, [property: JsonPropertyName("drift_g")] double DriftG, double? Grams);

    /// <summary>A slot that settled or was left.</summary>
    internal sealed record ReadingPart(double At, ushort Slot, double Grams, [property: JsonPropertyName("sigma_g")] double SigmaG, bool Stable);

    /// <summary>What the gateway told when it was recorded.</summary>
    internal sealed record ThenPart(IReadOnlyList<Event> Events, [property: JsonConverter(typeof(JsonStringEnumConverter<ReplayMatch>))] ReplayMatch Match);
}

/// <summary>The report's format.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ReplayReport))]
internal sealed partial class ReplayJson : JsonSerializerContext;
