using System.Globalization;
using PantryChain.Domain.Identity;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>What a fault script can do to a simulated shelf.</summary>
public enum ScriptedFaultKind : byte
{
    /// <summary>Single conversions far off, as electric noise makes them.</summary>
    Spikes,

    /// <summary>The level wanders off and back.</summary>
    Drift,

    /// <summary>A washing machine next door.</summary>
    Vibration,

    /// <summary>The cell gives way under its load and recovers.</summary>
    Creep,

    /// <summary>Somebody leans on the shelf and does not stand quite still.</summary>
    HandLeaning,

    /// <summary>A clock pulse does not reach the chip.</summary>
    BitSlip,

    /// <summary>The chip counts a clock pulse too many within a frame.</summary>
    ExtraPulse,

    /// <summary>Bits turn over on the data line.</summary>
    FlippedBits,

    /// <summary>A pulse on the clock between two frames.</summary>
    Glitch,

    /// <summary>The supply dips for a moment.</summary>
    BrownOut,

    /// <summary>The chip has no power for a while.</summary>
    PowerDown,

    /// <summary>The data line is shorted to ground.</summary>
    StuckLow,

    /// <summary>The data line never falls.</summary>
    StuckHigh,

    /// <summary>The bridge drives the converter to the end of its range.</summary>
    Saturation,

    /// <summary>The chip is unplugged.</summary>
    ChipGone,

    /// <summary>One conversion again and again.</summary>
    Frozen,

    /// <summary>No conversion ends.</summary>
    Stopped,

    /// <summary>Exchanges are not acknowledged.</summary>
    Nack,

    /// <summary>A line of the bus is held low.</summary>
    BusHeld,

    /// <summary>Tags do not hear some of the polls.</summary>
    MissedPolls,

    /// <summary>Answers of tags lose bits in the air: their numbers are seen, their memories cannot be read.</summary>
    TagUnreadable,

    /// <summary>Frames between chip and machine come with a wrong bit.</summary>
    GarbledFrames,

    /// <summary>The reader's firmware stops until it is woken.</summary>
    Hang,

    /// <summary>A fridge's door stays open.</summary>
    DoorOpen,
}

/// <summary>What a fault happens to.</summary>
public enum FaultTarget : byte
{
    /// <summary>A slot's cell and its converter.</summary>
    Cell,

    /// <summary>All tag readers.</summary>
    Reader,

    /// <summary>All I²C buses.</summary>
    Bus,

    /// <summary>All places whose air is measured, and their sensors.</summary>
    Climate,
}

/// <summary>A converter chip on a simulated board.</summary>
public enum CellChip : byte
{
    /// <summary>HX711 on the shared clock.</summary>
    Hx711,

    /// <summary>NAU7802 on I²C.</summary>
    Nau7802,
}

/// <summary>One entry of a fault script: what happens to whom, when, how long and how often.</summary>
/// <param name="Kind">What.</param>
/// <param name="Target">To whom.</param>
/// <param name="Slot">The slot of a cell; default for the others.</param>
/// <param name="From">Household time since the world's origin at which it first begins.</param>
/// <remarks>Immutable. Whether it lasts at a moment depends on household time alone, so a restart changes nothing.</remarks>
public sealed record ScriptedFault(ScriptedFaultKind Kind, FaultTarget Target, SlotId Slot, TimeSpan From)
{
    /// <summary>How long a fault without a length is due when nobody looked at its moment, in seconds of bus time.</summary>
    private const double MomentSeconds = 0.5;

    /// <summary>How long it lasts in household time; null for <see cref="BusSeconds"/>.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>How long it lasts in real seconds, where electronics live; zero is a moment: one frame.</summary>
    public double BusSeconds { get; init; }

    /// <summary>From one beginning to the next, in household time; null happens once.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>How often at most.</summary>
    public int Times { get; init; } = int.MaxValue;

    /// <summary>Grams of a weight fault.</summary>
    public double Grams { get; init; }

    /// <summary>Frequency of a vibration.</summary>
    public double Hertz { get; init; }

    /// <summary>Share of conversions, polls, answers or frames, 0 to 1.</summary>
    public double Share { get; init; }

    /// <summary>Creep in percent of the load.</summary>
    public double Percent { get; init; }

    /// <summary>Pulse of a frame, 1 to 25.</summary>
    public int Pulse { get; init; } = 1;

    /// <summary>How many bits of a frame turn over, 1 to 6; which ones is chance.</summary>
    public int Bits { get; init; }

    /// <summary>Frames a second of bus time that a slip or flip with a length happens to; chance says which.</summary>
    public double PerSecond { get; init; }

    /// <summary>°C of the air that comes in through an open door.</summary>
    public double Celsius { get; init; }

    /// <summary>The kind in the script's word.</summary>
    public string Word => FaultGrammar.Of(Kind).Word;

    /// <summary>True for one that presses on the cell, false for one of a chip or a bus.</summary>
    public bool IsOfWeight => Kind <= ScriptedFaultKind.HandLeaning;

    /// <summary>True for one that warms the air of a place.</summary>
    public bool IsOfAir => Kind == ScriptedFaultKind.DoorOpen;

    /// <summary>True for one that lasts a frame only.</summary>
    public bool IsMoment => For is null && BusSeconds == 0;

    /// <summary>How often it has begun by a household time since the origin.</summary>
    public int BegunBy(TimeSpan elapsed) =>
        elapsed < From ? 0 : Every is not { } every ? 1 : (int)Math.Min(Times, 1 + (elapsed - From).Ticks / every.Ticks);

    /// <summary>Whether it lasts at a household time.</summary>
    /// <param name="elapsed">Household time since the origin.</param>
    /// <param name="speed">Household seconds per real second.</param>
    /// <param name="number">Which of its occurrences, from 0.</param>
    /// <param name="progress">How far that one is, 0 to 1.</param>
    public bool IsOn(TimeSpan elapsed, double speed, out int number, out double progress)
    {
        (number, progress) = (BegunBy(elapsed) - 1, 0);
        if (number < 0)
            return false;
        TimeSpan begin = From + (Every ?? TimeSpan.Zero) * number;
        progress = (elapsed - begin) / (For ?? TimeSpan.FromSeconds((IsMoment ? MomentSeconds : BusSeconds) * speed));
        return progress < 1;
    }

    /// <summary>What happens, in words.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{What()}{(IsMoment ? "" : For is { } time ? $" for {Length(time)}" : $" for {BusSeconds:0.##} s of real time")}");

    private string What() => (Kind, Target) switch
    {
        (ScriptedFaultKind.Spikes, _) => $"spikes on slot {Slot}",
        (ScriptedFaultKind.Drift, _) => $"slot {Slot} drifts",
        (ScriptedFaultKind.Vibration, _) => $"slot {Slot} vibrates",
        (ScriptedFaultKind.Creep, _) => $"slot {Slot}'s cell creeps",
        (ScriptedFaultKind.HandLeaning, _) => $"somebody leans on slot {Slot}",
        (ScriptedFaultKind.BitSlip, _) => $"slot {Slot}'s chip misses a clock pulse",
        (ScriptedFaultKind.ExtraPulse, _) => $"slot {Slot}'s chip counts a pulse too many",
        (ScriptedFaultKind.FlippedBits, _) => $"bits of slot {Slot} turn over",
        (ScriptedFaultKind.Glitch, _) => $"a glitch on slot {Slot}'s clock",
        (ScriptedFaultKind.BrownOut, _) => $"the supply of slot {Slot}'s chip dips",
        (ScriptedFaultKind.PowerDown, FaultTarget.Cell) => $"slot {Slot}'s chip loses its power",
        (ScriptedFaultKind.PowerDown, _) => "the tag reader loses its power",
        (ScriptedFaultKind.StuckLow, _) => $"slot {Slot}'s data line is shorted to ground",
        (ScriptedFaultKind.StuckHigh, _) => $"slot {Slot}'s data line never falls",
        (ScriptedFaultKind.Saturation, _) => $"slot {Slot}'s converter is at the end of its range",
        (ScriptedFaultKind.DoorOpen, _) => "the fridge's door stays open",
        (ScriptedFaultKind.ChipGone, FaultTarget.Climate) => "the fridge's sensor is unplugged",
        (ScriptedFaultKind.Frozen, FaultTarget.Climate) => "the fridge's sensor repeats one value",
        (ScriptedFaultKind.Stopped, FaultTarget.Climate) => "the fridge's sensor ends no measurement",
        (ScriptedFaultKind.GarbledFrames, FaultTarget.Climate) => "the fridge's sensor is garbled",
        (ScriptedFaultKind.ChipGone, FaultTarget.Cell) => $"slot {Slot}'s chip is unplugged",
        (ScriptedFaultKind.ChipGone, _) => "the tag reader is unplugged",
        (ScriptedFaultKind.Frozen, _) => $"slot {Slot}'s chip repeats one value",
        (ScriptedFaultKind.Stopped, _) => $"slot {Slot}'s chip stops converting",
        (ScriptedFaultKind.Nack, FaultTarget.Cell) => $"slot {Slot}'s chip acknowledges nothing",
        (ScriptedFaultKind.Nack, FaultTarget.Reader) => "the tag reader acknowledges nothing",
        (ScriptedFaultKind.Nack, _) => "nobody on the I2C bus acknowledges",
        (ScriptedFaultKind.BusHeld, _) => "a line of the I2C bus is held low",
        (ScriptedFaultKind.MissedPolls, _) => "tags miss polls",
        (ScriptedFaultKind.TagUnreadable, _) => "tags cannot be read",
        (ScriptedFaultKind.GarbledFrames, _) => "the tag reader's frames are garbled",
        _ => "the tag reader hangs",
    };

    private static string Length(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(time.TotalDays >= 1 ? time.TotalDays : time.TotalHours >= 1 ? time.TotalHours : time.TotalMinutes):0.#} {(time.TotalDays >= 1 ? "d" : time.TotalHours >= 1 ? "h" : "min")}");
}
