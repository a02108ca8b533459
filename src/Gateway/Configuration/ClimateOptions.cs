using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Configuration;

/// <summary>A fridge, a freezer or a room whose air is measured by one sensor.</summary>
internal sealed record ClimatePlaceOptions
{
    /// <summary>What topics and addresses call it; it stays the same when the names for people change.</summary>
    /// <value>No two alike.</value>
    [KeyName]
    public string Name { get; set; } = "";

    /// <summary>Name for people, Korean.</summary>
    [PlainName]
    public string NameKo { get; set; } = "";

    /// <summary>Name for people, English.</summary>
    [PlainName]
    public string NameEn { get; set; } = "";

    /// <summary>What it is, which says when it is too warm.</summary>
    /// <value><c>fridge</c>, <c>freezer</c> or <c>pantry</c> (any room).</value>
    public string Kind { get; set; } = "";

    /// <summary>Its sensor.</summary>
    /// <value><c>w1</c> (a DS18B20 by the kernel's 1-wire), <c>sht4x</c> or <c>bme280</c> (I²C).</value>
    public string Sensor { get; set; } = "";

    /// <summary>w1: the whole path of the file with thousandths of a degree.</summary>
    /// <value>For example <c>/sys/bus/w1/devices/28-0316a2793aff/temperature</c>.</value>
    public string? File { get; set; }

    /// <summary>sht4x, bme280: the I²C bus, its device file or the adapter's name.</summary>
    public string? Bus { get; set; }

    /// <summary>sht4x, bme280: address on the bus.</summary>
    /// <value>sht4x: <c>0x44</c> (default) to <c>0x46</c>; bme280: <c>0x76</c> (default) or <c>0x77</c>.</value>
    public string? Address { get; set; }

    /// <summary>sht4x, bme280: address of a TCA9548A in front of the sensor.</summary>
    /// <value><c>0x70</c> to <c>0x77</c> as text; default none.</value>
    public string? Multiplexer { get; set; }

    /// <summary>sht4x, bme280: channel of the multiplexer.</summary>
    /// <value>0 to 7; only with <see cref="Multiplexer"/>.</value>
    public int? Channel { get; set; }

    /// <summary>The slots that stand in it: their scales follow its temperature, and their products are told about it.</summary>
    /// <value>Slot numbers, each in one place at most; default none.</value>
    public IReadOnlyList<int> Slots { get; set; } = [];

    /// <summary>°C above which it is too warm.</summary>
    /// <value>−30 to 40. Default 8 for a fridge: chilled food must be kept at or below 8 °C (Food Safety and Hygiene (England) Regulations 2013, schedule 4), and advice for
    /// homes is 4 to 5 °C. Default −15 for a freezer: quick-frozen food is kept at −18 °C with at most 3 °C more for a short while (Directive 89/108/EEC, article 5).
    /// Default none for a pantry.</value>
    [Within(-30, 40, "°C is expected")]
    public double? WarmAbove { get; set; }

    /// <summary>So long it may be too warm before it is told: doors are opened, and shopping is put away.</summary>
    /// <value>Household minutes, default 60.</value>
    [Within(5, 1440, "minutes are expected")]
    public int? WarmAfterMinutes { get; set; }
}
