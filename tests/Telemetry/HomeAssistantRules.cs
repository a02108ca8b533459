using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace PantryChain.Telemetry.Tests;

/// <summary>What Home Assistant asks of discovery messages and makes of states.</summary>
/// <remarks>
/// Facts of its documentation (https://www.home-assistant.io/integrations/mqtt/ and the pages of sensor, binary_sensor, event and button) and of
/// core's components/mqtt (schemas, discovery, sensor), sensor/const and core's entity ids, as of 2025 to 2026; no code of it.
/// </remarks>
internal static partial class HomeAssistantRules
{
    private static readonly string[] Topics = ["state_topic", "command_topic"];

    private static readonly string[] Root = ["device", "origin", "components", "availability", "availability_mode", "state_topic", "command_topic", "qos", "encoding"];

    private static readonly string[] Device =
        ["identifiers", "connections", "manufacturer", "model", "model_id", "name", "hw_version", "serial_number", "sw_version", "via_device", "suggested_area", "configuration_url"];

    private static readonly string[] Entity =
    [
        "platform", "unique_id", "default_entity_id", "name", "icon", "entity_category", "entity_picture", "enabled_by_default", "availability", "availability_mode", "qos", "encoding",
        "json_attributes_topic", "json_attributes_template",
    ];

    private static readonly Dictionary<string, string[]> OfPlatform = new(StringComparer.Ordinal)
    {
        ["sensor"] = ["state_topic", "value_template", "device_class", "state_class", "unit_of_measurement", "suggested_display_precision", "options", "expire_after", "force_update", "last_reset_value_template"],
        ["binary_sensor"] = ["state_topic", "value_template", "device_class", "payload_on", "payload_off", "expire_after", "force_update", "off_delay"],
        ["event"] = ["state_topic", "value_template", "device_class", "event_types"],
        ["button"] = ["command_topic", "command_template", "payload_press", "device_class", "retain"],
    };

    private static readonly Dictionary<string, string[]> Needed = new(StringComparer.Ordinal)
    {
        ["sensor"] = ["state_topic"], ["binary_sensor"] = ["state_topic"], ["event"] = ["state_topic", "event_types"], ["button"] = ["command_topic"],
    };

    private static readonly Dictionary<string, (string[] Units, string[] States)> SensorClasses = new(StringComparer.Ordinal)
    {
        ["weight"] = (["kg", "g", "mg", "μg", "oz", "lb", "st"], ["measurement", "total", "total_increasing"]),
        ["duration"] = (["d", "h", "min", "s", "ms", "μs"], ["measurement", "total", "total_increasing"]),
        ["humidity"] = (["%"], ["measurement"]),
        ["temperature"] = (["°C", "°F", "K"], ["measurement"]),
        ["enum"] = ([], []),
    };

    private static readonly string[] BinaryClasses = ["connectivity", "moving", "problem", "motion", "occupancy"]; // of those that there are, what this product may use

    /// <summary>Everything that is wrong with a device's discovery message.</summary>
    public static IReadOnlyList<string> WrongWith(string topic, JsonObject config)
    {
        List<string> wrong = [];
        void Require(bool holds, string what)
        {
            if (!holds)
                wrong.Add(what);
        }

        Require(DiscoveryTopic().IsMatch(topic), $"{topic} is no discovery topic");
        Require(!config.Select(member => member.Key).Except(Root).Any(), "unknown members at the root");
        JsonObject device = config["device"]!.AsObject();
        Require(device["identifiers"] is JsonArray { Count: > 0 }, "a device needs an identifier");
        Require(!device.Select(member => member.Key).Except(Device).Any(), "unknown members of the device");
        Require(device["configuration_url"] is null || ((string)device["configuration_url"]!).StartsWith("http", StringComparison.Ordinal), "configuration_url is no web address");
        Require((string?)config["origin"]?["name"] is { Length: > 0 }, "origin needs a name");
        Require(config["qos"] is null || (int)config["qos"]! is 0 or 1 or 2, "qos");
        wrong.AddRange(WrongAvailability(config, ""));
        foreach ((string key, JsonNode? component) in config["components"]!.AsObject())
            wrong.AddRange(WrongWithComponent(key, component!.AsObject(), config));
        string[] ids = [.. config["components"]!.AsObject().Select(one => (string?)one.Value!["unique_id"]).OfType<string>()];
        Require(ids.Distinct().Count() == ids.Length, "a unique_id stands there twice");
        return wrong;
    }

    /// <summary>Null for a rendered state that the entity takes; else what Home Assistant would log.</summary>
    public static string? WrongState(JsonObject component, string? state)
    {
        string platform = (string)component["platform"]!;
        if (state is null)
            return "the template raised an error";
        if (state.Length == 0)
            return platform == "event" ? null : "an empty state is ignored: it says neither a value nor that it is unknown";
        if (state == "None")
            return platform == "event" ? "None is no event" : null; // unknown
        return platform switch
        {
            "sensor" when (string?)component["device_class"] == "enum" => component["options"]!.AsArray().Any(option => (string?)option == state) ? null : $"'{state}' is none of the options",
            "sensor" => !IsNumeric(component) || double.TryParse(state, System.Globalization.CultureInfo.InvariantCulture, out _) ? null : $"'{state}' is no number",
            "binary_sensor" => state == ((string?)component["payload_on"] ?? "ON") || state == ((string?)component["payload_off"] ?? "OFF") ? null : $"'{state}' is neither on nor off",
            "event" => WrongEvent(component, state),
            _ => $"a {platform} has no state",
        };
    }

    private static string? WrongEvent(JsonObject component, string state)
    {
        try
        {
            return JsonNode.Parse(state) is JsonObject told && (string?)told["event_type"] is { } type
                ? component["event_types"]!.AsArray().Any(known => (string?)known == type) ? null : $"'{type}' is none of the event types" : "event_type is missing";
        }
        catch (JsonException error)
        {
            return error.Message;
        }
    }

    private static IEnumerable<string> WrongWithComponent(string key, JsonObject component, JsonObject root)
    {
        string platform = (string?)component["platform"] ?? "";
        if (!OfPlatform.TryGetValue(platform, out string[]? known))
        {
            yield return $"{key}: platform '{platform}'";
            yield break;
        }
        if (component.Count == 1)
            yield break; // a platform alone takes a component back
        foreach (string unknown in component.Select(member => member.Key).Except([.. Entity, .. known]))
            yield return $"{key}: {platform} has no '{unknown}'";
        foreach (string needed in Needed[platform].Where(needed => component[needed] is null && root[needed] is null))
            yield return $"{key}: {needed} is missing";
        if (string.IsNullOrEmpty((string?)component["unique_id"]))
            yield return $"{key}: unique_id is missing";
        if (!EntityId().IsMatch((string?)component["default_entity_id"] ?? "") || !((string)component["default_entity_id"]!).StartsWith(platform + ".", StringComparison.Ordinal))
            yield return $"{key}: '{component["default_entity_id"]}' is no entity id of a {platform}";
        string? category = (string?)component["entity_category"];
        if (category is not (null or "diagnostic" or "config") || (category == "config" && platform is "sensor" or "binary_sensor" or "event"))
            yield return $"{key}: entity_category '{category}'";
        foreach (string topic in Topics.Select(member => (string?)component[member]).OfType<string>().Where(topic => topic.Length == 0 || topic.AsSpan().ContainsAny('+', '#')))
            yield return $"{key}: topic '{topic}'";
        foreach (string wrong in WrongAvailability(component, key).Concat(platform switch { "sensor" => WrongSensor(key, component), "binary_sensor" => WrongBinary(key, component), "event" => WrongEventTypes(key, component), _ => [] }))
            yield return wrong;
    }

    private static IEnumerable<string> WrongSensor(string key, JsonObject sensor)
    {
        string? deviceClass = (string?)sensor["device_class"], state = (string?)sensor["state_class"], unit = (string?)sensor["unit_of_measurement"];
        if (state is not (null or "measurement" or "total" or "total_increasing"))
            yield return $"{key}: state_class '{state}'";
        if (deviceClass is not null && !SensorClasses.ContainsKey(deviceClass))
            yield return $"{key}: device_class '{deviceClass}'";
        else if (deviceClass is not null && SensorClasses[deviceClass] is var (units, states) && ((units.Length > 0 && !units.Contains(unit)) || (units.Length == 0 && unit is not null) || (state is not null && !states.Contains(state))))
            yield return $"{key}: a {deviceClass} is not told in '{unit}' as '{state}'";
        if (sensor["options"] is { } options && (deviceClass != "enum" || state is not null || unit is not null || options is not JsonArray { Count: > 0 }))
            yield return $"{key}: options belong to an enum alone";
        if (deviceClass == "enum" && sensor["options"] is null)
            yield return $"{key}: an enum needs options";
        if (sensor["suggested_display_precision"] is { } precision && (!IsNumeric(sensor) || (int)precision < 0))
            yield return $"{key}: suggested_display_precision";
        if (unit is { } said && said.Trim() != said)
            yield return $"{key}: unit '{unit}'";
    }

    private static IEnumerable<string> WrongBinary(string key, JsonObject sensor) =>
        (string?)sensor["device_class"] is { } named && !BinaryClasses.Contains(named) ? [$"{key}: device_class '{named}'"] : [];

    private static IEnumerable<string> WrongEventTypes(string key, JsonObject entity) =>
        entity["event_types"] is JsonArray { Count: > 0 } types && types.Select(type => (string?)type).Distinct().Count() == types.Count ? [] : [$"{key}: event_types"];

    private static IEnumerable<string> WrongAvailability(JsonObject holder, string key)
    {
        if (holder["availability_mode"] is { } mode && (string?)mode is not ("all" or "any" or "latest"))
            yield return $"{key}: availability_mode '{mode}'";
        foreach (JsonNode? one in holder["availability"] as JsonArray ?? [])
        {
            if (string.IsNullOrEmpty((string?)one!["topic"]) || one.AsObject().Select(member => member.Key).Except(["topic", "payload_available", "payload_not_available", "value_template"]).Any())
                yield return $"{key}: availability {one.ToJsonString()}";
        }
    }

    private static bool IsNumeric(JsonObject sensor) =>
        sensor["unit_of_measurement"] is not null || sensor["state_class"] is not null || (string?)sensor["device_class"] is not (null or "enum" or "timestamp" or "date");

    [GeneratedRegex(@"^homeassistant/device/[a-zA-Z0-9_-]+/config$")]
    private static partial Regex DiscoveryTopic();

    [GeneratedRegex(@"^(?!.+__)(?!_)[\da-z_]+(?<!_)\.(?!_)[\da-z_]+(?<!_)$")]
    private static partial Regex EntityId();
}
