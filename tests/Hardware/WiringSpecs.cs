using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;
using PantryChain.Wiring;

namespace PantryChain.Hardware.Tests;

/// <summary>The drawings are those of their sources, and a source that would not work is refused.</summary>
public sealed partial class WiringSpecs
{
    private const string Head = "title Test\ntitle-ko 시험\npart U1 hx711 HX711\npart C1 cell bar\n";
    private const string Supply = "wire pi.3V3@1 U1.VCC\nwire pi.GND@6 U1.GND\n";

    private static string Folder => Place.Hardware("wiring");

    private static IReadOnlyDictionary<string, PartKind> Parts { get; } = PartCatalogue.Read("parts.txt", File.ReadAllText(Path.Combine(Folder, "parts.txt")));

    private static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.wiring").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);

    public static TheoryData<string> Sources => [.. Names];

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_drawing_is_what_its_source_says(string source)
    {
        string drawing = Path.ChangeExtension(source, ".svg");

        File.ReadAllText(Path.Combine(Folder, drawing)).Should().Be(Drawing.Of(Read(source)), "'dotnet run --project hardware/tools/Wiring' draws it anew");
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_drawing_is_well_formed_and_names_every_pin_that_it_uses(string source)
    {
        WiringPlan plan = Read(source);
        XElement svg = XDocument.Parse(Drawing.Of(plan)).Root!;

        string text = string.Join('\n', svg.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value));
        text.Should().Contain(plan.Title).And.Contain(plan.TitleKo);
        foreach (End end in plan.Nets.SelectMany(net => net.Ends))
            text.Should().Contain(end.Header?.Name ?? end.Pin!.Name);
    }

    [Fact]
    public void Every_committed_drawing_has_a_source_and_every_step_of_the_calibration_its_drawing()
    {
        IReadOnlyDictionary<string, string> drawn = WiringFolder.Draw(Folder);

        Directory.EnumerateFiles(Folder, "*.svg").Select(file => Path.GetFileName(file)).Should().BeEquivalentTo(drawn.Keys);
        foreach (StepDrawing step in WiringFolder.Steps(Folder))
            File.ReadAllText(Path.Combine(Folder, step.Name + ".svg")).Should().Be(drawn[step.Name + ".svg"], "'dotnet run --project hardware/tools/Wiring' draws it anew");
    }

    [Fact]
    public void Every_sensor_and_every_model_has_its_drawing() =>
        Names.Should().BeEquivalentTo(
            "hx711-one.wiring", "hx711-four.wiring", "hx711-platform.wiring", "hx711-spi.wiring", "nau7802.wiring", "nau7802-tca9548a.wiring", "pn532-i2c.wiring", "pn532-i2c-gpio.wiring",
            "pn532-spi.wiring", "mfrc522-i2c.wiring", "ds18b20.wiring", "sht4x.wiring", "bme280.wiring", "attention.wiring", "ssd1306.wiring", "atecc608-ds3231.wiring", "pi-zero2w.wiring", "pi-3.wiring", "pi-4.wiring", "pi-5.wiring");

    [Theory]
    [InlineData("wire pi.GPIO5 U1.SCK\nwire pi.GPIO5 U1.DT\n", 8, "two wires on one GPIO")]
    [InlineData("wire pi.GPIO5 U1.SCK\nwire pi.GPIO6 U1.SCK\n", 8, "has the wire of line 7 already")]
    [InlineData("wire pi.GPIO28 U1.SCK\n", 7, "no pin 'GPIO28'")]
    [InlineData("wire pi.GND U1.SCK\n", 7, "say which, such as GND@6")]
    [InlineData("wire pi.3V3@2 U1.SCK\n", 7, "pin 2 is 5V, not 3V3")]
    [InlineData("wire pi.GPIO5 U1.CLK\n", 7, "has no pin 'CLK'; it has VCC, GND, DT, SCK")]
    [InlineData("wire pi.GPIO5 U2.SCK\n", 7, "no part 'U2'")]
    [InlineData("wire pi.GPIO5 U1.E+\n", 7, "is analog and cannot go to a GPIO")]
    [InlineData("wire pi.GND@9 U1.SCK\n", 7, "would be joined to ground")]
    [InlineData("wires pi.GPIO5 U1.SCK\n", 7, "is not understood")]
    [InlineData("part R1 pn532spi reader\nwire pi.GPIO5 R1.MOSI\n", 8, "R1.MOSI needs MOSI, which is GPIO10")]
    public void A_wiring_that_cannot_work_is_refused_with_its_line(string wires, int line, string reason)
    {
        WiringException refusal = Assert.Throws<WiringException>(() => Check(Head + Supply + wires));

        refusal.Line.Should().Be(line);
        refusal.Message.Should().StartWith($"test.wiring:{line}: ").And.Contain(reason);
    }

    [Fact]
    public void Five_volts_never_reach_a_chip_of_3_3_volts() =>
        Refusal("title T\ntitle-ko 가\npart R1 mfrc522i2c reader\nwire pi.5V@2 R1.3.3V\nwire pi.GND@6 R1.GND\n").Should().StartWith("test.wiring:4:").And.Contain("bears 3.6 V at most");

    [Fact]
    public void Five_volts_never_come_back_to_a_GPIO_from_a_board_that_is_supplied_with_them() =>
        Refusal(Head + "wire pi.5V@2 U1.VCC\nwire pi.GND@6 U1.GND\nwire pi.GPIO6 U1.DT\n").Should().StartWith("test.wiring:7:").And.Contain("5.0 V would reach GPIO6 (pin 31)");

    [Fact]
    public void Both_supplies_are_never_joined() =>
        Refusal(Head + "wire pi.5V@2 pi.3V3@1 U1.VCC\nwire pi.GND@6 U1.GND\n").Should().Contain("5V and 3V3 would be joined");

    [Fact]
    public void A_board_without_ground_is_refused() =>
        Refusal(Head + "wire pi.3V3@1 U1.VCC\nwire pi.GPIO5 U1.SCK\n").Should().StartWith("test.wiring:3:").And.Contain("U1 has no ground").And.Contain("U1.GND");

    [Fact]
    public void Two_chips_of_one_address_on_one_bus_are_refused() =>
        Refusal("title T\ntitle-ko 가\npart A nau7802 first\npart B nau7802 second\nwire pi.3V3@1 A.VIN B.VIN\nwire pi.GND@6 A.GND B.GND\nwire pi.GPIO2 A.SDA B.SDA\nwire pi.GPIO3 A.SCL B.SCL\n")
            .Should().StartWith("test.wiring:7:").And.Contain("A and B both answer at 0x2A");

    [Fact]
    public void Any_two_different_GPIOs_do_for_an_HX711_and_one_for_both_never_does() =>
        Prop.ForAll(Gen.Choose(0, 27).Two().ToArbitrary(), pair =>
        {
            string text = $"{Head}{Supply}wire pi.GPIO{pair.Item1} U1.DT\nwire pi.GPIO{pair.Item2} U1.SCK\n";
            (Record.Exception(() => Check(text)) is null).Should().Be(pair.Item1 != pair.Item2);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_header_has_its_forty_pins_with_supply_and_ground_where_the_Raspberry_Pi_has_them()
    {
        PiHeader.Pins.Where(pin => pin.Name == "3V3").Select(pin => pin.Number).Should().Equal(1, 17);
        PiHeader.Pins.Where(pin => pin.Name == "5V").Select(pin => pin.Number).Should().Equal(2, 4);
        PiHeader.Pins.Where(pin => pin.Name == "GND").Select(pin => pin.Number).Should().Equal(6, 9, 14, 20, 25, 30, 34, 39);
        PiHeader.Pins.Where(pin => pin.Role == PinRole.Signal).Select(pin => pin.Name).Should().BeEquivalentTo(Enumerable.Range(0, 28).Select(line => $"GPIO{line}"));
    }

    [Theory]
    [InlineData("hx711-one.wiring")]
    [InlineData("hx711-four.wiring")]
    [InlineData("hx711-platform.wiring")]
    public void Lines_in_gateway_json_beside_a_drawing_are_those_of_its_wires(string source)
    {
        WiringPlan plan = Read(source);
        string settings = string.Join('\n', plan.Settings);

        LineIn().Matches(settings).Where(match => match.Groups["what"].Value == "clockLine").Select(match => "GPIO" + match.Groups["line"].Value).Should().Equal(GpiosAt(plan, "SCK"));
        LineIn().Matches(settings).Where(match => match.Groups["what"].Value == "dataLine").Select(match => "GPIO" + match.Groups["line"].Value).Should().Equal(GpiosAt(plan, "DT"));
    }

    [Fact]
    public async Task The_first_drawing_fits_the_gateway_json_that_init_writes()
    {
        using TempFolder folder = new();
        (int exitCode, string said) = await Place.RunAsync("dotnet", Path.Combine(Place.GatewayBuild, "PantryChain.Gateway.dll"), "init", "--data", folder.Inside("gateway"));
        exitCode.Should().Be(0, said);
        JsonNode written = JsonNode.Parse(await File.ReadAllTextAsync(folder.Inside("gateway/gateway.json")))!;
        WiringPlan plan = Read("hx711-one.wiring");

        GpiosAt(plan, "SCK").Should().Equal($"GPIO{written["cells"]!["clockLine"]}");
        GpiosAt(plan, "DT").Should().Equal($"GPIO{written["slots"]![0]!["dataLine"]}");
        PiHeader.Models.Select(model => model.Chip).Should().Contain(written["cells"]!["chip"]!.GetValue<string>());
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task Settings_beside_a_drawing_are_such_as_the_gateway_takes(string source)
    {
        string[] settings = [.. Read(source).Settings.Where(line => !line.StartsWith("config.txt:", StringComparison.Ordinal))];
        if (settings.Length == 0)
            return; // a header or a part that only the kernel knows
        using TempFolder folder = new();
        const string milk = "\"gtin\": \"8801115114154\", \"nameKo\": \"우유\", \"nameEn\": \"Milk\"";
        string members = string.Join('\n', settings.Select((line, index) => index > 0 && line[0] == '"' ? "," + line : line)).Replace("...", milk, StringComparison.Ordinal);
        string slots = members.Contains("\"slots\"", StringComparison.Ordinal) ? "" : $", \"slots\": [ {{ \"slot\": 1, \"dataLine\": 6, {milk} }} ]";
        await File.WriteAllTextAsync(folder.Inside("gateway.json"),
            $$"""{ "gateway": "drawing", "products": [ { {{milk}}, "packGrams": 1063, "classId": "milk" } ], {{members}}{{slots}} }""");

        (int exitCode, string said) = await Place.RunAsync("dotnet", Path.Combine(Place.GatewayBuild, "PantryChain.Gateway.dll"), "status", "--data", folder.Path);

        (exitCode, said).Should().Match<(int ExitCode, string Said)>(result => result.ExitCode == 1 && result.Said.Contains("does not run"), "the file is good and nobody runs it");
    }

    private static IEnumerable<string> GpiosAt(WiringPlan plan, string pin) =>
        plan.Nets.Where(net => net.Ends.Any(end => end.Pin?.Name == pin)).Select(net => net.Ends.Single(end => end.Header is not null).Header!.Name);

    private static WiringPlan Read(string source)
    {
        WiringPlan plan = WiringPlan.Read(source, File.ReadAllText(Path.Combine(Folder, source)), Parts);
        WiringCheck.Check(plan);
        return plan;
    }

    private static void Check(string text) => WiringCheck.Check(WiringPlan.Read("test.wiring", text, Parts));

    private static string Refusal(string text) => Assert.Throws<WiringException>(() => Check(text)).Message;

    [GeneratedRegex(@"""(?<what>clockLine|dataLine)"": (?<line>\d+)")]
    private static partial Regex LineIn();
}
