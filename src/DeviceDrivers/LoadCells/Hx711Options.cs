namespace PantryChain.DeviceDrivers.LoadCells;

/// <summary>Input and gain of the next conversion, by the number of clock pulses of a frame (HX711 datasheet p. 4, table 3).</summary>
public enum Hx711Gain : byte
{
    /// <summary>Input A, gain 128: ±20 mV at 5 V.</summary>
    A128 = 25,

    /// <summary>Input B, gain 32: ±80 mV at 5 V.</summary>
    B32 = 26,

    /// <summary>Input A, gain 64: ±40 mV at 5 V.</summary>
    A64 = 27,
}

/// <summary>How a group of HX711 on one clock is wired and read.</summary>
public sealed record Hx711Options
{
    /// <summary>Input and gain.</summary>
    /// <value>Default <see cref="Hx711Gain.A128"/>, a load cell's usual place.</value>
    public Hx711Gain Gain { get; init; } = Hx711Gain.A128;

    /// <summary>Whether input B of every chip carries a cell too (gain 32): both are read in turn, and each change costs the settling time.</summary>
    /// <value>Default false. With it a chip at 80 conversions/s gives about 6.7 readings/s of each input, one at 10 about 0.8.</value>
    public bool SecondInput { get; init; }

    /// <summary>Whether a value is held until its chip is ready again in time, which shows slipped bits and dips of the supply that the frame itself does not.</summary>
    /// <value>Default true: costs one conversion of delay, and a caller that looks less often than every two conversions after a frame loses it. Not with <see cref="SecondInput"/>, where every frame is followed by silence.</value>
    public bool IsConfirmed { get; init; } = true;

    /// <summary>Conversions per second, fixed by the chip's RATE pin.</summary>
    /// <value>10 (default) or 80; the chip's own oscillator may be off by some percent.</value>
    public double SamplesPerSecond { get; init; } = 10;

    /// <summary>Conversions without a ready sign before a cell counts as stale.</summary>
    /// <value>Default 6; at least 5, because a chip is silent for four after a reset (datasheet p. 3, settling time).</value>
    public int StaleAfter { get; init; } = 6;

    /// <summary>One conversion in nanoseconds.</summary>
    internal long PeriodNanoseconds => (long)(1e9 / SamplesPerSecond);

    /// <summary>Four conversions and a quarter more for the chip's RC oscillator: 400 ms at 10/s, 50 ms at 80/s by the datasheet (p. 3).</summary>
    internal long SettlingNanoseconds => 5 * PeriodNanoseconds;
}

/// <summary>What happened to the frames of a group so far; reset by nothing, read at any time from the reading thread.</summary>
public sealed class Hx711Counters
{
    /// <summary>Frames clocked out, good and bad.</summary>
    public long Frames { get; internal set; }

    /// <summary>Clock pulses given, each with its time measured.</summary>
    public long Pulses { get; internal set; }

    /// <summary>Conversions handed on, over all cells.</summary>
    public long Samples { get; internal set; }

    /// <summary>Frames thrown away because a pulse may have been high for more than 50 µs.</summary>
    public long LongPulses { get; internal set; }

    /// <summary>Frames broken off because a pulse may have been high for more than 60 µs, which powers the chips down.</summary>
    public long Resets { get; internal set; }

    /// <summary>Frames thrown away because the chips had not settled after a start, a reset or a change of gain.</summary>
    public long Unsettled { get; internal set; }

    /// <summary>Conversions thrown away because a data line was not high behind the last bit, or high all along: chip and driver count differently.</summary>
    public long Desynchronised { get; internal set; }

    /// <summary>Conversions thrown away at an end of the range: overload or a broken bridge wire.</summary>
    public long Saturated { get; internal set; }

    /// <summary>Conversions thrown away because the two samples of a bit differed (SPI only): noise on the data line, or edges too slow.</summary>
    public long TornBits { get; internal set; }

    /// <summary>Times a settled cell was not ready two conversions after it was read: it has counted a pulse too many.</summary>
    public long Late { get; internal set; }

    /// <summary>Conversions dropped because the chip was not ready again in time, or nobody looked in time.</summary>
    public long Unconfirmed { get; internal set; }

    /// <summary>Times all chips were powered down and up to start over: once at the start, then for every reset, and now and then for a cell that was late or failed and looks well again.</summary>
    public long PowerCycles { get; internal set; }

    /// <summary>Times a cell was given up waiting for.</summary>
    public long Stale { get; internal set; }

    /// <summary>The same by name, for the published diagnostics.</summary>
    internal Tally[] ToTallies() =>
    [
        new("frames", Frames), new("samples", Samples), new("long_pulses", LongPulses), new("resets", Resets), new("unsettled", Unsettled),
        new("desynchronised", Desynchronised), new("saturated", Saturated), new("torn_bits", TornBits), new("late", Late), new("unconfirmed", Unconfirmed), new("power_cycles", PowerCycles), new("stale", Stale),
    ];
}
