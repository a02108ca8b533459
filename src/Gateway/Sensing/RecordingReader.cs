using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;

namespace PantryChain.Gateway.Sensing;

/// <summary>Reads a recording line by line; time begins at the Unix epoch, as no recording holds a date.</summary>
/// <remarks>Not thread safe. A last line without its end is what a crash leaves: it is left out and told by <see cref="IsTruncated"/>.</remarks>
internal sealed class RecordingReader(TextReader text, string name)
{
    private const int LongestLine = 16_384; // a scale's settings take a few hundred characters
    private const string Next = "Ask for the recording once more, or correct the line.";

    private readonly HashSet<SlotId> _begun = [];
    private readonly char[] _buffer = new char[LongestLine];
    private int _filled, _taken, _line;
    private DateTimeOffset _at = DateTimeOffset.UnixEpoch;
    private long _bus;

    /// <summary>True once the last line turned out to be cut off.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>True once the recording's own end was read.</summary>
    public bool HasEnd { get; private set; }

    /// <summary>Version of the program that recorded.</summary>
    public string Program { get; private set; } = "";

    /// <summary>The entries.</summary>
    /// <exception cref="FormatException">The file is none, or a line is broken; the text names file, line and the next step.</exception>
    public IEnumerable<RecordedEntry> Read()
    {
        ReadHeader();
        while (NextLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (HasEnd)
                throw Broken(line, "something follows the end");
            if (Parse(line) is { } entry)
                yield return entry;
        }
    }

    private void ReadHeader()
    {
        string[] words = (NextLine() ?? "").Split(' ');
        if (words is not [RecordingText.Magic, { } version, { } program] || !int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            throw new FormatException($"{name} is not a recording: its first line does not begin with '{RecordingText.Magic}'. './pantry gateway record FILE' makes one.");
        if (number != RecordingText.Version)
            throw new FormatException($"{name} is a recording of format {number}; this version reads {RecordingText.Version}. Install the version that recorded it ({program}).");
        Program = program;
    }

    private RecordedEntry? Parse(string line)
    {
        string[] words = line.Split(' ');
        switch (words)
        {
            case [{ Length: > 0 } bus, { } at, { } slot, { } counts] when char.IsAsciiDigit(bus[0]) || bus[0] == '-':
                return Sample(line, bus, at, slot, counts);
            case ["slot", { } slot, ..]:
                return Start(line, Slot(line, slot), line[("slot ".Length + slot.Length)..]);
            case ["step", { } slot, { } at, "used" or "restocked", { } delta, { } level, { } sigma]:
                StockStep step = new(
                    Begun(line, slot), DateTimeOffset.UnixEpoch.AddTicks(Number(line, at, -Century, Century)), words[3] == "used" ? StepKind.Used : StepKind.Restocked,
                    Milligrams(line, delta), Milligrams(line, level), Milligrams(line, sigma));
                return new RecordedEntry(RecordedKind.Step, Step: step, Slot: step.Slot);
            case ["tag", { } slot, "+" or "-", { } tag, "item" or "blank"]:
                return Tag(line, Slot(line, slot), words[2] == "+", tag, words[4] == "item");
            case ["lost", { } lost]:
                return new RecordedEntry(RecordedKind.Lost, Lost: Number(line, lost, 1, long.MaxValue));
            case ["end", { } samples]:
                Number(line, samples, 0, long.MaxValue);
                HasEnd = true;
                return null;
            default:
                throw Broken(line, "no entry of a recording looks like that");
        }
    }

    private static long Century => TimeSpan.TicksPerDay * 36_525;

    private RecordedEntry Sample(string line, string bus, string at, string slot, string counts)
    {
        long busSince = _bus / 100 + Number(line, bus, -Century, Century) / 100, since = (_at - DateTimeOffset.UnixEpoch).Ticks + Number(line, at, -Century, Century);
        if (Math.Abs(busSince) > Century || Math.Abs(since) > Century)
            throw Broken(line, "its time lies more than a century from the first");
        _bus += Number(line, bus, -Century, Century);
        _at = DateTimeOffset.UnixEpoch.AddTicks(since);
        SensorSample sample = new(Begun(line, slot), (int)Number(line, counts, -0x800000, 0x7FFFFF), _bus);
        return new RecordedEntry(RecordedKind.Sample, Sample: sample, At: _at, Slot: sample.Slot);
    }

    private RecordedEntry Start(string line, SlotId slot, string json)
    {
        try
        {
            RecordedStart start = ReadStart(json);
            if (start.Calibration is { } cell && !(double.IsFinite(cell.CountsPerGram) && cell.CountsPerGram != 0 && cell.NoiseCounts > 0))
                throw new JsonException("the slope is missing");
            _begun.Add(slot);
            return new RecordedEntry(RecordedKind.Start, Slot: slot, Start: new ScaleStart(start.Calibration, start.Settings!, start.LevelMg is { } level ? new Mass(level) : null));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            throw Broken(line, $"its scale cannot be read: {Foreign.Clean(error.Message).TrimEnd('.')}; it may come from a newer version than this one");
        }
    }

    /// <summary>Settings that an earlier version did not have yet keep their defaults; the generated reader would make them 0.</summary>
    private static RecordedStart ReadStart(string json)
    {
        JsonNode? scale = JsonNode.Parse(json);
        if (scale?["settings"] is not JsonObject settings)
            throw new JsonException("the settings are missing");
        JsonObject all = JsonSerializer.SerializeToNode(new RecordedStart(null, new ScaleSettings(), null), RecordingJson.Default.RecordedStart)!["settings"]!.AsObject();
        foreach ((string name, JsonNode? value) in settings)
            all[name] = value?.DeepClone();
        scale["settings"] = all.DeepClone();
        return scale.Deserialize(RecordingJson.Default.RecordedStart)!;
    }

    private RecordedEntry Tag(string line, SlotId slot, bool present, string tag, bool hasItem)
    {
        Span<byte> uid = stackalloc byte[7];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(uid[3..], (int)Number(line, tag, 1, int.MaxValue));
        TagChange change = new(slot, new TagUid(uid), hasItem ? default(Sgtin) : null, present, _bus);
        return new RecordedEntry(RecordedKind.Tag, Tag: change, At: _at, Slot: slot);
    }

    private SlotId Begun(string line, string text) =>
        Slot(line, text) is var slot && _begun.Contains(slot) ? slot : throw Broken(line, $"there is no 'slot {text}' line before it");

    private SlotId Slot(string line, string text) => new((ushort)Number(line, text, 1, ushort.MaxValue));

    private Mass Milligrams(string line, string text) => new(Number(line, text, -1_000_000_000_000, 1_000_000_000_000));

    private long Number(string line, string text, long least, long most) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most
            ? number : throw Broken(line, $"'{text}' is not a number that can stand there");

    private FormatException Broken(string line, string why) =>
        new($"{name}, line {_line}: '{Foreign.Short(line)}' cannot be read ({why}). {Next}");

    /// <summary>The next whole line, or null at the end.</summary>
    private string? NextLine()
    {
        while (true)
        {
            int end = _buffer.AsSpan(_taken, _filled - _taken).IndexOf('\n');
            if (end >= 0)
            {
                string line = new string(_buffer, _taken, end).TrimEnd('\r');
                (_taken, _line) = (_taken + end + 1, _line + 1);
                return line;
            }
            _buffer.AsSpan(_taken, _filled - _taken).CopyTo(_buffer);
            (_filled, _taken) = (_filled - _taken, 0);
            if (_filled == _buffer.Length)
                throw new FormatException($"{name}, line {_line + 1} is longer than {LongestLine} characters. {Next}");
            int read = text.Read(_buffer, _filled, _buffer.Length - _filled);
            if (read == 0)
            {
                IsTruncated = _filled > 0;
                return null;
            }
            _filled += read;
        }
    }
}
