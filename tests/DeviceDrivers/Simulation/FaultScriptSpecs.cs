using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;

namespace PantryChain.DeviceDrivers.Tests.Simulation;

/// <summary>Fault scripts: every kind is understood, every mistake names file, entry and fix.</summary>
public sealed class FaultScriptSpecs
{
    private static readonly FaultReach Board = new(new Dictionary<SlotId, CellChip> { [new SlotId(1)] = CellChip.Hx711, [new SlotId(2)] = CellChip.Nau7802 }, HasReader: true);

    public static TheoryData<string, string> Kinds => new()
    {
        { "spikes", "1" }, { "spikes", "2" }, { "drift", "1" }, { "vibration", "1" }, { "creep", "2" }, { "handLeaning", "1" },
        { "bitSlip", "1" }, { "extraPulse", "1" }, { "flippedBits", "1" }, { "powerDown", "1" }, { "powerDown", "2" }, { "powerDown", "\"reader\"" },
        { "stuckLow", "1" }, { "stuckHigh", "1" }, { "saturation", "1" }, { "saturation", "2" }, { "chipGone", "1" }, { "chipGone", "2" }, { "chipGone", "\"reader\"" },
        { "frozen", "2" }, { "stopped", "2" }, { "nack", "2" }, { "nack", "\"reader\"" }, { "nack", "\"bus\"" }, { "busHeld", "\"bus\"" },
        { "missedPolls", "\"reader\"" }, { "tagUnreadable", "\"reader\"" }, { "garbledFrames", "\"reader\"" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_can_last(string kind, string slot)
    {
        FaultScript script = FaultScript.Parse("f.json", $$"""[{ "from": "6.5d", "for": "2h", "every": "1d", "times": 3, "slot": {{slot}}, "fault": "{{kind}}", "comment": "said", },]""");

        script.Check("f.json", Board);
        ScriptedFault fault = script.Entries.Single();
        (fault.Word, fault.From, fault.For, fault.Every, fault.Times).Should().Be((kind, TimeSpan.FromDays(6.5), TimeSpan.FromHours(2), TimeSpan.FromDays(1), 3));
        fault.ToString().Should().EndWith("for 2 h");
    }

    [Theory]
    [InlineData("bitSlip", "1")]
    [InlineData("extraPulse", "1")]
    [InlineData("flippedBits", "1")]
    [InlineData("glitch", "1")]
    [InlineData("brownOut", "2")]
    [InlineData("hang", "\"reader\"")]
    public void Some_kinds_are_a_moment(string kind, string slot) =>
        FaultScript.Parse("f.json", $$"""{ "from": "20m", "slot": {{slot}}, "fault": "{{kind}}" }""").Entries.Single().IsMoment.Should().BeTrue();

    [Fact]
    public void A_fault_is_a_function_of_household_time()
    {
        ScriptedFault fault = FaultScript.Parse("f.json", """[{ "from": "1d", "for": "6h", "every": "2d", "times": 2, "slot": 1, "fault": "drift", "grams": -8 }]""").Entries.Single();

        bool[] on = [.. new[] { 23.9, 24, 29.9, 30.1, 72, 77, 78.5, 120, 130 }.Select(hours => fault.IsOn(TimeSpan.FromHours(hours), speed: 28_800, out _, out _))];

        on.Should().Equal(false, true, true, false, true, true, false, false, false);
        fault.IsOn(TimeSpan.FromHours(75), 1, out int number, out double progress).Should().BeTrue();
        (number, progress).Should().Be((1, 0.5));
        fault.BegunBy(TimeSpan.FromDays(30)).Should().Be(2);
    }

    [Fact]
    public void Bus_seconds_follow_the_clocks_speed()
    {
        ScriptedFault fault = FaultScript.Parse("f.json", """[{ "from": "1d", "busSeconds": 2, "slot": 1, "fault": "stuckLow" }]""").Entries.Single();

        fault.IsOn(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(3), speed: 1, out _, out _).Should().BeFalse();
        fault.IsOn(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(3), speed: 28_800, out _, out _).Should().BeTrue();
    }

    [Theory]
    [InlineData("[{]", "f.json is no JSON")]
    [InlineData("{ \"from\": \"1d\", \"slot\": 1, \"fault\": \"glitch\" }\n{ oops", "f.json, line 2 is no JSON")]
    [InlineData("[3]", "entry 1: an object such as")]
    [InlineData("[{ 'from': '1d', 'slot': 1 }]", "entry 1: 'fault' is missing; use one of spikes, drift")]
    [InlineData("[{ 'fault': 'bitflip' }]", "entry 1: 'bitflip' is no fault; use one of")]
    [InlineData("[{ 'from': '1d', 'for': '1h', 'slot': 1, 'fault': 'drift', 'gramms': 3 }]", "'gramms' means nothing to 'drift'; it knows from, for")]
    [InlineData("[{ 'from': '1d', 'for': '1h', 'slot': 1, 'fault': 'drift', 'grams': 5000 }]", "'grams' is 5000; a number from -1000 to 1000 is expected")]
    [InlineData("[{ 'for': '1h', 'slot': 1, 'fault': 'drift' }]", "'from' is missing")]
    [InlineData("[{ 'from': 3, 'for': '1h', 'slot': 1, 'fault': 'drift' }]", "'from' is 3; put it in quotation marks, with a unit")]
    [InlineData("[{ 'from': '1 week', 'for': '1h', 'slot': 1, 'fault': 'drift' }]", "'from' is '1 week'; a time such as")]
    [InlineData("[{ 'from': '1d', 'slot': 1, 'fault': 'drift' }]", "'drift' needs a length")]
    [InlineData("[{ 'from': '1d', 'for': '1h', 'busSeconds': 1, 'slot': 1, 'fault': 'drift' }]", "not both")]
    [InlineData("[{ 'from': '1d', 'for': '1h', 'slot': 1, 'fault': 'glitch' }]", "'glitch' is over in a moment")]
    [InlineData("[{ 'from': '1d', 'for': '2h', 'every': '1h', 'slot': 1, 'fault': 'drift' }]", "'every' must be longer than 'for'")]
    [InlineData("[{ 'from': '1d', 'for': '2h', 'times': 2, 'slot': 1, 'fault': 'drift' }]", "'times' needs 'every'")]
    [InlineData("[{ 'from': '1d', 'for': '2h', 'fault': 'drift' }]", "'slot' is missing; 'drift' happens to a slot's number")]
    [InlineData("[{ 'from': '1d', 'for': '2h', 'slot': 'bus', 'fault': 'drift' }]", "'drift' happens to a slot's number, not to \"bus\"")]
    [InlineData("[{ 'from': '1d', 'for': '2h', 'slot': 0, 'fault': 'drift' }]", "'slot' is 0")]
    [InlineData("[{ 'from': '1d', 'for': '2h', 'slot': 9, 'fault': 'drift' }]", "entry 1: there is no slot 9; use 1, 2")]
    [InlineData("[{ 'from': '1d', 'slot': 2, 'fault': 'bitSlip' }]", "entry 1: slot 2 is weighed by a NAU7802, which 'bitSlip' cannot happen to; use one of spikes")]
    public void Every_mistake_names_the_entry_and_the_fix(string text, string told)
    {
        Action read = () => FaultScript.Parse("f.json", text.Replace('\'', '"')).Check("f.json", Board);

        read.Should().Throw<FormatException>().WithMessage("f.json*").And.Message.Replace('\'', '"').Should().Contain(told.Replace('\'', '"'));
    }

    [Fact]
    public void A_board_without_reader_or_bus_has_no_faults_of_them()
    {
        FaultReach plain = new(new Dictionary<SlotId, CellChip> { [new SlotId(1)] = CellChip.Hx711 }, HasReader: false);
        FaultScript script = FaultScript.Parse("f.json", """
            [{ "from": "1d", "for": "2h", "slot": "bus", "fault": "nack" }, { "from": "1d", "for": "2h", "slot": "reader", "fault": "missedPolls" }, { "from": "1d", "slot": 1, "fault": "glitch" }]
            """);

        script.Invoking(known => known.Check("f.json", plain)).Should().Throw<FormatException>().WithMessage("f.json, entry 1: there is no I2C bus; remove the entry.");
        script.Fitting(plain).Entries.Should().ContainSingle().Which.Kind.Should().Be(ScriptedFaultKind.Glitch);
    }

    [Fact]
    public void An_absent_file_is_told() =>
        ((Action)(() => FaultScript.Read("/nowhere/f.json"))).Should().Throw<FormatException>().WithMessage("/nowhere/f.json cannot be read*");
}
