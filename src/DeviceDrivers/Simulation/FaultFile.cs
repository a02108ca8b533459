using System.Globalization;
using System.Text.Json;
using PantryChain.Domain.Identity;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>Reads the entries of a fault script; every message names file, entry and fix.</summary>
internal sealed class FaultFile(string name)
{
    private const int MostEntries = 1_000, LongestSentence = 1_000; // the longest own sentence lists all faults
    private const double MostBusSeconds = 3_600, MostDays = 36_500;
    private static readonly string[] Common = ["from", "for", "busSeconds", "every", "times", "slot", "fault", "comment"];
    private static readonly JsonDocumentOptions Json = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private int _entry;

    /// <summary>Entries of a JSON array.</summary>
    public IReadOnlyList<ScriptedFault> Array(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, Json);
            return [.. document.RootElement.EnumerateArray().Select(Next)];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException) // half a surrogate pair has no text
        {
            throw new FormatException($"{name} is no JSON ({FirstLine(error)}). Correct it there.", error);
        }
    }

    /// <summary>Entries of one JSON object a line.</summary>
    public IReadOnlyList<ScriptedFault> Lines(string text)
    {
        List<ScriptedFault> entries = [];
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line.TrimStart().StartsWith("//", StringComparison.Ordinal))
                continue;
            try
            {
                using JsonDocument document = JsonDocument.Parse(line, Json);
                entries.Add(Next(document.RootElement));
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException)
            {
                throw new FormatException($"{name}, line {number} is no JSON ({FirstLine(error)}). Write one array of entries, or one entry a line.", error);
            }
        }
        return entries;
    }

    private ScriptedFault Next(JsonElement entry)
    {
        _entry++;
        Require(_entry <= MostEntries, $"at most {MostEntries} entries are read; use 'every' for what comes again");
        Require(entry.ValueKind == JsonValueKind.Object, "an object such as { \"from\": \"2d\", \"for\": \"2h\", \"slot\": 1, \"fault\": \"handLeaning\" } is expected");
        string word = Text(entry, "fault") ?? throw Wrong("'fault' is missing; " + Kinds());
        FaultGrammar grammar = FaultGrammar.All.FirstOrDefault(known => known.Word == word) ?? throw Wrong($"'{word}' is no fault; {Kinds()}");
        foreach (JsonProperty member in entry.EnumerateObject())
            Require(Common.Contains(member.Name) || grammar.Members.Any(own => own.Name == member.Name), $"'{member.Name}' means nothing to '{word}'; it knows {string.Join(", ", Common.Concat(grammar.Members.Select(own => own.Name)))}");
        (FaultTarget target, SlotId slot) = Target(entry, grammar);
        TimeSpan? lasts = Time(entry, "for");
        double busSeconds = Number(entry, "busSeconds", 0, 0.001, MostBusSeconds);
        Require(lasts is null || busSeconds == 0, "give 'for' (household time) or 'busSeconds' (real time), not both");
        Require(!grammar.MustBeMoment || (lasts is null && busSeconds == 0), $"'{word}' is over in a moment; remove its length, or let it come again with 'every'");
        Require(grammar.MayBeMoment || lasts is not null || busSeconds > 0, $"'{word}' needs a length: 'for' (household time, such as \"2h\") or 'busSeconds' (real time)");
        TimeSpan? every = Time(entry, "every");
        Require(every is null || lasts is null || every > lasts, "'every' must be longer than 'for'");
        Require(every is not null || !entry.TryGetProperty("times", out _), "'times' needs 'every'");
        return new ScriptedFault(grammar.Kind, target, slot, Time(entry, "from", zero: true) ?? throw Wrong("'from' is missing; give household time since the start, such as \"6.5d\""))
        {
            For = lasts, BusSeconds = busSeconds, Every = every, Times = (int)Number(entry, "times", int.MaxValue, 1, int.MaxValue),
            Grams = Own("grams"), Hertz = Own("hertz"), Share = Own("share"), Percent = Own("percent"), Pulse = Math.Max(1, (int)Own("pulse")), Bits = (int)Own("bits"), Celsius = Own("celsius"), PerSecond = Own("perSecond"),
        };

        double Own(string member) => grammar.Members.FirstOrDefault(own => own.Name == member) is { Name: not null } known ? Number(entry, member, known.Default, known.Least, known.Most) : 0;
    }

    private (FaultTarget, SlotId) Target(JsonElement entry, FaultGrammar grammar)
    {
        string expected = string.Join(" or ", grammar.Targets.Select(known => known switch { FaultTarget.Cell => "a slot's number", FaultTarget.Reader => "\"reader\"", FaultTarget.Climate => "\"climate\"", _ => "\"bus\"" }));
        Require(entry.TryGetProperty("slot", out JsonElement slot), $"'slot' is missing; '{grammar.Word}' happens to {expected}");
        (FaultTarget target, ushort number) = slot switch
        {
            { ValueKind: JsonValueKind.Number } when slot.TryGetUInt16(out ushort parsed) && parsed > 0 => (FaultTarget.Cell, parsed),
            { ValueKind: JsonValueKind.String } when slot.ValueEquals("reader") => (FaultTarget.Reader, (ushort)0),
            { ValueKind: JsonValueKind.String } when slot.ValueEquals("bus") => (FaultTarget.Bus, (ushort)0),
            { ValueKind: JsonValueKind.String } when slot.ValueEquals("climate") => (FaultTarget.Climate, (ushort)0),
            _ => throw Wrong($"'slot' is {slot.GetRawText()}; '{grammar.Word}' happens to {expected}"),
        };
        Require(grammar.Targets.Contains(target), $"'{grammar.Word}' happens to {expected}, not to {slot.GetRawText()}");
        return (target, number == 0 ? default : new SlotId(number));
    }

    private TimeSpan? Time(JsonElement entry, string member, bool zero = false)
    {
        if (Text(entry, member) is not { } text)
            return null;
        double unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3_600, 'd' => 86_400, _ => 0 };
        bool read = double.TryParse(text.AsSpan(0, Math.Max(0, text.Length - 1)), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && unit > 0;
        Require(read && value * unit <= MostDays * 86_400 && (value * unit >= 1 || (zero && value == 0)), $"'{member}' is '{text}'; a time such as \"90s\", \"20m\", \"2h\" or \"6.5d\" is expected, at least a second");
        return TimeSpan.FromSeconds(value * unit);
    }

    private string? Text(JsonElement entry, string member)
    {
        if (!entry.TryGetProperty(member, out JsonElement value))
            return null;
        Require(value.ValueKind == JsonValueKind.String, $"'{member}' is {value.GetRawText()}; put it in quotation marks{(member == "fault" ? "" : ", with a unit: s, m, h or d")}");
        return value.GetString();
    }

    private double Number(JsonElement entry, string member, double otherwise, double least, double most)
    {
        if (!entry.TryGetProperty(member, out JsonElement value))
            return otherwise;
        bool read = value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out _);
        double number = read ? value.GetDouble() : 0;
        Require(read && number >= least && number <= most, string.Create(CultureInfo.InvariantCulture, $"'{member}' is {value.GetRawText()}; a number from {least} to {most} is expected"));
        return number;
    }

    private static string Kinds() => "use one of " + string.Join(", ", FaultGrammar.All.Select(grammar => grammar.Word));

    private static string FirstLine(Exception error) => Foreign.Clean(error.Message).Split('\n', 2)[0].TrimEnd('.', '\r');

    private void Require(bool holds, string what)
    {
        if (!holds)
            throw Wrong(what);
    }

    private FormatException Wrong(string what) => new($"{name}, entry {_entry}: {(what.Length <= LongestSentence ? what : Foreign.Clean(what))}.");
}
