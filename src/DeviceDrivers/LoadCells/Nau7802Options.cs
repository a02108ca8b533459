namespace PantryChain.DeviceDrivers.LoadCells;

/// <summary>Conversions per second of a NAU7802, by the bits CRS of CTRL2 (datasheet rev. 1.7, 11.3).</summary>
public enum Nau7802Rate : byte
{
    /// <summary>10 per second: the quietest.</summary>
    PerSecond10 = 0,

    /// <summary>20 per second.</summary>
    PerSecond20 = 1,

    /// <summary>40 per second.</summary>
    PerSecond40 = 2,

    /// <summary>80 per second.</summary>
    PerSecond80 = 3,

    /// <summary>320 per second: needs the data-ready line or a bus of 400 kHz.</summary>
    PerSecond320 = 7,
}

/// <summary>How a NAU7802 is wired and read.</summary>
public sealed record Nau7802Options
{
    /// <summary>Conversions per second of the chip.</summary>
    /// <value>Default 10.</value>
    public Nau7802Rate Rate { get; init; } = Nau7802Rate.PerSecond10;

    /// <summary>Amplification in front of the converter.</summary>
    /// <value>1, 2, 4, 8, 16, 32, 64 or 128 (default, a load cell's usual place).</value>
    public int Gain { get; init; } = 128;

    /// <summary>Supply of bridge and reference that the chip makes itself, in tenths of a volt.</summary>
    /// <value>24 to 45 in steps of 3; default 30. At least 0.3 V below the chip's own supply (datasheet rev. 1.7, VLDO): 30 on 3.3 V.</value>
    public int SupplyTenthsOfVolt { get; init; } = 30;

    /// <summary>Whether channel 2 carries a second cell: both are read in turn, each change costs seven conversions.</summary>
    public bool SecondCell { get; init; }

    /// <summary>Conversions without a sign of life before the cells count as stale and the chip is started again.</summary>
    /// <value>Default 8; at least 4.</value>
    public int StaleAfter { get; init; } = 8;

    /// <summary>One conversion in nanoseconds.</summary>
    internal long PeriodNanoseconds => 1_000_000_000 / (Rate == Nau7802Rate.PerSecond320 ? 320 : 10 << (int)Rate);

    /// <summary>What CTRL1 holds: gain as a power of two, supply counted down from 4.5 V (datasheet rev. 1.7, 11.2).</summary>
    internal byte Control1 => (byte)((45 - SupplyTenthsOfVolt) / 3 << Nau7802Registers.SupplyShift | int.TrailingZeroCount(Gain));

    /// <summary>What CTRL2 holds at rest for channel 1.</summary>
    internal byte Control2 => (byte)((int)Rate << Nau7802Registers.RateShift);

    internal bool AreValid => Enum.IsDefined(Rate) && Gain is >= 1 and <= 128 && int.IsPow2(Gain)
        && SupplyTenthsOfVolt is >= 24 and <= 45 && SupplyTenthsOfVolt % 3 == 0 && StaleAfter >= 4;
}

/// <summary>What happened to a NAU7802 so far; reset by nothing, read at any time from the reading thread.</summary>
public sealed class Nau7802Counters
{
    /// <summary>Times the chip was started, the first one included.</summary>
    public long Starts { get; internal set; }

    /// <summary>Conversions handed on.</summary>
    public long Samples { get; internal set; }

    /// <summary>Conversions thrown away behind a start, a calibration or a change of channel.</summary>
    public long Unsettled { get; internal set; }

    /// <summary>Conversions thrown away at an end of the range.</summary>
    public long Saturated { get; internal set; }

    /// <summary>Exchanges that nobody acknowledged.</summary>
    public long NotAcknowledged { get; internal set; }

    /// <summary>Exchanges that the adapter gave up.</summary>
    public long TimedOut { get; internal set; }

    /// <summary>Exchanges refused because the adapter was in use.</summary>
    public long BusBusy { get; internal set; }

    /// <summary>Exchanges that failed because the adapter is gone, broken or cannot do them.</summary>
    public long BusBroken { get; internal set; }

    /// <summary>Starts at which the chip never reported that it is powered up.</summary>
    public long NeverReady { get; internal set; }

    /// <summary>Starts at which the revision register was not a NAU7802's.</summary>
    public long WrongChip { get; internal set; }

    /// <summary>Starts at which a setting did not read back as written.</summary>
    public long SettingsRefused { get; internal set; }

    /// <summary>Internal calibrations that ended with CAL_ERR.</summary>
    public long CalibrationFailed { get; internal set; }

    /// <summary>Internal calibrations that never ended.</summary>
    public long CalibrationTimedOut { get; internal set; }

    /// <summary>Times a running chip was found with other settings than it was given: its supply had dipped.</summary>
    public long SettingsLost { get; internal set; }

    /// <summary>Times a running chip had no new conversion for too long.</summary>
    public long Stale { get; internal set; }

    /// <summary>Times the chip gave the same conversion again and again, its ready sign stuck.</summary>
    public long Frozen { get; internal set; }

    /// <summary>The same by name, for the published diagnostics.</summary>
    internal Tally[] ToTallies() =>
    [
        new("starts", Starts), new("samples", Samples), new("unsettled", Unsettled), new("saturated", Saturated),
        new("not_acknowledged", NotAcknowledged), new("timed_out", TimedOut), new("bus_busy", BusBusy), new("bus_broken", BusBroken),
        new("never_ready", NeverReady), new("wrong_chip", WrongChip), new("settings_refused", SettingsRefused),
        new("calibration_failed", CalibrationFailed), new("calibration_timed_out", CalibrationTimedOut),
        new("settings_lost", SettingsLost), new("stale", Stale), new("frozen", Frozen),
    ];
}
