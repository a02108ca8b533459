using System.Text.Json.Serialization;

namespace PantryChain.Gateway.Configuration;

/// <summary>How the load cells of the short form are reached.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CellTransport>))]
internal enum CellTransport
{
    /// <summary>The kernel's GPIO character device.</summary>
    [JsonStringEnumMemberName("gpiochip")]
    GpioChip,

    /// <summary>Simulated cells on simulated pins, driven by a world file; the buses of converters and readers are simulated with them.</summary>
    [JsonStringEnumMemberName("simulated")]
    Simulated,
}

/// <summary>The short form for the plain household: HX711 converters on one clock line, one data line per slot.</summary>
/// <remarks>Slots that name a <see cref="SlotOptions.Converter"/> have nothing to do with it; whatever is wired otherwise stands in <see cref="GatewayOptions.Converters"/>.</remarks>
internal sealed record CellOptions
{
    /// <summary>Real pins or a simulated world.</summary>
    /// <value>Default <c>gpiochip</c>.</value>
    public CellTransport Transport { get; set; } = CellTransport.GpioChip;

    /// <summary>The GPIO chip's label, never its number: the number moved with Raspberry Pi kernel 6.6.45.</summary>
    /// <value>Default <c>pinctrl-bcm2711</c> (Raspberry Pi 4); <c>pinctrl-rp1</c> on a Pi 5.</value>
    public string Chip { get; set; } = "pinctrl-bcm2711";

    /// <summary>Line of the shared HX711 clock (PD_SCK).</summary>
    public int ClockLine { get; set; } = 5;

    /// <summary>Conversions per second, as the converters' RATE pin is wired.</summary>
    /// <value>10 (default) or 80.</value>
    public int SamplesPerSecond { get; set; } = 10;

    /// <summary>The world file of simulated cells.</summary>
    public string World { get; set; } = "../world.json";

    /// <summary>The delivery log of simulated cells.</summary>
    public string Deliveries { get; set; } = "../deliveries.jsonl";

    /// <summary>What goes wrong with simulated cells, buses and readers: a fault script (docs/sensing.md, "Faults by script").</summary>
    /// <value>Default none: nothing does.</value>
    public string? Faults { get; set; }
}

/// <summary>One converter chip, or several HX711 on one clock; which members count depends on <see cref="Kind"/>.</summary>
internal sealed record ConverterOptions
{
    /// <summary>What the slots call it.</summary>
    /// <value>1 to 32 of <c>a-z 0-9 _ -</c>, no two alike.</value>
    public string Name { get; set; } = "";

    /// <summary>Chip and way to it.</summary>
    /// <value><c>hx711</c> (GPIO lines), <c>hx711-spi</c>, <c>hx711-iio</c> (the kernel's own driver), <c>nau7802</c> (I²C) or <c>simulated</c> (the world file of <see cref="GatewayOptions.Cells"/>).</value>
    public string Kind { get; set; } = "";

    /// <summary>hx711: label of the GPIO chip; nau7802: that of <see cref="ReadyLine"/>.</summary>
    /// <value>Default the header of whichever Raspberry Pi this is.</value>
    public string? Chip { get; set; }

    /// <summary>hx711: line of the clock (PD_SCK) that all slots of this converter share.</summary>
    /// <value>On a Raspberry Pi the BCM number; no default.</value>
    public int? ClockLine { get; set; }

    /// <summary>Conversions per second.</summary>
    /// <value>hx711, hx711-spi: 10 (default) or 80, as the RATE pin is wired; nau7802: 10, 20, 40, 80 or 320. hx711-iio: 10 or 80.</value>
    public int SamplesPerSecond { get; set; } = 10;

    /// <summary>Gain in front of the converter.</summary>
    /// <value>hx711: 128 (default) or 64 on input A, 32 is input B; nau7802: 1, 2, 4 … 128.</value>
    public int Gain { get; set; } = 128;

    /// <summary>hx711-spi: the device file, for example <c>/dev/spidev0.0</c>; hx711-iio: the IIO device's name, for example <c>hx711</c> or <c>iio:device0</c>.</summary>
    public string? Device { get; set; }

    /// <summary>nau7802: the I²C bus, its device file or the adapter's name.</summary>
    /// <value>For example <c>/dev/i2c-1</c>, the header of every Raspberry Pi.</value>
    public string? Bus { get; set; }

    /// <summary>nau7802: address of a TCA9548A in front of the chip; every NAU7802 has address 0x2A, so a bus without one carries a single chip.</summary>
    /// <value><c>0x70</c> to <c>0x77</c> as text; default none.</value>
    public string? Multiplexer { get; set; }

    /// <summary>nau7802: channel of the multiplexer.</summary>
    /// <value>0 to 7; only with <see cref="Multiplexer"/>.</value>
    public int? Channel { get; set; }

    /// <summary>nau7802: GPIO line on which its DRDY pin says that a conversion is there; without one the chip is asked.</summary>
    /// <value>Default none; worth its wire at 320 samples per second.</value>
    public int? ReadyLine { get; set; }
}

/// <summary>A contactless reader under one slot.</summary>
internal sealed record ReaderOptions
{
    /// <summary>The slot that it looks at.</summary>
    public int Slot { get; set; }

    /// <summary>Its chip.</summary>
    /// <value><c>pn532</c> or <c>mfrc522</c>, each on I²C or SPI.</value>
    public string Kind { get; set; } = "";

    /// <summary>The I²C bus, its device file or the adapter's name.</summary>
    public string? Bus { get; set; }

    /// <summary>On SPI: the device file, for example <c>/dev/spidev0.1</c>; instead of <see cref="Bus"/>.</summary>
    public string? Device { get; set; }

    /// <summary>Address on the bus.</summary>
    /// <value>pn532: <c>0x24</c>, which is fixed. mfrc522: <c>0x28</c> to <c>0x2F</c> by its pins, default <c>0x2C</c>.</value>
    public string? Address { get; set; }

    /// <summary>Address of a TCA9548A in front of the reader.</summary>
    /// <value><c>0x70</c> to <c>0x77</c> as text; default none.</value>
    public string? Multiplexer { get; set; }

    /// <summary>Channel of the multiplexer.</summary>
    /// <value>0 to 7; only with <see cref="Multiplexer"/>.</value>
    public int? Channel { get; set; }
}
