using System.Globalization;

namespace PantryChain.Wiring;

/// <summary>What a pin may carry.</summary>
public enum PinRole
{
    /// <summary>Supply: an output of the Pi, an input of a part.</summary>
    Power,

    /// <summary>Ground.</summary>
    Ground,

    /// <summary>A GPIO of the Pi, or a digital pin of a part.</summary>
    Signal,

    /// <summary>A load cell's bridge, an antenna: never at the Pi.</summary>
    Analog,
}

/// <summary>One pin of the 40-pin header.</summary>
/// <param name="Number">Position on the header, 1 to 40; odd ones stand on the side of the board.</param>
/// <param name="Name"><c>3V3</c>, <c>5V</c>, <c>GND</c> or <c>GPIOn</c>.</param>
/// <param name="Function">What the kernel's usual overlay makes of it, such as <c>SDA1</c>; empty for a plain GPIO.</param>
public sealed record HeaderPin(int Number, string Name, string Function)
{
    /// <summary>What it carries.</summary>
    public PinRole Role => Name switch { "3V3" or "5V" => PinRole.Power, "GND" => PinRole.Ground, _ => PinRole.Signal };

    /// <summary>Volts at a supply pin, the highest input voltage of a GPIO.</summary>
    public double Volts => Name == "5V" ? 5.0 : 3.3;
}

/// <summary>A Raspberry Pi as far as wiring and <c>gateway.json</c> differ by model.</summary>
/// <param name="Id">Name in source files.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Chip">Label of the GPIO chip that holds the header's lines (Linux pinctrl drivers: <c>pinctrl-rp1.c</c>, <c>pinctrl-bcm2835.c</c>).</param>
/// <param name="Controller">Which silicon drives the header.</param>
/// <param name="Config">The lines of <c>/boot/firmware/config.txt</c> worth knowing on this model.</param>
public sealed record PiModel(string Id, string Name, string Chip, string Controller, IReadOnlyList<string> Config);

/// <summary>The 40-pin header, the same on every model since the Raspberry Pi 1 B+ (Raspberry Pi documentation, "GPIO and the 40-pin header").</summary>
public static class PiHeader
{
    private static readonly string[] Names =
    [
        "3V3", "5V", "GPIO2 SDA1", "5V", "GPIO3 SCL1", "GND", "GPIO4 1-Wire", "GPIO14 TXD", "GND", "GPIO15 RXD",
        "GPIO17", "GPIO18", "GPIO27", "GND", "GPIO22", "GPIO23", "3V3", "GPIO24", "GPIO10 MOSI", "GND",
        "GPIO9 MISO", "GPIO25", "GPIO11 SCLK", "GPIO8 CE0", "GND", "GPIO7 CE1", "GPIO0 ID_SD", "GPIO1 ID_SC", "GPIO5", "GND",
        "GPIO6", "GPIO12", "GPIO13", "GND", "GPIO19", "GPIO16", "GPIO26", "GPIO20", "GND", "GPIO21",
    ];

    /// <summary>The pins by position.</summary>
    public static IReadOnlyList<HeaderPin> Pins { get; } =
        [.. Names.Select((text, index) => text.Split(' ') is [var name, var function] ? new HeaderPin(index + 1, name, function) : new HeaderPin(index + 1, text, ""))];

    /// <summary>The models that these drawings are made for.</summary>
    public static IReadOnlyList<PiModel> Models { get; } =
    [
        new("zero2w", "Raspberry Pi Zero 2 W", "pinctrl-bcm2835", "BCM2837 (RP3A0)", ["dtparam=i2c_arm=on", "dtparam=i2c_arm_baudrate=100000", "dtparam=spi=on"]),
        new("3", "Raspberry Pi 3 B / 3 B+ / 3 A+", "pinctrl-bcm2835", "BCM2837", ["dtparam=i2c_arm=on", "dtparam=i2c_arm_baudrate=100000", "dtparam=spi=on"]),
        new("4", "Raspberry Pi 4 B", "pinctrl-bcm2711", "BCM2711", ["dtparam=i2c_arm=on", "dtparam=i2c_arm_baudrate=100000", "dtparam=spi=on"]),
        new("5", "Raspberry Pi 5", "pinctrl-rp1", "RP1, beside the BCM2712", ["dtparam=i2c_arm=on", "dtparam=i2c_arm_baudrate=100000", "dtparam=spi=on"]),
    ];

    /// <summary>The model with that id, or null.</summary>
    public static PiModel? FindModel(string id) => Models.FirstOrDefault(model => model.Id == id);

    /// <summary>The pin that <c>GPIO5</c> or <c>GND@6</c> names; supply and ground stand several times on the header, so they need the position.</summary>
    /// <returns>The pin, or null and what is wrong with the name.</returns>
    public static HeaderPin? Find(string text, out string fault)
    {
        fault = "";
        string[] halves = text.Split('@');
        List<HeaderPin> named = [.. Pins.Where(pin => pin.Name == halves[0])];
        if (named.Count == 0)
            fault = $"the header has no pin '{halves[0]}'; it has 3V3, 5V, GND and GPIO0 to GPIO27";
        else if (halves.Length == 1 && named.Count > 1)
            fault = $"'{text}' stands at {string.Join(", ", named.Select(pin => pin.Number))}: say which, such as {text}@{named[0].Number}";
        else if (halves.Length == 1)
            return named[0];
        else if (int.TryParse(halves[1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && named.Find(pin => pin.Number == number) is { } found)
            return found;
        else
            fault = int.TryParse(halves[1], NumberStyles.None, CultureInfo.InvariantCulture, out int other) && other is >= 1 and <= 40 ? $"pin {other} is {Pins[other - 1].Name}, not {halves[0]}" : $"'{halves[1]}' is no position from 1 to 40";
        return null;
    }
}
