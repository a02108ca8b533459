namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>What goes wrong with a simulated NAU7802, until told otherwise.</summary>
public enum Nau7802Fault : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The chip never reports that it is powered up (PUR stays 0).</summary>
    NeverReady,

    /// <summary>Every internal calibration ends with CAL_ERR.</summary>
    CalibrationError,

    /// <summary>An internal calibration never ends.</summary>
    CalibrationHangs,

    /// <summary>The bridge drives the converter to the end of its range.</summary>
    Saturated,

    /// <summary>No conversion ends any more; the ready sign stays 0.</summary>
    Stopped,

    /// <summary>The last conversion is repeated for ever; the ready sign stays 1.</summary>
    Frozen,

    /// <summary>The chip acknowledges nothing: unplugged.</summary>
    Vanished,

    /// <summary>The revision register is another chip's.</summary>
    OtherChip,
}
