namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>What can go wrong with one converter on the clock.</summary>
public enum Hx711Fault : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The data line never rises: shorted to ground.</summary>
    StuckLow,

    /// <summary>The data line never falls: broken wire, dead chip.</summary>
    StuckHigh,

    /// <summary>A clock pulse does not reach the chip: from there on every bit comes one pulse late, and the chip waits for one more.</summary>
    MissedPulse,

    /// <summary>A glitch on the clock is a pulse to the chip: from there on every bit comes one pulse early, and the next conversion is of another input.</summary>
    ExtraPulse,

    /// <summary>The bridge drives the converter to the end of its range: overload or a broken bridge wire.</summary>
    Saturated,

    /// <summary>Bits are turned over on the data line while they are looked at.</summary>
    FlippedBits,

    /// <summary>The chip has no power; afterwards it starts over at input A, gain 128.</summary>
    PowerDown,

    /// <summary>Its supply dips in the middle of a frame: the line goes high at once, and the chip starts over.</summary>
    BrownOut,

    /// <summary>The next conversion comes late.</summary>
    Late,

    /// <summary>A pulse on the clock with no frame under way.</summary>
    Glitch,
}

/// <summary>One fault: what, where in a frame, and for how long.</summary>
/// <param name="Fault">What goes wrong.</param>
public readonly record struct Hx711Upset(Hx711Fault Fault)
{
    /// <summary>For <see cref="Hx711Fault.MissedPulse"/>, <see cref="Hx711Fault.ExtraPulse"/> and <see cref="Hx711Fault.BrownOut"/>: which pulse of the frame.</summary>
    /// <value>1 (default) to 25.</value>
    public int Pulse { get; init; } = 1;

    /// <summary>For <see cref="Hx711Fault.FlippedBits"/>: the bits that are turned over; bit 0 is the last of the 24.</summary>
    public int Bits { get; init; }

    /// <summary>Frames of the chip until it is well again; 0 leaves that to <see cref="Lasts"/>.</summary>
    public int Frames { get; init; }

    /// <summary>Bus time until it is well again, and for <see cref="Hx711Fault.Late"/> the delay; zero with no <see cref="Frames"/> lasts until told otherwise.</summary>
    public TimeSpan Lasts { get; init; }
}
