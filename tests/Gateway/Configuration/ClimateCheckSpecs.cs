using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;
using System.Text.Json;

namespace PantryChain.Gateway.Tests.Configuration;

public sealed class ClimateCheckSpecs
{
    private const string Names = "\"name\": \"fridge\", \"nameKo\": \"냉장고\", \"nameEn\": \"Fridge\"";

    [Fact]
    public void Three_places_with_three_sensors_and_the_limits_of_what_they_are()
    {
        Household household = Check($$"""
            [ { {{Names}}, "kind": "fridge", "sensor": "sht4x", "bus": "/dev/i2c-1", "slots": [1] },
              { "name": "ice", "nameKo": "냉동고", "nameEn": "Freezer", "kind": "freezer", "sensor": "w1", "file": "/sys/bus/w1/devices/28-1/temperature", "warmAfterMinutes": 30 },
              { "name": "room", "nameKo": "방", "nameEn": "Room", "kind": "pantry", "sensor": "bme280", "bus": "/dev/i2c-1", "address": "0x77", "multiplexer": "0x70", "channel": 3 } ]
            """);

        household.Climate.Select(place => place.Limit).Should().Equal(new WarmLimit(8, TimeSpan.FromHours(1)), new WarmLimit(-15, TimeSpan.FromMinutes(30)), null);
        household.Climate.Select(place => place.Where).Should().Equal("/dev/i2c-1, 0x44", "/sys/bus/w1/devices/28-1/temperature", "/dev/i2c-1, 0x70 channel 3, 0x77");
        household.PlaceOf(new SlotId(1))!.NameEn.Should().Be("Fridge");
        household.PlaceOf(new SlotId(2)).Should().BeNull();
    }

    [Theory]
    [InlineData("""[ null ]""", "climate: each entry must be an object")]
    [InlineData("""[ { "name": "A b" } ]""", "climate[0].name: 1 to 32 of")]
    [InlineData("""[ { "name": "a", "nameEn": "A" } ]""", "climate[0].nameKo: 1 to 80")]
    [InlineData("""[ { NAMES, "kind": "oven" } ]""", "climate[0].kind: fridge, freezer or pantry is expected")]
    [InlineData("""[ { NAMES, "kind": "fridge", "sensor": "dht22" } ]""", "climate[0].sensor: w1, sht4x or bme280 is expected")]
    [InlineData("""[ { NAMES, "kind": "fridge", "sensor": "w1", "file": "28-1/temperature" } ]""", "climate[0].file: the whole path")]
    [InlineData("""[ { NAMES, "kind": "fridge", "sensor": "w1", "file": "/a", "bus": "b" } ]""", "climate[0].bus: a sensor on 1-wire has a file")]
    [InlineData("""[ { NAMES, "kind": "fridge", "sensor": "sht4x" } ]""", "climate[0].bus: an I2C bus such as")]
    [InlineData("""[ { NAMES, "kind": "fridge", "sensor": "sht4x", "bus": "b", "file": "/a" } ]""", "climate[0].file: sht4x is on I2C")]
    [InlineData("""[ { NAMES, "kind": "fridge", "sensor": "sht4x", "bus": "b", "address": "0x47" } ]""", "climate[0].address: \"0x44\" to \"0x46\" is expected")]
    [InlineData("""[ { NAMES, "kind": "fridge", "sensor": "bme280", "bus": "b", "address": "118" } ]""", "climate[0].address: \"0x76\" to \"0x77\" is expected")]
    [InlineData("""[ { NAMES, "kind": "fridge", "sensor": "sht4x", "bus": "b", "channel": 2 } ]""", "climate[0].channel: a channel needs a multiplexer")]
    [InlineData("""[ { NAMES, "kind": "fridge", "sensor": "bme280", "bus": "b", "multiplexer": "0x76", "channel": 2 } ]""", "climate[0]: the multiplexer at 0x76")]
    [InlineData("""[ { NAMES, "kind": "fridge", "sensor": "sht4x", "bus": "b", "slots": [9] } ]""", "climate[0].slots: 9 does not stand among the slots")]
    [InlineData("""[ { NAMES, "kind": "fridge", "sensor": "sht4x", "bus": "b", "slots": [2] } ]""", "climate[0].slots: slot 2 has a thermometer of its own")]
    [InlineData("""[ { NAMES, "kind": "fridge", "sensor": "sht4x", "bus": "b", "warmAbove": 80 } ]""", "climate[0].warmAbove: -30 to 40")]
    [InlineData("""[ { NAMES, "kind": "fridge", "sensor": "sht4x", "bus": "b", "warmAfterMinutes": 1 } ]""", "climate[0].warmAfterMinutes: 5 to 1440")]
    [InlineData("""[ { NAMES, "kind": "pantry", "sensor": "sht4x", "bus": "b", "warmAfterMinutes": 60 } ]""", "climate[0].warmAfterMinutes: a pantry is never too warm by itself")]
    [InlineData("""[ { NAMES, "kind": "fridge", "sensor": "sht4x", "bus": "b" }, { NAMES, "kind": "fridge", "sensor": "sht4x", "bus": "c" } ]""", "climate: each name may stand there once")]
    [InlineData("""[ { NAMES, "kind": "fridge", "sensor": "sht4x", "bus": "b" }, { NAMES, "kind": "fridge", "sensor": "sht4x", "bus": "b" } ]""", "climate[1].bus: b, 0x44 is taken already")]
    [InlineData("""[ { NAMES, "kind": "fridge", "sensor": "sht4x", "bus": "b", "slots": [1, 1] } ]""", "climate: slot 1 stands in two places")]
    public void A_place_that_cannot_be_is_named_with_what_is_expected(string climate, string said)
    {
        Action check = () => Check(climate.Replace("NAMES", Names, StringComparison.Ordinal));

        check.Should().Throw<UserError>().Which.Message.Should().StartWith("gateway.json: " + said).And.NotContain("\n");
    }

    private static Household Check(string climate)
    {
        GatewayOptions read = JsonSerializer.Deserialize($"{{\"climate\": {climate}}}", ConfigurationJson.Default.GatewayOptions)!;
        GatewayOptions options = Samples.Options with { Climate = read.Climate };
        options.Slots[1].Temperature = "/sys/bus/w1/devices/28-2/temperature";
        return GatewayFile.Check(options, "gateway.json");
    }
}
