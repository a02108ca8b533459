using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Telemetry.Home;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Telemetry.Tests;

public sealed class HomeSpecs
{
    private static readonly string[] OddTexts =
        ["", "PRESS", "tare!", "[]", "{\"slot\":-1}", "{\"slot\":1,\"slot\":2}", "\0\0", "{\"slot\":1,\"undo\":1}", "{\"slot\":1,\"und0\":true}", "{\"slot\":4"];

    private static readonly SlotId First = new(1);
    private static readonly SlotId Second = new(2);
    private static readonly Topics Kim = HomeBroker.Topics;

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task Only_the_newest_state_of_a_slot_is_told_and_it_is_retained(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        await using Stack home = new(broker);
        for (int grams = 1; grams <= 100; grams++)
            home.States.Show(First, State(grams));

        home.Start();
        IReadOnlyList<MqttMessage> told = await RetainedAsync(broker, Kim.AnySlotState, 1);

        WireCodec.TryDecode(told[0].Payload.Span, out SlotState? state, out _).Should().BeTrue();
        state!.Level.Should().Be(Mass.FromGrams(100));
        (told[0].Schema, told[0].ContentType).Should().Be((StateDrain.Schema, WireCodec.ContentType));
    }

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task States_that_a_broker_forgot_are_told_again_when_it_is_back(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        await using Stack home = new(broker);
        home.States.Show(First, State(5));
        home.States.ShowOnline(First, true);
        home.Start();
        await RetainedAsync(broker, Kim.Base + "/slot/+/+", 2);

        await broker.ForgetAsync();

        (await RetainedAsync(broker, Kim.Base + "/slot/+/+", 2)).Should().HaveCount(2);
    }

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task Every_slot_is_announced_to_Home_Assistant_as_a_device_behind_its_gateway(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        await using Stack home = new(broker);
        home.Assistant.Announce([new ShelfDevice(First, "Milk", "HX711 5 kg"), new ShelfDevice(Second, "Rice", "HX711 20 kg")]);

        home.Start();
        Dictionary<string, JsonObject> configs = (await RetainedAsync(broker, "homeassistant/device/+/config", 3))
            .ToDictionary(message => message.Topic.Split('/')[2], message => JsonNode.Parse(message.Payload.Span)!.AsObject());

        configs.Keys.Should().BeEquivalentTo("pantrychain_kim-1", "pantrychain_kim-1_slot_1", "pantrychain_kim-1_slot_2");
        JsonObject alarms = configs["pantrychain_kim-1"]["components"]!.AsObject();
        alarms.Select(one => one.Key).Should().Equal("connected", "foreign_order", "foreign_block");
        alarms["foreign_block"]!["state_topic"]!.GetValue<string>().Should().Be(Kim.Diagnostics);
        JsonObject milk = configs["pantrychain_kim-1_slot_1"];
        milk["device"]!["via_device"]!.GetValue<string>().Should().Be("pantrychain_kim-1");
        milk["availability_mode"]!.GetValue<string>().Should().Be("all");
        milk["availability"]!.AsArray().Select(one => one!["topic"]!.GetValue<string>()).Should().Equal(Kim.Status, Kim.SlotStatus(First));
        milk["state_topic"]!.GetValue<string>().Should().Be(Kim.SlotState(First));
        JsonObject components = milk["components"]!.AsObject();
        components.Select(one => (one.Key, one.Value!["platform"]!.GetValue<string>())).Should().Equal(
            ("net", "sensor"), ("days", "sensor"), ("units", "sensor"), ("moving", "binary_sensor"), ("health", "sensor"), ("event", "event"), ("tare", "button"),
            ("sigma", "sensor"), ("drift", "sensor"), ("faults", "sensor"));
        components.Should().OnlyContain(one => one.Value!["unique_id"] != null && one.Value["default_entity_id"] != null && one.Value["object_id"] == null);
        components["net"]!["default_entity_id"]!.GetValue<string>().Should().Be("sensor.pantrychain_kim_1_slot_1_net");
    }

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task Buttons_stand_where_they_can_do_something(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        await using Stack home = new(broker);
        home.Assistant.Announce([new ShelfDevice(First, "Milk", "HX711 load cell") { ReaderCauses = [], CanOrder = true }, new ShelfDevice(Second, "Rice", "HX711 load cell")]);
        home.States.ShowPairing(First, new PairingNotice("waiting", 42, Gtin.Parse("8801115114154"), default, null));

        home.Start();
        Dictionary<string, JsonObject> configs = (await RetainedAsync(broker, "homeassistant/device/+/config", 3))
            .ToDictionary(message => message.Topic.Split('/')[2], message => JsonNode.Parse(message.Payload.Span)!.AsObject());
        string pairing = Encoding.UTF8.GetString((await RetainedAsync(broker, Kim.SlotPairing(First), 1))[0].Payload.Span);

        Buttons(configs["pantrychain_kim-1_slot_1"]).Should().Equal(
            (Kim.Request("tare"), """{"slot":1,"transaction":"home-assistant"}"""), (Kim.Request("pair"), """{"slot":1,"transaction":"home-assistant","seconds":60}"""),
            (Kim.Request("pause"), """{"slot":1,"transaction":"home-assistant","paused":true}"""));
        configs["pantrychain_kim-1_slot_1"]["components"]!["resume"]!.AsObject().Should().ContainSingle("the button of earlier versions is taken back").Which.Key.Should().Be("platform");
        Buttons(configs["pantrychain_kim-1_slot_2"]).Should().Equal((Kim.Request("tare"), """{"slot":2,"transaction":"home-assistant"}"""));
        pairing.Should().Be("""{"state":"waiting","seconds_left":42,"gtin":"8801115114154","uid":null,"note":null}""");
    }

    private static IEnumerable<(string Topic, string Payload)> Buttons(JsonObject config) => config["components"]!.AsObject()
        .Where(one => one.Value!["platform"]!.GetValue<string>() == "button" && one.Value["command_topic"] is not null)
        .Select(one => (one.Value!["command_topic"]!.GetValue<string>(), one.Value["payload_press"]!.GetValue<string>()));

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task What_converters_and_readers_count_becomes_diagnostic_sensors_that_outlive_their_slot(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        await using Stack home = new(broker);
        SensorState converter = new("upper", "hx711", [First], "Unplugged. Plug it in.", new Dictionary<string, long> { ["frames"] = 9, ["long_pulses"] = 2 }, 2);
        home.Assistant.Announce([new ShelfDevice(First, "Milk", "hx711 load cell") { Causes = ["frames", "long_pulses"], ReaderCauses = ["polls"], HasThermometer = true }]);
        home.States.Show(First, new SlotDiagnostics(DateTimeOffset.UnixEpoch, SlotHealth.Disconnected, Mass.FromGrams(0.5), Mass.FromGrams(-2), 21.5, converter, null));

        home.Start();
        JsonObject told = Parse((await RetainedAsync(broker, Kim.SlotDiagnostics(First), 1))[0]);
        JsonObject components = Parse((await RetainedAsync(broker, "homeassistant/device/+/config", 2)).Single(message => message.Topic.Contains("_slot_1", StringComparison.Ordinal)))["components"]!.AsObject();

        (told["health"]!.GetValue<string>(), told["sigma_g"]!.GetValue<double>(), told["drift_g"]!.GetValue<double>(), told["celsius"]!.GetValue<double>()).Should().Be(("disconnected", 0.5, -2, 21.5));
        (told["converter"]!["counts"]!["long_pulses"]!.GetValue<long>(), told["converter"]!["faults"]!.GetValue<long>(), told["reader"]).Should().Be((2, 2, null));
        foreach (string key in (string[])["sigma", "drift", "temperature", "faults", "converter_frames", "converter_long_pulses", "reader_faults", "reader_polls"])
        {
            components[key]!["entity_category"]!.GetValue<string>().Should().Be("diagnostic");
            components[key]!["availability"]!.AsArray().Select(one => one!["topic"]!.GetValue<string>()).Should().Equal([Kim.Status], "a slot that is offline is when one looks here");
        }
        components["converter_long_pulses"]!["enabled_by_default"]!.GetValue<bool>().Should().BeFalse("dozens of counters would bury the sensors that a family looks at");
        components["converter_long_pulses"]!["value_template"]!.GetValue<string>().Should().Be("{{ value_json.converter.counts.get('long_pulses') }}");
    }

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task Slots_that_no_longer_exist_are_taken_back_and_other_gateways_are_left_alone(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        MqttLink earlier = await broker.ConnectedAsync(broker.Options("earlier"));
        await earlier.PublishAsync(new MqttMessage("homeassistant/device/pantrychain_kim-1_slot_9/config", "{}"u8.ToArray(), Retain: true)).InTimeAsync();
        await earlier.PublishAsync(new MqttMessage("homeassistant/device/pantrychain_kim-1_climate_cellar/config", "{}"u8.ToArray(), Retain: true)).InTimeAsync();
        await earlier.PublishAsync(new MqttMessage("homeassistant/device/pantrychain_lee-2_slot_9/config", "{}"u8.ToArray(), Retain: true)).InTimeAsync();
        await using Stack home = new(broker);
        home.Assistant.Announce([new ShelfDevice(First, "Milk", "HX711 5 kg")], [new PlaceDevice("fridge", "Fridge", "sht4x", true, true)]);

        home.Start();

        IEnumerable<string> left = [];
        await Eventually.BeTrueAsync(() =>
        {
            left = RetainedNow(broker, "homeassistant/device/+/config");
            return left.Count() == 4;
        }, "the stale config to go");
        left.Should().BeEquivalentTo("pantrychain_kim-1", "pantrychain_kim-1_slot_1", "pantrychain_kim-1_climate_fridge", "pantrychain_lee-2_slot_9");
    }

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task Everything_is_announced_again_when_Home_Assistant_comes_back(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        await using Stack home = new(broker);
        home.Assistant.Announce([new ShelfDevice(First, "Milk", "HX711 5 kg")]);
        home.States.Show(First, State(5));
        home.Start();
        await RetainedAsync(broker, "homeassistant/device/+/config", 2);
        MqttLink assistant = await broker.ConnectedAsync(broker.Options("assistant"));
        Listener announced = new(assistant, "homeassistant/device/+/config"), states = new(assistant, Kim.AnySlotState);
        // The state that follows the first announcement may arrive live beside the retained one.
        await Eventually.BeTrueAsync(() => announced.Messages.Count >= 2 && !states.Messages.IsEmpty, "what is retained");
        (int announcements, int told) = (announced.Messages.Count, states.Messages.Count);

        await assistant.PublishAsync(new MqttMessage("homeassistant/status", "online"u8.ToArray())).InTimeAsync();

        await Eventually.BeTrueAsync(() => announced.Messages.Count >= announcements + 2 && states.Messages.Count > told, "everything again");
    }

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task A_request_is_carried_out_and_answered_with_its_transaction(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        await using Stack home = new(broker);
        List<SlotId> tared = [];
        home.Requests.Handle("tare", Slots, (request, _) =>
        {
            tared.Add(request.Slot);
            return Task.FromResult<string?>(null);
        });
        home.Requests.Handle("calibrate", Slots, (_, _) => throw new InvalidOperationException("Slot 2 is not empty. Take everything off and try again."));
        home.Start();

        (string tare, string calibrate, string dance) = (
            await AskAsync(broker, home, "tare", """{"slot":2,"transaction":{"id":[1.0,"é"]}}"""),
            await AskAsync(broker, home, "calibrate", """{"slot":2,"transaction":"t-2"}"""),
            await AskAsync(broker, home, "dance", """{"transaction":"t-3"}"""));

        tare.Should().Be("""{"status":"ok","transaction":{"id":[1.0,"é"]},"error":null}""");
        calibrate.Should().Be("""{"status":"error","transaction":"t-2","error":"Slot 2 is not empty. Take everything off and try again."}""");
        dance.Should().Contain("\"error\"").And.Contain("t-3").And.Contain("calibrate, tare");
        tared.Should().Equal(Second);
    }

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task Garbage_and_retained_requests_are_answered_counted_and_change_nothing(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        MqttLink stranger = await broker.ConnectedAsync(broker.Options("stranger"));
        Listener answers = new(stranger, Kim.Response("tare"));
        await stranger.PublishAsync(new MqttMessage(Kim.Request("tare"), """{"slot":1}"""u8.ToArray(), Retain: true)).InTimeAsync();
        await using Stack home = new(broker);
        int carriedOut = 0;
        home.Requests.Handle("tare", [.. Slots, new RequestMember("undo", MemberKind.Flag)], (_, _) =>
        {
            carriedOut++;
            return Task.FromResult<string?>(null);
        });
        home.Start();
        await home.Link.WaitConnectedAsync(default).InTimeAsync();
        await Eventually.BeTrueAsync(() => answers.Messages.Count == 1, "an answer to the retained request");
        await stranger.PublishAsync(new MqttMessage(Kim.Request("tare"), default, Retain: true)).InTimeAsync(); // cleared: no request at all
        await stranger.PublishAsync(new MqttMessage(Kim.Request("tare"), """{"slot":1,"transaction":"live"}"""u8.ToArray(), Retain: true)).InTimeAsync();

        byte[][] garbage =
        [
            .. OddTexts.Select(Encoding.UTF8.GetBytes),
            [(byte)'"', 0xC3, (byte)'"'], new byte[RequestReader.MaxBytes + 1],
        ];
        foreach (byte[] payload in garbage)
            await stranger.PublishAsync(new MqttMessage(Kim.Request("tare"), payload)).InTimeAsync();

        await Eventually.BeTrueAsync(() => answers.Messages.Count == garbage.Length + 2, "an answer to each");
        answers.Texts.Should().OnlyContain(answer => answer.StartsWith("{\"status\":\"error\"", StringComparison.Ordinal));
        answers.Texts.Should().ContainSingle(answer => answer.Contains("\"live\"", StringComparison.Ordinal)).Which.Should().Contain("retain flag", "a retained request is none when it arrives either");
        home.Refusals.Count.Should().Be(garbage.Length + 2);
        carriedOut.Should().Be(0);
        home.RefusalLog.Lines.Should().HaveCount(1, "a topic is told once");
    }

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task An_asker_is_answered_on_the_response_topic_that_it_named_with_its_correlation_data_and_on_the_usual_one(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        await using Stack home = new(broker);
        home.Requests.Handle("tare", Slots, (_, _) => Task.FromResult<string?>(null));
        home.Start();
        await home.Link.WaitConnectedAsync(default).InTimeAsync();
        MqttLink asker = broker.Link(broker.Options("node-red"));
        Listener own = new(asker, "clients/node-red/7"), usual = new(asker, Kim.Response("tare")), assistant = new(asker, "homeassistant/status");
        asker.Start();

        await asker.PublishAsync(new MqttMessage(Kim.Request("tare"), """{"slot":1}"""u8.ToArray()) { ReplyTo = "clients/node-red/7", Correlation = new byte[] { 0, 255, 7 } }).InTimeAsync();
        await Eventually.BeTrueAsync(() => own.Messages.Count == 1 && usual.Messages.Count == 1, "both answers");
        await asker.PublishAsync(new MqttMessage(Kim.Request("tare"), """{"slot":0}"""u8.ToArray()) { ReplyTo = "clients/node-red/7", Correlation = new byte[] { 8 } }).InTimeAsync();
        await Eventually.BeTrueAsync(() => own.Messages.Count == 2 && usual.Messages.Count == 2, "both refusals");
        await asker.PublishAsync(new MqttMessage(Kim.Request("tare"), """{"slot":1,"transaction":3}"""u8.ToArray()) { ReplyTo = "homeassistant/status" }).InTimeAsync();
        await Eventually.BeTrueAsync(() => usual.Messages.Count == 3, "the refusal of the topic");

        own.Messages.Select(answer => answer.Correlation.ToArray()).Should().BeEquivalentTo([new byte[] { 0, 255, 7 }, [8]]);
        own.Texts.Should().Equal(usual.Texts.Take(2));
        own.Texts.First().Should().Be("""{"status":"ok","transaction":null,"error":null}""");
        usual.Texts.Last().Should().Contain("homeassistant/status").And.Contain("Home Assistant's").And.Contain("\"transaction\":3");
        assistant.Messages.Should().BeEmpty();
    }

    private static RequestMember[] Slots => [new("slot", MemberKind.Slot)];

    private static SlotState State(double grams) => new(Mass.FromGrams(grams), Mass.FromGrams(1), true, null, null, null, Things.Milk, Things.Morning, SlotHealth.Ok);

    private static async Task<string> AskAsync(HomeBroker broker, Stack home, string verb, string payload)
    {
        await home.Link.WaitConnectedAsync(default).InTimeAsync();
        MqttLink asker = broker.Link(broker.Options($"asker-{verb}"));
        Listener answers = new(asker, Kim.Response(verb));
        asker.Start();
        await asker.PublishAsync(new MqttMessage(Kim.Request(verb), Encoding.UTF8.GetBytes(payload))).InTimeAsync();
        await Eventually.BeTrueAsync(() => !answers.Messages.IsEmpty, $"an answer to {verb}");
        return answers.Texts.First();
    }

    private static JsonObject Parse(MqttMessage message) => JsonNode.Parse(message.Payload.Span)!.AsObject();

    /// <summary>What is retained on a filter, as soon as there are <paramref name="count"/> topics.</summary>
    private static async Task<IReadOnlyList<MqttMessage>> RetainedAsync(HomeBroker broker, string filter, int count)
    {
        MqttLink reader = broker.Link(broker.Options($"reader-{Guid.NewGuid():N}"[..20]));
        Listener listener = new(reader, filter);
        reader.Start();
        await Eventually.BeTrueAsync(() => listener.Messages.Select(message => message.Topic).Distinct().Count() >= count, $"{count} topics on {filter}");
        return [.. listener.Messages.GroupBy(message => message.Topic).Select(topic => topic.Last())];
    }

    /// <summary>Device ids whose config is retained now: a topic is done when a marker that was published afterwards has come through.</summary>
    private static string[] RetainedNow(HomeBroker broker, string filter)
    {
        MqttLink reader = broker.Link(broker.Options($"reader-{Guid.NewGuid():N}"[..20]));
        using ManualResetEventSlim marked = new();
        Listener listener = new(reader, filter);
        reader.Subscribe("marker", _ => marked.Set());
        reader.Start();
        _ = reader.PublishAsync(new MqttMessage("marker", "x"u8.ToArray()));
        marked.Wait(TimeSpan.FromSeconds(10)).Should().BeTrue();
        return [.. listener.Messages.Where(message => message.Retain && !message.Payload.IsEmpty).Select(message => message.Topic.Split('/')[2]).Distinct()];
    }

    /// <summary>Everything that a gateway runs towards its home broker, except events.</summary>
    private sealed class Stack : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private Task _running = Task.CompletedTask;

        public Stack(HomeBroker broker)
        {
            Link = broker.Link(broker.Options("gateway") with { StatusTopic = Kim.Status });
            Refusals = new Refusals(RefusalLog);
            HomeOptions options = new() { StatePace = TimeSpan.FromMilliseconds(20) };
            States = new StateDrain(Link, Kim, options, TimeProvider.System, NullLogger<StateDrain>.Instance);
            HomeAssistantOptions assistant = new() { BirthDelay = TimeSpan.FromMilliseconds(50) };
            Requests = new RequestDesk(Link, Kim, assistant, Refusals, NullLogger<RequestDesk>.Instance);
            Assistant = new HomeAssistant(Link, Kim, assistant, States, TimeProvider.System, NullLogger<HomeAssistant>.Instance);
        }

        public MqttLink Link { get; }

        public Log<Refusals> RefusalLog { get; } = new();

        public Refusals Refusals { get; }

        public StateDrain States { get; }

        public RequestDesk Requests { get; }

        public HomeAssistant Assistant { get; }

        public void Start()
        {
            Link.Start();
            _running = Task.WhenAll(States.RunAsync(_stop.Token), Requests.RunAsync(_stop.Token), Assistant.RunAsync(_stop.Token));
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Link.DisposeAsync();
            Assistant.Dispose();
            States.Dispose();
            _stop.Dispose();
        }
    }
}
