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

/// <summary>One slot's cell on a converter.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Line">Data line of an HX711 on GPIO, else 0.</param>
/// <param name="Input">The chip's input: 1 (A) or 2 (B).</param>
internal readonly record struct CellWire(SlotId Slot, int Line, int Input);

/// <summary>A converter whose wiring has been checked.</summary>
/// <param name="Name">What messages and diagnostics call it.</param>
/// <param name="Kind">Chip and way to it.</param>
/// <param name="Cells">The slots that it weighs, 1 to 63, in the order of its driver's cells: first all inputs 1, then all inputs 2.</param>
/// <param name="Wiring">Lines, device, rate, gain.</param>
/// <param name="Place">Where it sits, for a chip on I²C.</param>
internal sealed record ShelfConverter(string Name, ConverterKind Kind, IReadOnlyList<CellWire> Cells, ConverterOptions Wiring, I2cPlace? Place)
{
    /// <summary>Whether second inputs carry cells too.</summary>
    public bool HasSecondInput => Cells.Any(cell => cell.Input == 2);

    /// <summary>Readings of each cell per second: with two inputs each change costs a settling time (HX711 datasheet p. 3: five conversions with its oscillator's margin) or
    /// the six conversions that a NAU7802 needs.</summary>
    public double ReadingsPerSecond => Wiring.SamplesPerSecond / (HasSecondInput ? Kind switch { ConverterKind.Nau7802 => 14.0, ConverterKind.Hx711Iio => 2.0, _ => 12.0 } : 1.0);

    /// <summary>Data lines of HX711 on GPIO, in the order of their chips.</summary>
    public IReadOnlyList<int> DataLines => [.. Cells.Where(cell => cell.Input == 1).Select(cell => cell.Line)];

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
