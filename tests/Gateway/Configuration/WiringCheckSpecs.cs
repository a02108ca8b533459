using System.Text.Json;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Tests.Sensing;

namespace PantryChain.Gateway.Tests.Configuration;

public sealed class WiringCheckSpecs
{
    [Fact]
    public void The_short_form_makes_one_group_of_all_slots()
    {
        Household household = GatewayFile.Check(Read("""{"slots": [{"slot": 1, "dataLine": 6}, {"slot": 2, "dataLine": 13}], "cells": {"clockLine": 7}}"""), "gateway.json");

        ShelfConverter group = household.Converters.Should().ContainSingle().Subject;
        group.Kind.Should().Be(ConverterKind.Hx711);
        group.Wiring.ClockLine.Should().Be(7);
        group.DataLines.Should().Equal(6, 13);
    }

    [Fact]
    public void All_kinds_may_stand_in_one_household()
    {
        Household household = GatewayFile.Check(MixedShelf.Options(
            [new ReaderOptions { Slot = 1, Kind = "pn532", Bus = MixedShelf.Bus }, new ReaderOptions { Slot = 2, Kind = "mfrc522", Bus = MixedShelf.Bus, Address = "0x2f" }]), "gateway.json");

        household.Converters.Select(converter => converter.Name).Should().Equal("upper", "flour", "coffee", "tea");
        household.Converters[1].Place!.ToString().Should().Be("/dev/i2c-1, 0x70 channel 5, 0x2A");
        household.Readers.Select(reader => reader.Place!.Address).Should().Equal(0x24, 0x2F);
    }

    [Theory]
    [InlineData("""{"converters": [{"name": "a", "kind": "hx710"}]}""", "converters[0].kind: hx711, hx711-spi, hx711-iio, nau7802, simulated is expected")]
    [InlineData("""{"converters": [{"name": "A b", "kind": "hx711"}]}""", "converters[0].name: 1 to 32 of")]
    [InlineData("""{"converters": [{"name": "a", "kind": "nau7802", "bus": "/dev/i2c-1"}]}""", "converters[0]: 1 to 63 slots must name 'a'")]
    [InlineData("""{"slots": [{"slot": 1, "converter": "b"}]}""", "slots[0].converter: 'b' does not stand among the converters")]
    [InlineData("""{"slots": [{"slot": 1, "converter": "a"}], "converters": [{"name": "a", "kind": "nau7802"}]}""", "converters[0].bus: an I2C bus such as \"/dev/i2c-1\"")]
    [InlineData("""{"slots": [{"slot": 1, "converter": "a"}], "converters": [{"name": "a", "kind": "hx711", "clockLine": 5}]}""", "slots[0].input: the data line")]
    [InlineData("""{"slots": [{"slot": 1, "converter": "a", "input": 6}], "converters": [{"name": "a", "kind": "hx711"}]}""", "converters[0].clockLine: the line of the clock")]
    [InlineData("""{"slots": [{"slot": 1, "converter": "a", "input": 5}], "converters": [{"name": "a", "kind": "hx711", "clockLine": 5}]}""", "converters: line 5 of 'a' is used")]
    [InlineData("""{"slots": [{"slot": 1, "converter": "a"}], "converters": [{"name": "a", "kind": "hx711-spi"}]}""", "converters[0].device: a device such as")]
    [InlineData("""{"slots": [{"slot": 1, "converter": "a"}], "converters": [{"name": "a", "kind": "nau7802", "bus": "b", "samplesPerSecond": 15}]}""", "converters[0].samplesPerSecond: 10, 20, 40, 80 or 320")]
    [InlineData("""{"slots": [{"slot": 1, "converter": "a"}], "converters": [{"name": "a", "kind": "nau7802", "bus": "b", "gain": 3}]}""", "converters[0].gain: 1, 2, 4")]
    [InlineData("""{"slots": [{"slot": 1, "converter": "a"}], "converters": [{"name": "a", "kind": "nau7802", "bus": "b", "channel": 3}]}""", "converters[0].channel: a channel needs a multiplexer")]
    [InlineData("""{"slots": [{"slot": 1, "converter": "a"}], "converters": [{"name": "a", "kind": "nau7802", "bus": "b", "multiplexer": "112"}]}""", "converters[0].multiplexer: \"0x70\" to \"0x77\"")]
    [InlineData("""{"slots": [{"slot": 1, "converter": "a"}], "converters": [{"name": "a", "kind": "nau7802", "bus": "b", "clockLine": 5}]}""", "converters[0].clockLine: nau7802 has none")]
    [InlineData("""{"slots": [{"slot": 1, "converter": "a"}, {"slot": 2, "converter": "c"}], "converters": [{"name": "a", "kind": "nau7802", "bus": "b"}, {"name": "c", "kind": "nau7802", "bus": "b"}]}""",
        "converters[1].bus: b, 0x2A is taken already")]
    [InlineData("""{"slots": [{"slot": 1, "converter": "a"}, {"slot": 2, "converter": "c"}], "converters": [{"name": "a", "kind": "nau7802", "bus": "b"}, {"name": "c", "kind": "nau7802", "bus": "b", "multiplexer": "0x70", "channel": 1}]}""",
        "converters[1]: 0x2A also answers on b itself")]
    [InlineData("""{"slots": [{"slot": 1, "converter": "a", "input": 2}], "converters": [{"name": "a", "kind": "nau7802", "bus": "b"}]}""", "slots: input 2 of 'a' is used without input 1")]
    [InlineData("""{"slots": [{"slot": 1, "converter": "a", "dataLine": 5}], "converters": [{"name": "a", "kind": "nau7802", "bus": "b"}]}""", "slots[0].dataLine: a slot with a converter says input")]
    [InlineData("""{"slots": [{"slot": 1, "converter": "a", "input": 6}, {"slot": 2, "converter": "a", "input": 7}, {"slot": 3, "converter": "a", "input": 6, "secondInput": true}], "converters": [{"name": "a", "kind": "hx711", "clockLine": 5}]}""",
        "slots: 'a' reads both inputs of all its HX711 in turn")]
    [InlineData("""{"slots": [{"slot": 1, "converter": "a", "secondInput": true}], "converters": [{"name": "a", "kind": "nau7802", "bus": "b"}]}""", "slots[0].secondInput: with this kind of converter")]
    [InlineData("""{"slots": [{"slot": 1, "input": 5}]}""", "slots[0].input: an input belongs to a converter")]
    [InlineData("""{"slots": [{"slot": 1, "temperature": "28-1/temperature"}]}""", "slots[0].temperature: the whole path")]
    [InlineData("""{"slots": [{"slot": 1}], "attention": {}}""", "attention: a lampLine or a buzzerLine is expected")]
    [InlineData("""{"slots": [{"slot": 1}], "attention": {"lampLine": 512}}""", "attention: lines of 0 to 511")]
    [InlineData("""{"slots": [{"slot": 1}], "attention": {"lampLine": 24, "buzzerLine": 24}}""", "attention.buzzerLine: the lamp has this line already")]
    [InlineData("""{"slots": [{"slot": 1, "converter": "a", "input": 24}], "converters": [{"name": "a", "kind": "hx711", "clockLine": 5}], "attention": {"lampLine": 24}}""",
        "attention: line 24 is used by 'a' already")]
    [InlineData("""{"cells": {"samplesPerSecond": 11}, "slots": [{"slot": 1}]}""", "cells.samplesPerSecond: 10 or 80")]
    [InlineData("""{"slots": [{"slot": 1}], "readers": [{"slot": 2, "kind": "pn532", "bus": "b"}]}""", "readers[0].slot: 2 does not stand among the slots")]
    [InlineData("""{"slots": [{"slot": 1}], "readers": [{"slot": 1, "kind": "rc522", "bus": "b"}]}""", "readers[0].kind: pn532 or mfrc522")]
    [InlineData("""{"slots": [{"slot": 1}], "readers": [{"slot": 1, "kind": "mfrc522", "bus": "b", "address": "0x24"}]}""", "readers[0].address: 0x28 to 0x2F")]
    [InlineData("""{"slots": [{"slot": 1}], "readers": [{"slot": 1, "kind": "pn532", "device": "/dev/spidev0.0", "bus": "b"}]}""", "readers[0].bus: a reader with a device is on SPI")]
    [InlineData("""{"slots": [{"slot": 1}], "readers": [{"slot": 1, "kind": "pn532", "bus": "b"}, {"slot": 1, "kind": "mfrc522", "bus": "b"}]}""", "readers: a slot has one reader at most")]
    public void Wiring_that_cannot_be_is_named_with_what_is_expected(string json, string said)
    {
        GatewayOptions options = Read(json);

        Action check = () => GatewayFile.Check(options, "gateway.json");

        check.Should().Throw<UserError>().Which.Message.Should().StartWith("gateway.json: " + said).And.NotContain("\n");
    }

    [Fact]
    public void The_sample_in_the_documents_is_one_that_the_gateway_takes()
    {
        string text = File.ReadAllText(Path.Combine(Root(), "docs", "gateway.md"));
        int start = text.IndexOf("\"converters\": [", StringComparison.Ordinal);

        Household household = GatewayFile.Check(Read("{" + text[start..text.IndexOf("```", start, StringComparison.Ordinal)] + "}"), "gateway.json");

        household.Converters.Select(converter => converter.Kind).Should().Equal(ConverterKind.Hx711, ConverterKind.Hx711Spi, ConverterKind.Hx711Iio, ConverterKind.Nau7802);
        household.Readers.Should().HaveCount(2);
    }

    [Fact]
    public void Both_inputs_of_every_chip_on_a_clock_may_carry_a_cell()
    {
        GatewayOptions options = Read("""
            {"slots": [{"slot": 1, "converter": "a", "input": 6}, {"slot": 2, "converter": "a", "input": 6, "secondInput": true}],
             "converters": [{"name": "a", "kind": "hx711", "clockLine": 5, "samplesPerSecond": 80}]}
            """);

        ShelfConverter converter = GatewayFile.Check(options, "gateway.json").Converters[0];

        converter.HasSecondInput.Should().BeTrue();
        converter.DataLines.Should().Equal(6);
        converter.ReadingsPerSecond.Should().BeApproximately(6.7, 0.1);
    }

    [Fact]
    public void An_MFRC522_must_leave_the_address_of_a_NAU7802_alone()
    {
        GatewayOptions options = Read("""
            {"slots": [{"slot": 1, "converter": "a"}], "converters": [{"name": "a", "kind": "nau7802", "bus": "b"}],
             "readers": [{"slot": 1, "kind": "mfrc522", "bus": "b", "address": "0x2A"}]}
            """);

        Action check = () => GatewayFile.Check(options, "gateway.json");

        check.Should().Throw<UserError>().WithMessage("gateway.json: readers[0].bus: b, 0x2A is taken already*");
    }

    /// <summary>A household with milk that is wired as the JSON says.</summary>
    private static GatewayOptions Read(string json)
    {
        GatewayOptions wiring = JsonSerializer.Deserialize(json, ConfigurationJson.Default.GatewayOptions)!;
        if (wiring.Slots.Count == 0)
            wiring.Slots = [new SlotOptions { Slot = 1 }];
        foreach (SlotOptions slot in wiring.Slots)
            (slot.Gtin, slot.NameKo, slot.NameEn) = (Samples.Milk.ToString(), "칸", "Slot");
        return Samples.Options with
        {
            Cells = wiring.Cells, Converters = wiring.Converters, Readers = wiring.Readers, Slots = wiring.Slots, Attention = wiring.Attention,
        };
    }

    private static string Root([System.Runtime.CompilerServices.CallerFilePath] string here = "") => Path.GetFullPath("../../..", Path.GetDirectoryName(here)!);
}
