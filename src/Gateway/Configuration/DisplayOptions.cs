using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Configuration;

/// <summary>A small OLED (SSD1306, 128 by 64) in the kitchen: what is left in each slot, the next delivery, and what is wrong.</summary>
internal sealed record DisplayOptions
{
    /// <summary>Device file of its bus, or its adapter's name.</summary>
    public string? Bus { get; set; }

    /// <summary>Its address.</summary>
    /// <value><c>"0x3C"</c> or <c>"0x3D"</c>; default the first.</value>
    public string? Address { get; set; }

    /// <summary>Address of the TCA9548A in front of it.</summary>
    /// <value>Default none.</value>
    public string? Multiplexer { get; set; }

    /// <summary>Its channel.</summary>
    /// <value>0 to 7, with a multiplexer only.</value>
    public int? Channel { get; set; }

    /// <summary>What it is written in.</summary>
    /// <value><c>"ko"</c> or <c>"en"</c>; default <c>"ko"</c>.</value>
    public string Language { get; set; } = "ko";

    /// <summary>True for a display that hangs with its pins below.</summary>
    public bool UpsideDown { get; set; }

    /// <summary>How bright it is by day, in percent: what shines brighter wears out sooner.</summary>
    /// <value>Default 50.</value>
    [Within(1, 100, "percent are expected")]
    public int Brightness { get; set; } = 50;

    /// <summary>What it does at night.</summary>
    /// <value><c>"off"</c> or <c>"dim"</c>; default <c>"off"</c>.</value>
    public string Night { get; set; } = "off";

    /// <summary>Household time from which it is night.</summary>
    /// <value>Default 22:00.</value>
    public TimeOnly NightFrom { get; set; } = new(22, 0);

    /// <summary>Household time from which it is day.</summary>
    /// <value>Default 06:00; the same as <see cref="NightFrom"/> for no night.</value>
    public TimeOnly NightUntil { get; set; } = new(6, 0);
}
