namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>What goes wrong with one converter's next frames.</summary>
public enum Hx711Fault : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The data line never rises: shorted to ground.</summary>
    StuckLow,

    /// <summary>The data line never falls: broken wire, dead chip.</summary>
    StuckHigh,

    /// <summary>A clock pulse does not reach the chip: from there on every bit comes one pulse late, and the tail shows the last bit.</summary>
    MissedPulse,

    /// <summary>A glitch on the clock is a pulse to the chip: from there on every bit comes one pulse early.</summary>
    ExtraPulse,

    /// <summary>The bridge drives the converter to the end of its range: overload or a broken bridge wire.</summary>
    Saturated,
}
