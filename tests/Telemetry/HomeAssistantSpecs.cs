using System.Text;
using System.Text.Json.Nodes;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Telemetry.Home;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Telemetry.Tests;

/// <summary>Home Assistant's side: every announcement against its rules, every message of ours rendered by the templates that were announced for its topic.</summary>
public sealed class HomeAssistantSpecs
{
    private static readonly SlotId Slot = new(4);

    private static readonly string[] Causes =
        ["frames", "samples", "long_pulses", "resets", "unsettled", "desynchronised", "saturated", "torn_bits", "late", "unconfirmed", "power_cycles", "stale", "lost"];

    private static readonly string[] ReaderCauses = ["polls", "empty_polls", "items", "blank", "copies", "not_acknowledged", "values", "get"]; // some are methods of Python's dictionaries

    private static readonly Dictionary<string, long> NoCounts = [];

    public static TheoryData<string> Gateways => ["kim-1", "pantry", "a__b", "-kitchen-", "kit--chen", "___", "9", "kitchen_"];

    [Theory]
    [MemberData(nameof(Gateways))]
    public void Every_announcement_keeps_to_Home_Assistants_rules_whatever_the_gateways_name(string gateway)
    {
        Topics topics = new(new GatewayId(gateway.PadRight(3, '0')));
        foreach ((string topic, JsonObject config) in Announced(topics))
            HomeAssistantRules.WrongWith(topic, config).Should().BeEmpty(topic);
    }

    [Fact]
    public void No_two_entities_of_a_household_have_one_id()
    {
        string[] ids = [.. Announced(HomeBroker.Topics).SelectMany(device => Components(device.Config)).Select(one => (string?)one["unique_id"]).OfType<string>()];

        ids.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Every_message_renders_to_a_state_that_its_entity_takes_and_warns_of_nothing()
    {
        List<(JsonObject Component, string Topic, string Payload)> jobs = [];
        foreach ((_, JsonObject config) in Announced(HomeBroker.Topics))
        {
            foreach (JsonObject component in Components(config).Where(one => (string)one["platform"]! != "button"))
            {
                string topic = (string)(component["state_topic"] ?? config["state_topic"])!;
                string[] payloads = [.. Messages.Where(message => message.Topic == topic).Select(message => message.Payload)];
                payloads.Should().NotBeEmpty($"something is told on {topic}");
                jobs.AddRange(payloads.Select(payload => (component, topic, payload)));
            }
        }

        IReadOnlyList<Rendered> rendered = await Jinja.RenderAsync(jobs.Select(job => new Rendering((string?)job.Component["value_template"] ?? "{{ value }}", job.Payload)));

        jobs.Zip(rendered).Select(done => (Said: HomeAssistantRules.WrongState(done.First.Component, done.Second.Text) ?? (done.Second.Warnings.Count > 0 ? done.Second.Warnings[0] : null), done.First))
            .Where(done => done.Said is not null).Select(done => $"{done.First.Component["unique_id"]} of {done.First.Payload}: {done.Said}").Should().BeEmpty();
        jobs.Count.Should().BeGreaterThan(100);
    }

    [Fact]
    public async Task States_are_what_the_message_says_and_unknown_where_it_says_nothing()
    {
        JsonObject shelf = Announced(HomeBroker.Topics).Single(device => device.Topic.EndsWith("_slot_4/config", StringComparison.Ordinal)).Config;
        (string Key, string Payload, string State)[] expected =
        [
            ("net", Known, "812.5"), ("days", Known, "2.5"), ("units", Known, "0.8"), ("moving", Known, "OFF"), ("health", Known, "ok"),
            ("net", Unknown, "None"), ("days", Unknown, "None"), ("units", Unknown, "None"), ("moving", Unknown, "ON"), ("health", Unknown, "uncalibrated"),
            ("faults", Diagnosed(reader: true), "7"), ("converter_frames", Diagnosed(reader: true), "3"), ("reader_faults", Diagnosed(reader: true), "7"), ("reader_polls", Diagnosed(reader: true), "3"),
            ("reader_faults", Diagnosed(reader: false), "None"), ("reader_polls", Diagnosed(reader: false), "None"), ("temperature", Diagnosed(reader: false), "21.5"),
        ];

        IReadOnlyList<Rendered> rendered = await Jinja.RenderAsync(expected.Select(one => new Rendering((string)shelf["components"]![one.Key]!["value_template"]!, one.Payload)));

        rendered.Select(one => one.Text).Should().Equal(expected.Select(one => one.State));
    }

    [Fact]
    public async Task A_fridge_is_too_warm_its_food_in_doubt_or_its_sensor_lost_only_where_the_message_says_so()
    {
        JsonObject fridge = Announced(HomeBroker.Topics).Single(device => device.Topic.EndsWith("_climate_fridge/config", StringComparison.Ordinal)).Config;
        (string Key, string Payload, string State)[] expected =
        [
            ("temperature", Cool, "4.25"), ("humidity", Cool, "55.5"), ("warm", Cool, "OFF"), ("food", Cool, "OFF"), ("sensor", Cool, "OFF"),
            ("temperature", TooWarm, "11.5"), ("warm", TooWarm, "ON"), ("food", TooWarm, "ON"),
            ("temperature", SensorLost, "None"), ("humidity", SensorLost, "None"), ("warm", SensorLost, "OFF"), ("sensor", SensorLost, "ON"),
        ];

        IReadOnlyList<Rendered> rendered = await Jinja.RenderAsync(expected.Select(one => new Rendering((string)fridge["components"]![one.Key]!["value_template"]!, one.Payload)));

        rendered.Select(one => one.Text).Should().Equal(expected.Select(one => one.State));
        fridge["components"]!["warm"]!["device_class"]!.GetValue<string>().Should().Be("problem");
    }

    [Fact]
    public async Task An_event_entity_fires_for_news_with_its_number_and_time_and_never_for_the_past()
    {
        JsonObject shelf = Announced(HomeBroker.Topics).Single(device => device.Topic.EndsWith("_slot_4/config", StringComparison.Ordinal)).Config;
        JsonObject entity = shelf["components"]!["event"]!.AsObject();
        string template = (string)entity["value_template"]!;
        ThingEventKind[] kinds = [.. Enum.GetValues<ThingEventKind>().Where(kind => kind != default)];

        IReadOnlyList<Rendered> news = await Jinja.RenderAsync(kinds.Select(kind => new Rendering(template, Event(kind, replayed: false))));
        IReadOnlyList<Rendered> past = await Jinja.RenderAsync(kinds.Select(kind => new Rendering(template, Event(kind, replayed: true))));

        ((string)entity["state_topic"]!).Should().Be(HomeBroker.Topics.SlotEvent(Slot), "what is told again goes elsewhere");
        past.Should().OnlyContain(one => one.Text == "" && one.Warnings.Count == 0, "an event entity drops what is empty");
        JsonNode[] fired = [.. news.Select(one => JsonNode.Parse(one.Text!)!)];
        fired.Select(one => (string)one["event_type"]!).Should().OnlyHaveUniqueItems().And.NotContain("other", "every kind has its word");
        fired.Should().OnlyContain(one => (ulong)one["seq"]! == 7 && (long)one["seenAt"]! == Things.Morning.ToUnixTimeMilliseconds() && (double)one["grams"]! == -180);
    }

    private static string Known => Text(WireCodec.Encode(new SlotState(Mass.FromGrams(812.5), Mass.FromGrams(0.8), true, 0.8, 2.5, 1.75, Things.Milk, Things.Morning, SlotHealth.Ok)));

    private static string Unknown => Text(WireCodec.Encode(new SlotState(null, Mass.Zero, false, null, null, null, default, null, SlotHealth.Uncalibrated)));

    private static IEnumerable<(string Topic, string Payload)> Messages =>
    [
        (HomeBroker.Topics.Status, "online"), (HomeBroker.Topics.Status, "offline"),
        (HomeBroker.Topics.Diagnostics, Text(WireCodec.Encode(new GatewayDiagnostics(Things.Morning, [], [], NoCounts)))),
        (HomeBroker.Topics.Diagnostics, Text(WireCodec.Encode(new GatewayDiagnostics(Things.Morning, [], [], NoCounts) { ForeignOrders = 2, ForeignBlock = 9, Attention = "alarm", BatteryClock = "lost_time", Display = "failing" }))),
        .. new[] { Known, Unknown }.Concat(Enum.GetValues<SlotHealth>().Select(health => Text(WireCodec.Encode(new SlotState(Mass.FromGrams(-3), Mass.Zero, true, 0, null, null, default, Things.Morning, health)))))
            .Select(state => (HomeBroker.Topics.SlotState(Slot), state)),
        (HomeBroker.Topics.Climate("fridge"), Cool), (HomeBroker.Topics.Climate("fridge"), TooWarm), (HomeBroker.Topics.Climate("fridge"), SensorLost),
        (HomeBroker.Topics.SlotDiagnostics(Slot), Diagnosed(reader: true)), (HomeBroker.Topics.SlotDiagnostics(Slot), Diagnosed(reader: false)), (HomeBroker.Topics.SlotDiagnostics(Slot), NeverOpened),
        .. Enum.GetValues<ThingEventKind>().Where(kind => kind != default).SelectMany(kind => new[] { Event(kind, true), Event(kind, false) }).Append(Event((ThingEventKind)200, false))
            .Select(told => (HomeBroker.Topics.SlotEvent(Slot), told)),
    ];

    private static string Cool => Text(WireCodec.Encode(new ClimateState(Things.Morning, "ok", 4.25, 55.5, null, null)));

    private static string TooWarm => Text(WireCodec.Encode(new ClimateState(Things.Morning, "ok", 11.5, 60, null, new WarmState(Things.Morning, 12, 150, true))));

    private static string SensorLost => Text(WireCodec.Encode(new ClimateState(Things.Morning, "disconnected", null, null, "Unplugged. Plug it in.", null)));

    private static string NeverOpened => Text(WireCodec.Encode(new SlotDiagnostics(
        Things.Morning, SlotHealth.Stale, Mass.Zero, null, null, new SensorState("cells", "hx711", [Slot], "Unplugged. Plug it in.", NoCounts, 0), new SensorState("4", "pn532", [Slot], "Unplugged. Plug it in.", NoCounts, 0))));

    private static string Diagnosed(bool reader) => Text(WireCodec.Encode(new SlotDiagnostics(
        Things.Morning, SlotHealth.Ok, Mass.FromGrams(0.5), Mass.FromGrams(-2), 21.5, new SensorState("cells", "hx711", [Slot], null, Causes.ToDictionary(cause => cause, _ => 3L), 7),
        reader ? new SensorState("4", "pn532", [Slot], null, ReaderCauses.ToDictionary(cause => cause, _ => 3L), 7) : null)));

    private static string Event(ThingEventKind kind, bool replayed) => Text(WireCodec.Encode(
        new ThingEvent(7, Things.Morning, new(20_514), Slot, kind == ThingEventKind.Fault ? default : Things.Milk, kind, new Mass(-180_000), new Mass(640_000), 3, default, default), replayed));

    private static string Text(byte[] payload) => Encoding.UTF8.GetString(payload);

    private static IEnumerable<JsonObject> Components(JsonObject config) => config["components"]!.AsObject().Select(one => one.Value!.AsObject()).Where(one => one.Count > 1);

    private static IEnumerable<(string Topic, JsonObject Config)> Announced(Topics topics)
    {
        HomeAssistantOptions options = new() { Dashboard = new Uri("http://pantry.home.arpa/"), HasAttention = topics == HomeBroker.Topics, HasBatteryClock = topics == HomeBroker.Topics, HasDisplay = topics == HomeBroker.Topics };
        ShelfDevice full = new(Slot, "우유 \"1\"", "hx711 load cell") { Causes = Causes, ReaderCauses = ReaderCauses, CanOrder = true, HasThermometer = true };
        ShelfDevice[] shelves = topics == HomeBroker.Topics ? [full] : [full, new ShelfDevice(new SlotId(65_535), "Rice", "nau7802 load cell")];
        yield return ($"{options.Prefix}/device/{DiscoveryPayloads.DeviceId(topics.Gateway)}/config", DiscoveryPayloads.Gateway(topics, options));
        foreach (ShelfDevice shelf in shelves)
            yield return ($"{options.Prefix}/device/{DiscoveryPayloads.DeviceId(topics.Gateway, shelf.Slot)}/config", DiscoveryPayloads.Shelf(topics, options, shelf));
        yield return ($"{options.Prefix}/device/{DiscoveryPayloads.DeviceId(topics.Gateway, "fridge")}/config",
            DiscoveryPayloads.Climate(topics, options, new PlaceDevice("fridge", "냉장고", "sht4x climate sensor", HasHumidity: true, CanBeWarm: true)));
    }
}
