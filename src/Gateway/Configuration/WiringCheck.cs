using System.Globalization;
using PantryChain.Domain.Identity;

namespace PantryChain.Gateway.Configuration;

/// <summary>Checks how converters and readers are wired, and names the member and the fix where it cannot be.</summary>
internal sealed class WiringCheck(GatewayOptions options, string file)
{
    /// <summary>Every NAU7802 answers here (datasheet 1.7, I²C address).</summary>
    public const int Nau7802Address = 0x2A;

    /// <summary>Every PN532 answers here (user manual 141520, I²C address 0x48 with its read bit).</summary>
    public const int Pn532Address = 0x24;

    /// <summary>The name of the group that the short form makes.</summary>
    public const string ShortForm = "cells";

    private const int MostCells = 63; // one request of the kernel holds 64 lines, one of them is the clock

    /// <summary>The kinds in the configuration's words.</summary>
    public static readonly IReadOnlyDictionary<ConverterKind, string> Words = new Dictionary<ConverterKind, string>
    {
        [ConverterKind.Hx711] = "hx711", [ConverterKind.Hx711Spi] = "hx711-spi", [ConverterKind.Hx711Iio] = "hx711-iio",
        [ConverterKind.Nau7802] = "nau7802", [ConverterKind.Simulated] = "simulated",
    };

    private readonly Dictionary<(string, int?, int, int), string> _places = [];
    private readonly Dictionary<string, string> _devices = new(StringComparer.Ordinal);

    /// <summary>The converters with the slots that name them, the short form's group first.</summary>
    /// <exception cref="UserError">A member is missing, out of its range, or names what another one has.</exception>
    public IReadOnlyList<ShelfConverter> Converters()
    {
        List<ShelfConverter> checkedOnes = [];
        if (ShortFormGroup() is { } group)
            checkedOnes.Add(group);
        for (int index = 0; index < options.Converters.Count; index++)
            checkedOnes.Add(CheckConverter(options.Converters[index], $"converters[{index}]"));
        Require("converters", options.Converters.DistinctBy(converter => converter.Name).Count() == options.Converters.Count, "each name may stand there once");
        for (int index = 0; index < options.Slots.Count; index++)
            Require($"slots[{index}].converter", options.Slots[index].Converter is not { } name || options.Converters.Any(converter => converter.Name == name),
                $"'{options.Slots[index].Converter}' does not stand among the converters; add it there or correct the name");
        Require("converters", checkedOnes.Count(converter => converter.Kind == ConverterKind.Simulated) <= 1, "one simulated converter is expected at most; let all simulated slots name it");
        CheckLines(checkedOnes);
        if (options.Attention is { } attention)
            CheckAttention(attention, checkedOnes);
        return checkedOnes;
    }

    /// <summary>The readers; to be asked after <see cref="Converters"/>, whose addresses they must leave alone.</summary>
    /// <exception cref="UserError">A member is missing, out of its range, or names what another one has.</exception>
    public IReadOnlyList<ShelfReader> Readers()
    {
        List<ShelfReader> readers = [.. options.Readers.Select((reader, index) => CheckReader(reader, $"readers[{index}]"))];
        Require("readers", readers.DistinctBy(reader => reader.Slot).Count() == readers.Count, "a slot has one reader at most");
        return readers;
    }

    /// <summary>Refuses chips on both sides of a multiplexer that would answer at once; to be asked when all chips have taken their addresses.</summary>
    /// <exception cref="UserError">Two would.</exception>
    public void RefuseClashes()
    {
        foreach ((string bus, int? multiplexer, int channel, int address) in _places.Keys.Where(place => place.Item2 is not null))
        {
            string where = _places[(bus, multiplexer, channel, address)];
            Require(where, !_places.TryGetValue((bus, null, 0, address), out string? other), $"0x{address:X2} also answers on {bus} itself ({other}), with or without the multiplexer; move that chip behind it too");
            Require(where, !_places.TryGetValue((bus, null, 0, multiplexer!.Value), out other) && address != multiplexer, $"the multiplexer at 0x{multiplexer:X2} and a chip of that address ({other ?? where}) both answer; give one of them another address");
        }
    }

    private ShelfConverter? ShortFormGroup()
    {
        List<(SlotOptions Slot, int Index)> own = [.. options.Slots.Select((slot, index) => (slot, index)).Where(pair => pair.slot.Converter is null)];
        if (own.Count == 0)
            return null;
        CellOptions cells = options.Cells;
        bool simulated = cells.Transport == CellTransport.Simulated;
        foreach ((SlotOptions slot, int index) in own)
            Require($"slots[{index}].input", slot.Input is null, "an input belongs to a converter; name the converter, or give dataLine instead");
        Require("slots", simulated || own.DistinctBy(pair => pair.Slot.DataLine).Count() == own.Count, "each slot needs a dataLine of its own, or a converter");
        Require("cells.samplesPerSecond", cells.SamplesPerSecond is 10 or 80, "10 or 80 is expected, as the converters' RATE pin is wired");
        Require("slots", simulated || own.Count <= MostCells, $"one clock drives at most {MostCells} converters; give the others a converter of their own");
        ConverterOptions wiring = new() { Name = ShortForm, Chip = cells.Chip, ClockLine = cells.ClockLine, SamplesPerSecond = cells.SamplesPerSecond };
        return new ShelfConverter(
            ShortForm, simulated ? ConverterKind.Simulated : ConverterKind.Hx711, [.. own.Select(pair => new CellWire(new SlotId((ushort)pair.Slot.Slot), pair.Slot.DataLine, 1))], wiring, null);
    }

    private ShelfConverter CheckConverter(ConverterOptions converter, string where)
    {
        Require(where + ".name", converter.Name.Length is >= 1 and <= 32 && !converter.Name.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789_-")
            && converter.Name != ShortForm, $"1 to 32 of a-z, 0-9, _ and - are expected, and not '{ShortForm}'");
        Require(where + ".kind", Words.Values.Contains(converter.Kind), $"{string.Join(", ", Words.Values)} is expected");
        ConverterKind kind = Words.First(pair => pair.Value == converter.Kind).Key;
        List<CellWire> cells = [];
        for (int index = 0; index < options.Slots.Count; index++)
        {
            if (options.Slots[index].Converter == converter.Name)
                cells.Add(CheckCell(options.Slots[index], kind, $"slots[{index}]"));
        }
        Require(where, cells.Count is >= 1 and <= MostCells, $"1 to {MostCells} slots must name '{converter.Name}' as their converter; {cells.Count} do");
        Require("slots", cells.DistinctBy(cell => (cell.Line, cell.Input)).Count() == cells.Count || kind == ConverterKind.Simulated, $"two slots name the same input of '{converter.Name}'");
        CheckRateAndGain(converter, kind, where);
        CheckUnused(converter, kind, where);
        if (kind is ConverterKind.Hx711)
            Require(where + ".clockLine", converter.ClockLine is >= 0 and < 512, "the line of the clock is expected, on a Raspberry Pi its BCM number");
        if (kind is ConverterKind.Hx711Spi or ConverterKind.Hx711Iio)
            CheckDevice(converter.Device, kind is ConverterKind.Hx711Spi ? "/dev/spidev0.0" : "hx711", where);
        I2cPlace? place = kind is ConverterKind.Nau7802 ? CheckPlace(converter.Bus, Nau7802Address, converter.Multiplexer, converter.Channel, where) : null;
        cells = [.. cells.OrderBy(cell => cell.Input)];
        CheckInputs(cells, converter, kind);
        return new ShelfConverter(converter.Name, kind, cells, converter, place);
    }

    private CellWire CheckCell(SlotOptions slot, ConverterKind kind, string where)
    {
        Require(where + ".dataLine", slot.DataLine == 0, "a slot with a converter says input instead");
        Require(where + ".secondInput", kind is ConverterKind.Hx711 || !slot.SecondInput, "with this kind of converter, input 2 says the same; remove it");
        bool fits = kind switch
        {
            ConverterKind.Hx711 => slot.Input is >= 0 and < 512,
            _ => slot.Input is null or 1 or 2,
        };
        Require(where + ".input", fits, kind switch
        {
            ConverterKind.Hx711 => "the data line of the slot's HX711 is expected, on a Raspberry Pi its BCM number",
            _ => "1 or 2 is expected",
        });
        bool lines = kind is ConverterKind.Hx711;
        return new CellWire(new SlotId((ushort)slot.Slot), lines ? slot.Input!.Value : 0, lines ? slot.SecondInput ? 2 : 1 : slot.Input ?? 1);
    }

    /// <summary>Two inputs of a chip are read in turn, on all chips of a group or on none.</summary>
    private void CheckInputs(List<CellWire> cells, ConverterOptions converter, ConverterKind kind)
    {
        if (kind is ConverterKind.Simulated || cells.TrueForAll(cell => cell.Input == 1))
            return;
        Require("slots", cells.Exists(cell => cell.Input == 1), $"input 2 of '{converter.Name}' is used without input 1; wire the cell to input 1");
        int[] first = [.. cells.Where(cell => cell.Input == 1).Select(cell => cell.Line)], second = [.. cells.Where(cell => cell.Input == 2).Select(cell => cell.Line)];
        Require("slots", first.SequenceEqual(second), $"'{converter.Name}' reads both inputs of all its HX711 in turn: name each data line twice, in the same order, once with secondInput");
        Require("converters", kind is ConverterKind.Nau7802 || converter.Gain != 32, $"'{converter.Name}' reads input B with gain 32 anyway; its gain of input A is 128 or 64");
        Require("slots", first.Length <= 31, $"'{converter.Name}' reads two inputs of at most 31 HX711");
    }

    private void CheckRateAndGain(ConverterOptions converter, ConverterKind kind, string where)
    {
        if (kind is ConverterKind.Nau7802)
        {
            Require(where + ".samplesPerSecond", converter.SamplesPerSecond is 10 or 20 or 40 or 80 or 320, "10, 20, 40, 80 or 320 is expected");
            Require(where + ".gain", converter.Gain is >= 1 and <= 128 && int.IsPow2(converter.Gain), "1, 2, 4, 8, 16, 32, 64 or 128 is expected");
            return;
        }
        Require(where + ".samplesPerSecond", converter.SamplesPerSecond is 10 or 80, "10 or 80 is expected, as the chip's RATE pin is wired");
        Require(where + ".gain", converter.Gain is 128 or 64 or 32, "128 or 64 (input A), or 32 (input B) is expected");
    }

    private void CheckUnused(ConverterOptions converter, ConverterKind kind, string where)
    {
        bool i2c = kind is ConverterKind.Nau7802;
        string word = Words[kind];
        Require(where + ".clockLine", kind is ConverterKind.Hx711 || converter.ClockLine is null, $"{word} has none; remove it");
        Require(where + ".device", kind is ConverterKind.Hx711Spi or ConverterKind.Hx711Iio || converter.Device is null, $"{word} has none; remove it");
        Require(where + ".bus", i2c || converter.Bus is null, $"{word} is on none; remove it");
        Require(where + ".multiplexer", i2c || converter.Multiplexer is null, $"{word} is behind none; remove it");
        Require(where + ".channel", i2c || converter.Channel is null, $"{word} is behind no multiplexer; remove it");
        Require(where + ".readyLine", converter.ReadyLine is null || (i2c && converter.ReadyLine is >= 0 and < 512), i2c ? "the number of a GPIO line is expected" : $"{word} has none; remove it");
    }

    private ShelfReader CheckReader(ReaderOptions reader, string where)
    {
        Require(where + ".slot", options.Slots.Any(slot => slot.Slot == reader.Slot), $"{reader.Slot} does not stand among the slots; add it there");
        SlotId slot = new((ushort)reader.Slot);
        Require(where + ".kind", reader.Kind is "pn532" or "mfrc522", "pn532 or mfrc522 is expected");
        bool pn532 = reader.Kind == "pn532";
        if (reader.Device is not null)
        {
            Require(where + ".bus", reader.Bus is null && reader.Address is null && reader.Multiplexer is null && reader.Channel is null, "a reader with a device is on SPI; remove bus, address, multiplexer and channel");
            CheckDevice(reader.Device, "/dev/spidev0.0", where);
            return new ShelfReader(slot, pn532 ? ReaderKind.Pn532 : ReaderKind.Mfrc522, null, reader.Device);
        }
        int address = pn532 ? Pn532Address : 0x2C; // the address that ESPHome's users wire their MFRC522 to
        if (reader.Address is { } text)
        {
            Require(where + ".address", TryHex(text, out address), "an address such as \"0x24\" is expected");
            Require(where + ".address", pn532 ? address == Pn532Address : address is >= 0x28 and <= 0x2F, pn532 ? "every pn532 has 0x24; remove it" : "0x28 to 0x2F is expected");
        }
        return new ShelfReader(slot, pn532 ? ReaderKind.Pn532 : ReaderKind.Mfrc522, CheckPlace(reader.Bus, address, reader.Multiplexer, reader.Channel, where), null);
    }

    /// <summary>Takes a place on a bus for one chip.</summary>
    /// <exception cref="UserError">It is none, or is taken.</exception>
    public I2cPlace CheckPlace(string? bus, int address, string? multiplexer, int? channel, string where)
    {
        Require(where + ".bus", bus is { Length: > 0 }, "an I2C bus such as \"/dev/i2c-1\", or its adapter's name, is expected");
        int? mux = null;
        if (multiplexer is not null)
        {
            Require(where + ".multiplexer", TryHex(multiplexer, out int parsed) && parsed is >= 0x70 and <= 0x77, "\"0x70\" to \"0x77\" is expected");
            Require(where + ".channel", channel is >= 0 and <= 7, "0 to 7 is expected");
            mux = parsed;
        }
        Require(where + ".channel", multiplexer is not null || channel is null, "a channel needs a multiplexer; give its address, for example \"0x70\"");
        I2cPlace place = new(bus!, address, mux, channel ?? 0);
        bool free = _places.TryAdd((place.Bus, place.Multiplexer, place.Channel, place.Address), where);
        Require(where + (mux is null ? ".bus" : ".channel"), free, $"{place} is taken already; put one of the two on another bus, or behind a multiplexer");
        return place;
    }

    private void CheckDevice(string? device, string example, string where)
    {
        Require(where + ".device", device is { Length: > 0 }, $"a device such as \"{example}\" is expected");
        Require(where + ".device", _devices.TryAdd(device!, where), $"{device} is taken already; each chip needs one of its own");
    }

    /// <summary>A GPIO line does one thing.</summary>
    private void CheckLines(List<ShelfConverter> converters)
    {
        Dictionary<(string, int), string> taken = [];
        foreach (ShelfConverter converter in converters.Where(converter => converter.Kind is ConverterKind.Hx711 or ConverterKind.Nau7802))
        {
            string chip = converter.Wiring.Chip ?? "";
            List<int> lines = converter.Kind is ConverterKind.Hx711 ? [converter.Wiring.ClockLine!.Value, .. converter.DataLines] : [];
            if (converter.Wiring.ReadyLine is { } ready)
                lines.Add(ready);
            foreach (int line in lines)
                Require(converter.Name == ShortForm ? "cells" : "converters", taken.TryAdd((chip, line), converter.Name),
                    $"line {line} of '{converter.Name}' is used by '{taken.GetValueOrDefault((chip, line))}' already; wire one of them to another line");
        }
    }

    /// <summary>Lamp and buzzer have lines of their own; a converter without a chip of its own may be on the same header.</summary>
    private void CheckAttention(AttentionOptions attention, List<ShelfConverter> converters)
    {
        Require("attention", attention.Lines.Any(), "a lampLine or a buzzerLine is expected, on a Raspberry Pi its BCM number; or remove attention");
        Require("attention", attention.Lines.All(line => line is >= 0 and < 512), "lines of 0 to 511 are expected");
        Require("attention.buzzerLine", attention.LampLine != attention.BuzzerLine, "the lamp has this line already; wire the buzzer to another one");
        foreach (ShelfConverter converter in converters.Where(converter => attention.Chip is null || converter.Wiring.Chip is null || converter.Wiring.Chip == attention.Chip))
        {
            int[] used = converter.Kind is ConverterKind.Hx711 ? [converter.Wiring.ClockLine!.Value, .. converter.DataLines] : converter.Wiring.ReadyLine is { } ready ? [ready] : [];
            foreach (int line in attention.Lines)
                Require("attention", !used.Contains(line), $"line {line} is used by '{converter.Name}' already; wire lamp and buzzer to other lines");
        }
    }

    /// <summary>Reads an address such as <c>0x24</c>.</summary>
    public static bool TryHex(string text, out int value)
    {
        value = 0;
        return text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private void Require(string member, bool holds, string expected) => GatewayFile.Require(file, member, holds, expected);
}
