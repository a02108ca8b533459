using System.Text.Json;
using System.Text.Json.Serialization;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Sensing;

/// <summary>Why a calibration was kept.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CalibrationAct>))]
internal enum CalibrationAct : byte
{
    /// <summary>Two weighings gave a new line.</summary>
    [JsonStringEnumMemberName("calibrated")]
    Calibrated,

    /// <summary>What stood on the slot became its container; the line stayed.</summary>
    [JsonStringEnumMemberName("tared")]
    Tared,
}

/// <summary>A calibration as it was kept.</summary>
/// <param name="Line">The line and the container.</param>
/// <param name="Act">Why it was kept.</param>
/// <param name="At">Household time, or null in files of earlier versions.</param>
/// <param name="Mass">The known mass, or the container's; null in files of earlier versions.</param>
/// <param name="FromHome">True when the home broker asked for it, which knows no login.</param>
internal sealed record KeptCalibration(Calibration Line, CalibrationAct Act, DateTimeOffset? At, Mass? Mass, bool FromHome = false);

/// <summary>The slots' calibrations in <c>calibration.json</c>, with those before them: written by weighings, never re-zeroed at a start.</summary>
/// <remarks>Thread safe. What was kept is on the disk before anybody weighs by it.</remarks>
internal sealed class CalibrationBook
{
    /// <summary>Calibrations of a login or a command that are kept of each slot.</summary>
    public const int MostKept = 16;

    /// <summary>Those of the home broker beside them, so that it never pushes one of the member's out.</summary>
    public const int MostFromHome = 4;

    private readonly string _path;
    private readonly Lock _lock = new();
    private Dictionary<SlotId, IReadOnlyList<KeptCalibration>> _known;

    /// <summary>Reads the file; an absent one is an empty book.</summary>
    /// <exception cref="UserError">The file is damaged.</exception>
    public CalibrationBook(DataFolder folder)
    {
        _path = folder.Calibration;
        _known = Read(_path);
    }

    /// <summary>The calibration of a slot, or null. A simulated shelf comes calibrated; the container's configured mass counts until the slot is tared.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="simulated">Its plan on a simulated shelf, or null.</param>
    public Calibration? Of(ShelfSlot slot, SlotPlan? simulated) =>
        HistoryOf(slot.Slot) is [.., { } newest] ? newest.Line : AsMade(slot, simulated);

    /// <summary>The newest line that a login or a command gave, from which the home broker may stray a little; what the slot came with before the first.</summary>
    public Calibration? MembersOf(ShelfSlot slot, SlotPlan? simulated) =>
        HistoryOf(slot.Slot).LastOrDefault(kept => kept is { FromHome: false, Act: CalibrationAct.Calibrated })?.Line ?? AsMade(slot, simulated);

    /// <summary>The calibration of a slot before anything was kept; null for a real one.</summary>
    public static Calibration? AsMade(ShelfSlot slot, SlotPlan? simulated) => simulated is null ? null : SimulatedShelf.CalibrationOf(simulated) with { Container = slot.Tare };

    /// <summary>What an undo would return to, or null when it would return to what the slot came with, or to nothing.</summary>
    public KeptCalibration? Before(SlotId slot, CalibrationAct act)
    {
        List<KeptCalibration> kept = [.. HistoryOf(slot)];
        int newest = kept.FindLastIndex(one => one.Act == act);
        return newest > 0 ? kept[newest - 1] : null;
    }

    /// <summary>What was kept of a slot, oldest first; the last one counts.</summary>
    public IReadOnlyList<KeptCalibration> HistoryOf(SlotId slot)
    {
        lock (_lock)
            return _known.GetValueOrDefault(slot, []);
    }

    /// <summary>Keeps a slot's calibration, durably; of each door the oldest beyond <see cref="MostKept"/> and <see cref="MostFromHome"/> is forgotten.</summary>
    /// <exception cref="IOException">The disk refused; nothing was changed.</exception>
    public void Keep(SlotId slot, KeptCalibration kept)
    {
        lock (_lock)
        {
            List<KeptCalibration> all = [.. _known.GetValueOrDefault(slot, []), kept];
            int counts = all.FindLastIndex(one => one.Act == CalibrationAct.Calibrated); // the line under all later tares
            if (all.Count(one => one.FromHome) > MostFromHome)
                all.RemoveAt(all.FindIndex(one => one.FromHome && !ReferenceEquals(one, all[Math.Max(counts, 0)])));
            if (all.Count(one => !one.FromHome) > MostKept)
                all.RemoveAt(all.FindIndex(one => !one.FromHome));
            Write(slot, all);
        }
    }

    /// <summary>Takes a slot's newest calibration back, with every tare on it; or its newest tare, when nothing came after it. Null, or what is wrong and what to do.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="act">What is taken back.</param>
    /// <param name="isSimulated">True for a slot that is calibrated without the book.</param>
    /// <exception cref="IOException">The disk refused; nothing was changed.</exception>
    public string? Undo(SlotId slot, CalibrationAct act, bool isSimulated)
    {
        lock (_lock)
        {
            List<KeptCalibration> kept = [.. _known.GetValueOrDefault(slot, [])];
            int newest = kept.FindLastIndex(one => one.Act == act);
            if (newest < 0)
                return act == CalibrationAct.Tared ? $"Slot {slot} was not tared, so there is nothing to take back." : $"Slot {slot} was not calibrated here, so there is nothing to take back.";
            if (act == CalibrationAct.Tared && newest < kept.Count - 1)
                return $"Slot {slot} was calibrated after it was tared. './pantry gateway calibrate {slot} --undo' takes that back.";
            if (newest == 0 && !isSimulated)
                return $"Slot {slot} has no earlier calibration to return to. Calibrate it anew: './pantry gateway calibrate {slot}'.";
            Write(slot, kept[..newest]);
            return null;
        }
    }

    private void Write(SlotId slot, IReadOnlyList<KeptCalibration> kept)
    {
        Dictionary<SlotId, IReadOnlyList<KeptCalibration>> changed = new(_known) { [slot] = kept };
        Entry[] entries = [.. changed.Where(pair => pair.Value.Count > 0).OrderBy(pair => pair.Key.Value).Select(pair => Entry.Of(pair.Key, pair.Value))];
        DataFolder.WriteSecret(_path, JsonSerializer.Serialize(entries, CalibrationJson.Default.EntryArray));
        _known = changed;
    }

    private static Dictionary<SlotId, IReadOnlyList<KeptCalibration>> Read(string path)
    {
        if (!File.Exists(path))
            return [];
        try
        {
            Entry[] entries = JsonSerializer.Deserialize(File.ReadAllText(path), CalibrationJson.Default.EntryArray) ?? throw new JsonException("it is empty");
            return entries.Any(entry => entry is null || entry.Before?.Any(one => one is null) == true) ? throw new JsonException("an entry is missing") // null, whatever the type says
                : entries.ToDictionary(entry => new SlotId(entry.Slot), entry => entry.ToHistory());
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new UserError($"{path} is damaged ({Foreign.Clean(error.Message)}). Remove it and run './pantry gateway calibrate SLOT' for each slot.", error);
        }
    }

    /// <summary>One slot: the calibration that counts, and those before it, oldest first.</summary>
    internal sealed record Entry(
        ushort Slot, double CountsPerGram, double OffsetCounts, double NoiseCounts, long ContainerMg, CalibrationAct Act = CalibrationAct.Calibrated, DateTimeOffset? At = null,
        long? MassMg = null, long FitErrorMg = 0, Earlier[]? Before = null, bool? FromHome = null)
    {
        public static Entry Of(SlotId slot, IReadOnlyList<KeptCalibration> kept)
        {
            Earlier now = Earlier.Of(kept[^1]);
            Earlier[] before = [.. kept.SkipLast(1).Select(Earlier.Of)];
            return new Entry(slot.Value, now.CountsPerGram, now.OffsetCounts, now.NoiseCounts, now.ContainerMg, now.Act, now.At, now.MassMg, now.FitErrorMg, before.Length > 0 ? before : null, now.FromHome);
        }

        public IReadOnlyList<KeptCalibration> ToHistory() =>
            [.. (Before ?? []).Append(new Earlier(CountsPerGram, OffsetCounts, NoiseCounts, ContainerMg, Act, At, MassMg, FitErrorMg, FromHome)).Select(one => one.ToKept(Slot))];
    }

    /// <summary>One calibration of a slot.</summary>
    internal sealed record Earlier(
        double CountsPerGram, double OffsetCounts, double NoiseCounts, long ContainerMg, CalibrationAct Act = CalibrationAct.Calibrated, DateTimeOffset? At = null, long? MassMg = null, long FitErrorMg = 0,
        bool? FromHome = null)
    {
        // A 24-bit converter under anything between a letter scale and a floor scale; beyond it masses would not fit into numbers.
        private const double FlattestLine = 1e-3, SteepestLine = 1e7, WidestOffset = 1e8;
        private const long MostMilligrams = 1_000_000_000_000;

        public static Earlier Of(KeptCalibration kept) => new(
            kept.Line.CountsPerGram, kept.Line.OffsetCounts, kept.Line.NoiseCounts, kept.Line.Container.Milligrams, kept.Act, kept.At, kept.Mass?.Milligrams, kept.Line.FitError.Milligrams,
            kept.FromHome ? true : null);

        public KeptCalibration ToKept(ushort slot) =>
            Math.Abs(CountsPerGram) is >= FlattestLine and <= SteepestLine && Math.Abs(OffsetCounts) <= WidestOffset && NoiseCounts is > 0 and <= WidestOffset && ContainerMg is >= -MostMilligrams and <= MostMilligrams && FitErrorMg is >= 0 and <= MostMilligrams
                ? new KeptCalibration(new Calibration(CountsPerGram, OffsetCounts, NoiseCounts, new Mass(ContainerMg), new Mass(FitErrorMg)), Act, At, MassMg is { } mass ? new Mass(mass) : null, FromHome == true)
                : throw new JsonException($"slot {slot} has no line that could weigh");
    }
}

/// <summary>The calibrations' file format.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CalibrationBook.Entry[]))]
internal sealed partial class CalibrationJson : JsonSerializerContext;
