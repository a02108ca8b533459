using PantryChain.Domain.Identity;

namespace PantryChain.Domain.Sensing;

/// <summary>One verified conversion of one load cell: station 1's output.</summary>
/// <param name="Slot">The slot whose cell was read.</param>
/// <param name="Counts">The converter's signed 24-bit value, before calibration.</param>
/// <param name="BusNanoseconds">Bus time (CLOCK_MONOTONIC) of the conversion, in nanoseconds.</param>
public readonly record struct SensorSample(SlotId Slot, int Counts, long BusNanoseconds);

/// <summary>What a slot's sensor can be trusted with.</summary>
public enum SlotHealth : byte
{
    /// <summary>Readings arrive and repeat within the expected noise.</summary>
    Ok,

    /// <summary>Readings arrive but scatter more than the cell should.</summary>
    Noisy,

    /// <summary>The converter shows its end of range: overload, or a broken bridge wire.</summary>
    Saturated,

    /// <summary>Frames fail their integrity checks.</summary>
    Desynchronised,

    /// <summary>No reading for longer than the slot's time-out.</summary>
    Stale,

    /// <summary>The slot has no calibration yet: counts mean nothing.</summary>
    Uncalibrated,

    /// <summary>The level wanders without a touch, faster than creep and temperature explain.</summary>
    Drifting,

    /// <summary>Nothing answers where the converter should be: a wire is off, or the chip has no power.</summary>
    Disconnected,

    /// <summary>The level is one that no load has: more than the cell carries.</summary>
    Implausible,
}
