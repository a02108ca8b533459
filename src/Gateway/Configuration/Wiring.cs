using PantryChain.Domain.Identity;

namespace PantryChain.Gateway.Configuration;

/// <summary>A converter's chip and the way to it.</summary>
internal enum ConverterKind : byte
{
    /// <summary>HX711 on GPIO lines, several on one clock.</summary>
    Hx711,

    /// <summary>HX711 on an SPI bus of its own.</summary>
    Hx711Spi,

    /// <summary>HX711 behind the kernel's IIO driver.</summary>
    Hx711Iio,

    /// <summary>NAU7802 on I²C.</summary>
    Nau7802,

    /// <summary>Simulated cells of a world file.</summary>
    Simulated,
}

/// <summary>A contactless reader's chip.</summary>
internal enum ReaderKind : byte
{
    /// <summary>NXP PN532.</summary>
    Pn532,

    /// <summary>NXP MFRC522.</summary>
    Mfrc522,
}

/// <summary>Where a chip sits on I²C.</summary>
/// <param name="Bus">Device file or adapter's name.</param>
/// <param name="Address">7-bit address.</param>
/// <param name="Multiplexer">Address of the TCA9548A in front, or null.</param>
/// <param name="Channel">Its channel, 0 without one.</param>
internal sealed record I2cPlace(string Bus, int Address, int? Multiplexer, int Channel)
{
    /// <summary>For example <c>/dev/i2c-1, 0x70 channel 2, 0x2A</c>.</summary>
    public override string ToString() => Multiplexer is { } multiplexer ? $"{Bus}, 0x{multiplexer:X2} channel {Channel}, 0x{Address:X2}" : $"{Bus}, 0x{Address:X2}";
}

/// <summary>One slot's cell on a converter: the data line of an HX711 on GPIO, else the chip's input, 1 or 2.</summary>
internal readonly record struct CellWire(SlotId Slot, int Input);

/// <summary>A converter whose wiring has been checked.</summary>
/// <param name="Name">What messages and diagnostics call it.</param>
/// <param name="Kind">Chip and way to it.</param>
/// <param name="Cells">The slots that it weighs, 1 to 63.</param>
/// <param name="Wiring">Lines, device, rate, gain.</param>
/// <param name="Place">Where it sits, for a chip on I²C.</param>
internal sealed record ShelfConverter(string Name, ConverterKind Kind, IReadOnlyList<CellWire> Cells, ConverterOptions Wiring, I2cPlace? Place)
{
    /// <summary>The kind in the configuration's word.</summary>
    public string Word => WiringCheck.Words[Kind];
}

/// <summary>A reader whose wiring has been checked: on I²C, or with a device on SPI.</summary>
internal sealed record ShelfReader(SlotId Slot, ReaderKind Kind, I2cPlace? Place, string? Device)
{
    /// <summary>The chip's name in lower case, as the configuration has it.</summary>
    public string Word => Kind.ToString().ToLowerInvariant();

    /// <summary>Where it is wired, in words.</summary>
    public string Where => Place?.ToString() ?? Device!;
}
