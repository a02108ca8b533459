using System.Globalization;
using System.Text.Json;
using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.Climate;
using PantryChain.DeviceDrivers.Display;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Climate;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Dashboard;
using PantryChain.Gateway.Sensing;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Commands;

/// <summary>The sensors: as the running gateway counts them, or, when none runs, who answers on the buses.</summary>
internal static class DoctorCells
{
    private const string HeaderBus = "/dev/i2c-1"; // the header's bus of every Raspberry Pi

    /// <summary>The addresses of our chips: PN532, MFRC522 and NAU7802, TCA9548A and BME280, SSD1306. A byte is read from them, which none of them minds; an SHT4x acknowledges a read only when it was told to measure.</summary>
    public static IReadOnlyList<int> KnownAddresses { get; } = [WiringCheck.Pn532Address, .. Enumerable.Range(0x28, 8), .. Enumerable.Range(0x70, 8), Ssd1306Panel.FirstAddress, Ssd1306Panel.LastAddress];

    /// <summary>Slots, converters and readers of the gateway that runs here, by its health report.</summary>
    public static void LookAtRunning(JsonElement health, Findings findings)
    {
        SensorWords words = new(Language.English);
        foreach (JsonProperty slot in health.GetProperty("slots").EnumerateObject())
        {
            SlotHealth state = Enum.TryParse(slot.Value.GetString(), out SlotHealth parsed) ? parsed : SlotHealth.Stale;
            if (state == SlotHealth.Ok)
                findings.Ok("cell", $"slot {slot.Name}");
            else
                findings.Wrong("cell", $"slot {slot.Name} is {state.ToString().ToLowerInvariant()}", state == SlotHealth.Uncalibrated ? $"Not calibrated yet, or it weighs less than nothing. Put its container back, or run './pantry gateway calibrate {slot.Name}'." : words.NextStep(state));
        }
        foreach (JsonElement place in health.TryGetProperty("climate", out JsonElement climate) ? climate.EnumerateArray() : default) // an older version may still run
        {
            string what = $"{place.GetProperty("name").GetString()} ({place.GetProperty("sensor").GetString()} at {place.GetProperty("where").GetString()}): {place.GetProperty("health").GetString()!.ToLowerInvariant()}";
            if (place.GetProperty("problem").GetString() is { } problem)
                findings.Wrong("climate", what, problem);
            else
                findings.Ok("climate", what);
        }
        if (health.TryGetProperty("display", out JsonElement display) && display.GetString() is { } shown and not "none")
        {
            if (shown == "failing")
                findings.Wrong("display", "the status display does not answer", "Check its wires, its address and 'display' in gateway.json; /health says what was met.");
            else
                findings.Ok("display", $"status display: {shown}");
        }
        foreach ((string area, string list) in new[] { ("converter", "converters"), ("reader", "readers") })
        {
            foreach (JsonElement sensor in health.GetProperty(list).EnumerateArray())
            {
                string counts = string.Join(", ", sensor.GetProperty("counts").EnumerateObject().Where(count => count.Value.GetInt64() != 0).Select(count => $"{count.Name} {count.Value.GetInt64().ToString(CultureInfo.InvariantCulture)}"));
                string what = $"{sensor.GetProperty("name").GetString()} ({sensor.GetProperty("kind").GetString()}): {(counts.Length == 0 ? "nothing counted yet" : counts)}";
                if (sensor.GetProperty("problem").GetString() is { } problem)
                    findings.Wrong(area, what, problem);
                else
                    findings.Ok(area, what);
            }
        }
    }

    /// <summary>Asks the configured addresses, and on a Raspberry Pi's header also those where our chips could be; nothing is written but a multiplexer's channel.</summary>
    public static void LookAtBuses(Household? household, DoctorMachine machine, IHardware hardware, Findings findings)
    {
        List<(I2cPlace Place, string Who)> configured = [];
        foreach (ShelfConverter converter in household?.Converters ?? [])
        {
            if (converter.Place is { } place)
                configured.Add((place, $"converter {converter.Name} ({converter.Word})"));
        }
        configured.AddRange(household?.Readers.Where(reader => reader.Place is not null).Select(reader => (reader.Place!, $"tag reader of slot {reader.Slot} ({reader.Word})")) ?? []);
        if (household?.Display is { } display)
            configured.Add((display.Place, "status display (ssd1306)"));
        using SharedBuses buses = new(hardware);
        foreach (ClimatePlace place in household?.Climate ?? [])
            Measure(new SensorOpener(buses), place, findings);
        foreach ((I2cPlace place, string who) in configured)
            Ask(buses, place, who, findings);
        if (machine.IsRaspberryPi && File.Exists(HeaderBus))
            LookAround(buses, HeaderBus, [.. configured.Select(known => known.Place).Concat(household?.Climate.Select(place => place.Place).OfType<I2cPlace>() ?? []).Where(place => place.Multiplexer is null).Select(place => place.Address)], findings);
        if (household is not null)
            findings.Absent("gateway", "none runs here", "Start it with './pantry gateway run' to see its cells and their counters.");
    }

    private static void Ask(SharedBuses buses, I2cPlace place, string who, Findings findings)
    {
        try
        {
            using BusLease lease = buses.Open(place);
            FoundI2cChip? found = BusInventory.Chips(lease.Bus, place.Address) is [var answer] ? answer : null;
            if (found is { Problem: null })
                findings.Ok("chip", $"{who} answers at {place}");
            else
                findings.Wrong("chip", $"{who} at {place}", found?.Problem ?? "nobody answers. Check SDA, SCL, ground and 3.3 V, the address pins, and the multiplexer's channel.");
        }
        catch (IOException error)
        {
            findings.Wrong("chip", $"{who} at {place}", error.Message);
        }
    }

    /// <summary>A place's sensor measures once: whether it answers is not enough, another chip may sit there.</summary>
    private static void Measure(SensorOpener opener, ClimatePlace place, Findings findings)
    {
        string who = $"{place.Name} ({place.Word} at {place.Where})";
        try
        {
            using IClimateSensor sensor = opener.Open(place);
            ClimateReading reading = sensor.Read();
            findings.Ok("climate", string.Create(CultureInfo.InvariantCulture, $"{who}: {reading.Celsius:0.0} °C{(reading.Humidity is { } moist ? $", {moist:0} %" : "")}"));
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            findings.Wrong("climate", who, error.Message);
        }
    }

    private static void LookAround(SharedBuses buses, string bus, HashSet<int> known, Findings findings)
    {
        try
        {
            using BusLease lease = buses.Open(new I2cPlace(bus, WiringCheck.Pn532Address, null, 0));
            foreach (FoundI2cChip found in BusInventory.Chips(lease.Bus, [.. KnownAddresses.Where(address => !known.Contains(address))]))
            {
                if (found.Problem is null)
                    findings.Absent("chip", $"something answers at {bus}, 0x{found.Address:X2}: {Guess(found.Address)}", "gateway.json does not name it; add it there if it is yours.");
                else
                    findings.Wrong("i2c", $"{bus}, 0x{found.Address:X2}", found.Problem);
            }
        }
        catch (IOException error)
        {
            findings.Absent("chip", $"{bus} cannot be asked", error.Message);
        }
    }

    private static string Guess(int address) => address switch
    {
        WiringCheck.Pn532Address => "perhaps a PN532",
        WiringCheck.Nau7802Address => "perhaps a NAU7802, or an MFRC522 in its place",
        >= Bme280Sensor.FirstAddress => "perhaps a BME280, or a TCA9548A",
        >= Tca9548a.FirstAddress => "perhaps a TCA9548A",
        >= Ssd1306Panel.FirstAddress => "perhaps an SSD1306, the status display",
        _ => "perhaps an MFRC522",
    };
}
