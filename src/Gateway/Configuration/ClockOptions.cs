namespace PantryChain.Gateway.Configuration;

/// <summary>What keeps the time while there is no power and no network.</summary>
internal sealed record ClockOptions
{
    /// <summary>True when the board has a battery-backed clock that the kernel knows: a DS3231, or the Pi 5's own with a cell on its plug.</summary>
    /// <value>Default false: nothing is asked.</value>
    public bool Battery { get; set; }
}
