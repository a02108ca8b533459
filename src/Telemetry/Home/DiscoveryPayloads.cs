using System.Text.Json.Nodes;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Telemetry.Home;

/// <summary>The discovery messages, with full field names as Home Assistant's documentation asks of new integrations.</summary>
internal static class DiscoveryPayloads
{
    // Kinds of ThingEvent (protocol, "Chain of things") in the words of Home Assistant's event entity, in the order of their numbers from 1 on.
    private static readonly string[] Kinds =
        ["used", "restocked", "snapshot", "pattern_confirmed", "deviation", "delivered", "tag_seen", "tag_lost", "fault", "calibrated", "corrected"];

    private static readonly string[] EventTypes = [.. Kinds, "other"];

    // What is replayed renders to nothing, which an event entity drops: it fires for what happens, never for what happened while it, the broker or the gateway was away.
    private static readonly string EventTemplate =
        "{% if not value_json.replayed %}{% set kinds = {" + string.Join(", ", Kinds.Select((kind, index) => $"{index + 1}: '{kind}'")) + "} %}"
        + "{{ {'event_type': kinds.get(value_json.kind, 'other'), 'seq': value_json.seq, 'seenAt': value_json.seenAt, 'grams': value_json.deltaMg / 1000, "
        + "'level': value_json.levelMg / 1000, 'gtin': value_json.gtin} | tojson }}{% endif %}";

    /// <summary>Discovery id and device identifier of a gateway.</summary>
    public static string DeviceId(GatewayId gateway) => $"pantrychain_{gateway}";

    /// <summary>Discovery id and device identifier of a slot.</summary>
    public static string DeviceId(GatewayId gateway, SlotId slot) => $"pantrychain_{gateway}_slot_{slot}";

    /// <summary>Discovery id and device identifier of a place whose air is measured.</summary>
    public static string DeviceId(GatewayId gateway, string place) => $"pantrychain_{gateway}_climate_{place}";

    /// <summary>True for a device of a slot or a place of this gateway.</summary>
    public static bool IsPart(string id, GatewayId gateway) =>
        id.StartsWith(DeviceId(gateway) + "_slot_", StringComparison.Ordinal) || id.StartsWith(DeviceId(gateway) + "_climate_", StringComparison.Ordinal);

    /// <summary>One place: temperature, humidity, whether it is too warm, and whether its sensor is lost.</summary>
    public static JsonObject Climate(Topics topics, HomeAssistantOptions options, PlaceDevice place)
    {
        string id = DeviceId(topics.Gateway, place.Place);
        JsonObject device = Device(options, id, place.Name, place.Model), components = [];
        device["via_device"] = DeviceId(topics.Gateway);
        components["temperature"] = Component("sensor", id, "temperature", "Temperature", Measured("temperature", "°C", "celsius", 1));
        if (place.HasHumidity)
            components["humidity"] = Component("sensor", id, "humidity", "Humidity", Measured("humidity", "%", "humidity", 0));
        if (place.CanBeWarm)
        {
            components["warm"] = Problem(id, "warm", "Too warm", "value_json.warm is not none");
            components["food"] = Problem(id, "food", "Food in doubt", "(value_json.warm or {}).get('doubtsFood')");
        }
        components["sensor"] = Problem(id, "sensor", "Sensor", "value_json.health not in ['ok', 'waiting']");
        components["sensor"]!["entity_category"] = "diagnostic";
        return new JsonObject
        {
            ["device"] = device,
            ["origin"] = Origin(options),
            ["availability"] = new JsonArray(Availability(topics.Status)),
            ["state_topic"] = topics.Climate(place.Place),
            ["qos"] = 1,
            ["components"] = components,
        };
    }

    private static JsonObject Problem(string id, string key, string name, string holds) => Component("binary_sensor", id, key, name, new JsonObject
    {
        ["device_class"] = "problem",
        ["value_template"] = $"{{{{ 'ON' if {holds} else 'OFF' }}}}",
    });

    /// <summary>The parent of all slots.</summary>
    public static JsonObject Gateway(Topics topics, HomeAssistantOptions options)
    {
        string id = DeviceId(topics.Gateway);
        JsonObject components = new()
        {
            ["connected"] = Component("binary_sensor", id, "connected", "Connection", new JsonObject
            {
                ["device_class"] = "connectivity",
                ["entity_category"] = "diagnostic",
                ["state_topic"] = topics.Status,
                ["payload_on"] = "online",
                ["payload_off"] = "offline",
            }),
            ["foreign_order"] = Alarm(topics, id, "foreign_order", "Order that was not signed here", "value_json.not_signed_here.orders > 0"),
            ["foreign_block"] = Alarm(topics, id, "foreign_block", "Block that was not signed here", "value_json.not_signed_here.block is not none"),
        };
        if (options.HasAttention)
            AddAttention(components, id, topics);
        if (options.HasBatteryClock)
        {
            components["battery_clock"] = Component("sensor", id, "battery_clock", "Battery-backed clock", new JsonObject
            {
                ["device_class"] = "enum",
                ["entity_category"] = "diagnostic",
                ["options"] = new JsonArray("unknown", "ok", "missing", "lost_time", "off", "doubtful", "hung"),
                ["state_topic"] = topics.Diagnostics,
                ["value_template"] = "{{ value_json.battery_clock }}",
            });
        }
        if (options.HasDisplay)
        {
            components["display"] = Component("sensor", id, "display", "Status display", new JsonObject
            {
                ["device_class"] = "enum",
                ["entity_category"] = "diagnostic",
                ["options"] = new JsonArray("waiting", "ok", "asleep", "failing"),
                ["state_topic"] = topics.Diagnostics,
                ["value_template"] = "{{ value_json.display }}",
            });
        }
        return new JsonObject
        {
            ["device"] = Device(options, id, $"PantryChain {topics.Gateway}", "Gateway"),
            ["origin"] = Origin(options),
            ["qos"] = 1,
            ["components"] = components,
        };
    }

    /// <summary>What the lamp asks for, and a button that silences the buzzer.</summary>
    private static void AddAttention(JsonObject components, string id, Topics topics)
    {
        components["attention"] = Component("sensor", id, "attention", "Attention", new JsonObject
        {
            ["device_class"] = "enum",
            ["options"] = new JsonArray("none", "asks", "alarm"),
            ["state_topic"] = topics.Diagnostics,
            ["value_template"] = "{{ value_json.attention }}",
        });
        components["silence"] = Component("button", id, "silence", "Silence the buzzer", new JsonObject
        {
            ["command_topic"] = topics.Request("silence"),
            ["payload_press"] = """{"transaction":"home-assistant"}""",
        });
    }

    /// <summary>On while somebody else signs with this device's key.</summary>
    private static JsonObject Alarm(Topics topics, string id, string key, string name, string holds) => Component("binary_sensor", id, key, name, new JsonObject
    {
        ["device_class"] = "problem",
        ["state_topic"] = topics.Diagnostics,
        ["value_template"] = $"{{{{ 'ON' if {holds} else 'OFF' }}}}",
    });

    /// <summary>One slot: weight, days, packs, handling, health, what happened, and a button for taring.</summary>
    public static JsonObject Shelf(Topics topics, HomeAssistantOptions options, ShelfDevice shelf)
    {
        string id = DeviceId(topics.Gateway, shelf.Slot);
        JsonObject device = Device(options, id, shelf.Name, shelf.Model);
        device["via_device"] = DeviceId(topics.Gateway);
        JsonObject components = Components(topics, id, shelf);
        AddButtons(components, id, topics, shelf);
        DiagnosticPayloads.AddTo(components, id, topics, shelf);
        return new JsonObject
        {
            ["device"] = device,
            ["origin"] = Origin(options),
            ["availability"] = new JsonArray(Availability(topics.Status), Availability(topics.SlotStatus(shelf.Slot))),
            ["availability_mode"] = "all",
            ["state_topic"] = topics.SlotState(shelf.Slot),
            ["qos"] = 1,
            ["components"] = components,
        };
    }

    private static JsonObject Components(Topics topics, string id, ShelfDevice shelf) => new()
    {
        ["net"] = Component("sensor", id, "net", "Net weight", Measured("weight", "g", "grams", 0)),
        ["days"] = Component("sensor", id, "days_left", "Days left", Measured("duration", "d", "days_left", 1)),
        ["units"] = Component("sensor", id, "units", "Packs", Measured(null, "packs", "units", 1)),
        ["moving"] = Component("binary_sensor", id, "moving", "Being handled", new JsonObject
        {
            ["device_class"] = "moving",
            ["value_template"] = "{{ 'OFF' if value_json.stable else 'ON' }}",
        }),
        ["health"] = Component("sensor", id, "health", "Sensor", Health(topics)),
        ["event"] = Component("event", id, "event", "Movement", Movement(topics.SlotEvent(shelf.Slot))),
    };

    private static void AddButtons(JsonObject components, string id, Topics topics, ShelfDevice shelf)
    {
        void Add(string key, string verb, string name, string more) => components[key] = Component("button", id, key, name, new JsonObject
        {
            ["entity_category"] = "config",
            ["command_topic"] = topics.Request(verb),
            ["payload_press"] = $$"""{"slot":{{shelf.Slot}},"transaction":"home-assistant"{{more}}}""",
        });

        Add("tare", "tare", "Tare", "");
        if (shelf.ReaderCauses is not null)
            Add("pair", "pair", "Pair a tag", ",\"seconds\":60");
        if (!shelf.CanOrder)
            return;
        Add("pause", "pause", "Pause ordering", ",\"paused\":true");
        components["resume"] = new JsonObject { ["platform"] = "button" }; // a platform alone takes back the button that earlier versions announced
    }

    private static JsonObject Device(HomeAssistantOptions options, string id, string name, string model)
    {
        JsonObject device = new()
        {
            ["identifiers"] = new JsonArray(id),
            ["name"] = name,
            ["manufacturer"] = "PantryChain",
            ["model"] = model,
            ["sw_version"] = options.SoftwareVersion,
        };
        if (options.Dashboard is not null)
            device["configuration_url"] = options.Dashboard.ToString();
        return device;
    }

    private static JsonObject Origin(HomeAssistantOptions options) => new() { ["name"] = "PantryChain", ["sw_version"] = options.SoftwareVersion };

    public static JsonObject Availability(string topic) => new()
    {
        ["topic"] = topic,
        ["payload_available"] = System.Text.Encoding.UTF8.GetString(Presence.Online),
        ["payload_not_available"] = System.Text.Encoding.UTF8.GetString(Presence.Offline),
    };

    public static JsonObject Component(string platform, string device, string key, string name, JsonObject more)
    {
        more["platform"] = platform;
        more["unique_id"] = $"{device}_{key}";
        more["default_entity_id"] = $"{platform}.{EntityName($"{device}_{key}")}";
        more["name"] = name;
        return more;
    }

    /// <summary>Home Assistant refuses an entity whose id has two underscores in a row, or one at either end.</summary>
    private static string EntityName(string text) => string.Join('_', text.Split(['-', '_'], StringSplitOptions.RemoveEmptyEntries));

    private static JsonObject Measured(string? deviceClass, string unit, string field, int decimals)
    {
        JsonObject sensor = new()
        {
            ["unit_of_measurement"] = unit,
            ["state_class"] = "measurement",
            ["suggested_display_precision"] = decimals,
            ["value_template"] = $"{{{{ value_json.{field} }}}}",
        };
        if (deviceClass is not null)
            sensor["device_class"] = deviceClass;
        return sensor;
    }

    private static JsonObject Health(Topics topics) => new()
    {
        ["availability"] = new JsonArray(Availability(topics.Status)), // what ails a slot is told while it is offline, too
        ["device_class"] = "enum",
        ["entity_category"] = "diagnostic",
        ["options"] = new JsonArray([.. Enum.GetValues<SlotHealth>().Select(health => (JsonNode)WireCodec.Lower(health))]),
        ["value_template"] = "{{ value_json.health }}",
    };

    private static JsonObject Movement(string topic) => new()
    {
        ["state_topic"] = topic,
        ["event_types"] = new JsonArray([.. EventTypes.Select(type => (JsonNode)type)]),
        ["value_template"] = EventTemplate,
    };
}
