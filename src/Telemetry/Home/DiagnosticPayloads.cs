using System.Text.Json.Nodes;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Telemetry.Home;

/// <summary>A slot's diagnostic sensors in its discovery message: noise, drift, temperature, faults, and every cause that converter and reader count.</summary>
internal static class DiagnosticPayloads
{
    /// <summary>Adds them to a slot's components.</summary>
    /// <remarks>
    /// Templates ask by <c>get</c>: what is not there is unknown ("None") instead of a warning in Home Assistant's log, and a cause may be called like a method
    /// of Python's dictionaries (<c>items</c>), which a dot would find first.
    /// </remarks>
    public static void AddTo(JsonObject components, string device, Topics topics, ShelfDevice shelf)
    {
        Own own = new(topics.SlotDiagnostics(shelf.Slot), topics.Status);
        components["sigma"] = Grams(device, own, "sigma", "Uncertainty", "value_json.sigma_g");
        components["drift"] = Grams(device, own, "drift", "Drift", "value_json.drift_g");
        if (shelf.HasThermometer)
            components["temperature"] = Temperature(device, own);
        components["faults"] = Counted(device, own, "faults", "Rejected readings", "value_json.converter.faults", shown: true);
        foreach (string cause in shelf.Causes)
            components["converter_" + cause] = Counted(device, own, "converter_" + cause, "Converter: " + Words(cause), $"value_json.converter.counts.get('{cause}')", shown: false);
        if (shelf.ReaderCauses is not { } causes)
            return;
        components["reader_faults"] = Counted(device, own, "reader_faults", "Reader faults", "(value_json.reader or {}).get('faults')", shown: true);
        foreach (string cause in causes)
            components["reader_" + cause] = Counted(device, own, "reader_" + cause, "Reader: " + Words(cause), $"((value_json.reader or {{}}).get('counts') or {{}}).get('{cause}')", shown: false);
    }

    private static JsonObject Grams(string device, Own own, string key, string name, string value)
    {
        JsonObject sensor = Diagnostic(own, value);
        sensor["unit_of_measurement"] = "g";
        sensor["state_class"] = "measurement";
        sensor["suggested_display_precision"] = 1;
        return DiscoveryPayloads.Component("sensor", device, key, name, sensor);
    }

    private static JsonObject Temperature(string device, Own own)
    {
        JsonObject sensor = Diagnostic(own, "value_json.celsius");
        sensor["device_class"] = "temperature";
        sensor["unit_of_measurement"] = "°C";
        sensor["state_class"] = "measurement";
        return DiscoveryPayloads.Component("sensor", device, "temperature", "Temperature", sensor);
    }

    private static JsonObject Counted(string device, Own own, string key, string name, string value, bool shown)
    {
        JsonObject sensor = Diagnostic(own, value);
        sensor["state_class"] = "total_increasing"; // starts again at 0 with the gateway
        sensor["enabled_by_default"] = shown;
        return DiscoveryPayloads.Component("sensor", device, key, name, sensor);
    }

    private static JsonObject Diagnostic(Own own, string value) => new()
    {
        ["entity_category"] = "diagnostic",
        ["state_topic"] = own.Topic,
        ["availability"] = new JsonArray(DiscoveryPayloads.Availability(own.Status)), // a slot that is offline is when one looks here
        ["value_template"] = $"{{{{ {value} }}}}",
    };

    private readonly record struct Own(string Topic, string Status);

    private static string Words(string cause) => cause.Replace('_', ' ');
}
