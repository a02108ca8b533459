using PantryChain.Domain.Identity;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>Which chips a simulated board has, as far as fault scripts can reach them.</summary>
/// <param name="Cells">Converter of each slot.</param>
/// <param name="HasReader">Whether there is a tag reader.</param>
public sealed record FaultReach(IReadOnlyDictionary<SlotId, CellChip> Cells, bool HasReader)
{
    /// <summary>Whether the air of a place is measured over I²C.</summary>
    public bool HasClimate { get; init; }

    /// <summary>Whether there is an I²C bus.</summary>
    public bool HasBus => HasReader || HasClimate || Cells.Values.Contains(CellChip.Nau7802);

    /// <summary>Why an entry cannot happen on this board and what to do, or null when it can.</summary>
    internal string? Refusal(ScriptedFault fault)
    {
        IReadOnlyList<SlotId> slots = [.. Cells.Keys.OrderBy(slot => slot.Value)];
        if (fault.Target == FaultTarget.Reader)
            return HasReader ? null : "there is no tag reader; remove the entry";
        if (fault.Target == FaultTarget.Climate)
            return HasClimate ? null : "there is no place whose air is measured; remove the entry";
        if (fault.Target == FaultTarget.Bus)
            return HasBus ? null : "there is no I2C bus; remove the entry";
        if (!Cells.TryGetValue(fault.Slot, out CellChip chip))
            return $"there is no slot {fault.Slot}; use {string.Join(", ", slots)}";
        FaultGrammar grammar = FaultGrammar.Of(fault.Kind);
        if (grammar.Chips.Contains(chip))
            return null;
        string[] fitting = [.. FaultGrammar.All.Where(other => other.Targets.Contains(FaultTarget.Cell) && other.Chips.Contains(chip)).Select(other => other.Word)];
        return $"slot {fault.Slot} is weighed by {(chip == CellChip.Hx711 ? "an HX711" : "a NAU7802")}, which '{grammar.Word}' cannot happen to; use one of {string.Join(", ", fitting)}";
    }
}

/// <summary>Faults by script: what goes wrong on a simulated shelf, as a function of household time.</summary>
/// <remarks>Immutable and thread safe.</remarks>
public sealed record FaultScript(IReadOnlyList<ScriptedFault> Entries)
{
    /// <summary>Nothing goes wrong.</summary>
    public static FaultScript None { get; } = new([]);

    /// <summary>Reads a script: a JSON array of entries, or one entry a line.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FormatException">The file is absent or an entry is wrong; the text names file, entry and fix.</exception>
    public static FaultScript Read(string path)
    {
        try
        {
            return Parse(path, ForeignFile.ReadText(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{path} cannot be read ({error.Message}). Name a file of faults.", error);
        }
    }

    /// <summary>Reads a script's text.</summary>
    /// <param name="name">What the text is called in messages.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">An entry is wrong.</exception>
    public static FaultScript Parse(string name, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        FaultFile file = new(name);
        return new FaultScript(text.TrimStart().StartsWith('[') ? file.Array(text) : file.Lines(text));
    }

    /// <summary>Checks that every entry can happen on a board.</summary>
    /// <param name="name">What the script is called in messages.</param>
    /// <param name="reach">The board.</param>
    /// <exception cref="FormatException">An entry cannot; the text names it and the fix.</exception>
    public void Check(string name, FaultReach reach)
    {
        for (int i = 0; i < Entries.Count; i++)
        {
            if (reach.Refusal(Entries[i]) is { } refusal)
                throw new FormatException($"{name}, entry {i + 1}: {refusal}.");
        }
    }

    /// <summary>The entries that can happen on a board.</summary>
    public FaultScript Fitting(FaultReach reach) => new([.. Entries.Where(entry => reach.Refusal(entry) is null)]);
}

/// <summary>What an entry of one kind may say.</summary>
/// <param name="Word">The kind in the script.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Targets">To whom it can happen.</param>
/// <param name="Chips">To which converters.</param>
/// <param name="Members">Its own members with their defaults and ranges.</param>
internal sealed record FaultGrammar(
    string Word, ScriptedFaultKind Kind, IReadOnlyList<FaultTarget> Targets, IReadOnlyList<CellChip> Chips, IReadOnlyList<(string Name, double Default, double Least, double Most)> Members)
{
    private static readonly CellChip[] Any = [CellChip.Hx711, CellChip.Nau7802], Hx711 = [CellChip.Hx711], Nau7802 = [CellChip.Nau7802];
    private static readonly FaultTarget[] Cell = [FaultTarget.Cell], Reader = [FaultTarget.Reader], CellOrReader = [FaultTarget.Cell, FaultTarget.Reader],
        CellOrClimate = [FaultTarget.Cell, FaultTarget.Climate], ReaderOrClimate = [FaultTarget.Reader, FaultTarget.Climate], AnyChip = [FaultTarget.Cell, FaultTarget.Reader, FaultTarget.Climate];
    private static readonly (string, double, double, double)[] Pulse = [("pulse", 7, 1, 25)], Slips = [("pulse", 7, 1, 25), ("perSecond", 3, 0.1, 20)];

    public static IReadOnlyList<FaultGrammar> All { get; } =
    [
        new("spikes", ScriptedFaultKind.Spikes, Cell, Any, [("grams", 400, -20_000, 20_000), ("share", 0.02, 0, 0.2)]),
        new("drift", ScriptedFaultKind.Drift, Cell, Any, [("grams", 20, -1_000, 1_000)]),
        new("vibration", ScriptedFaultKind.Vibration, Cell, Any, [("grams", 30, 0, 5_000), ("hertz", 9, 0.5, 200)]),
        new("creep", ScriptedFaultKind.Creep, Cell, Any, [("percent", 0.1, -2, 2)]),
        new("handLeaning", ScriptedFaultKind.HandLeaning, Cell, Any, [("grams", 900, 20, 20_000)]),
        new("bitSlip", ScriptedFaultKind.BitSlip, Cell, Hx711, Slips),
        new("extraPulse", ScriptedFaultKind.ExtraPulse, Cell, Hx711, Slips),
        new("flippedBits", ScriptedFaultKind.FlippedBits, Cell, Hx711, [("bits", 1, 1, 6), ("perSecond", 3, 0.1, 20)]),
        new("glitch", ScriptedFaultKind.Glitch, Cell, Hx711, []),
        new("brownOut", ScriptedFaultKind.BrownOut, Cell, Any, Pulse),
        new("powerDown", ScriptedFaultKind.PowerDown, CellOrReader, Any, []),
        new("stuckLow", ScriptedFaultKind.StuckLow, Cell, Hx711, []),
        new("stuckHigh", ScriptedFaultKind.StuckHigh, Cell, Hx711, []),
        new("saturation", ScriptedFaultKind.Saturation, Cell, Any, []),
        new("chipGone", ScriptedFaultKind.ChipGone, AnyChip, Any, []),
        new("frozen", ScriptedFaultKind.Frozen, CellOrClimate, Nau7802, []),
        new("stopped", ScriptedFaultKind.Stopped, CellOrClimate, Nau7802, []),
        new("nack", ScriptedFaultKind.Nack, [FaultTarget.Cell, FaultTarget.Reader, FaultTarget.Bus], Nau7802, []),
        new("busHeld", ScriptedFaultKind.BusHeld, [FaultTarget.Bus], [], []),
        new("missedPolls", ScriptedFaultKind.MissedPolls, Reader, [], [("share", 0.5, 0, 1)]),
        new("tagUnreadable", ScriptedFaultKind.TagUnreadable, Reader, [], [("share", 1, 0, 1)]),
        new("garbledFrames", ScriptedFaultKind.GarbledFrames, ReaderOrClimate, [], [("share", 0.2, 0, 1)]),
        new("hang", ScriptedFaultKind.Hang, Reader, [], []),
        new("doorOpen", ScriptedFaultKind.DoorOpen, [FaultTarget.Climate], [], [("celsius", 21, -10, 45)]),
    ];

    /// <summary>Kinds that last a frame when the entry gives no length.</summary>
    public bool MayBeMoment => Kind is ScriptedFaultKind.BitSlip or ScriptedFaultKind.ExtraPulse or ScriptedFaultKind.FlippedBits or ScriptedFaultKind.Glitch
        or ScriptedFaultKind.BrownOut or ScriptedFaultKind.Hang;

    /// <summary>Kinds that are a moment always.</summary>
    public bool MustBeMoment => Kind is ScriptedFaultKind.Glitch or ScriptedFaultKind.BrownOut or ScriptedFaultKind.Hang;

    public static FaultGrammar Of(ScriptedFaultKind kind) => All.First(grammar => grammar.Kind == kind);
}
