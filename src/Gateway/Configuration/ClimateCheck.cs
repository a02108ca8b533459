using PantryChain.DeviceDrivers.Climate;
using PantryChain.Domain.Identity;

namespace PantryChain.Gateway.Configuration;

/// <summary>Checks the places whose air is measured, and names the member and the fix where one cannot be.</summary>
internal sealed class ClimateCheck(GatewayOptions options, WiringCheck wiring, string file)
{
    /// <summary>Most places.</summary>
    public const int MostPlaces = 8;

    private const double FridgeLimit = 8, FreezerLimit = -15; // sources at ClimatePlaceOptions.WarmAbove
    private const int DoorMinutes = 60;

    /// <summary>The places; to be asked when converters and readers have taken their addresses.</summary>
    /// <exception cref="UserError">A member is missing, out of its range, or names what another one has.</exception>
    public IReadOnlyList<ClimatePlace> Places()
    {
        Require("climate", options.Climate.Count <= MostPlaces, $"at most {MostPlaces} places are expected");
        List<ClimatePlace> places = [.. options.Climate.Select((place, index) => Check(place, $"climate[{index}]"))];
        Require("climate", places.DistinctBy(place => place.Name).Count() == places.Count, "each name may stand there once");
        Require("climate", places.Where(place => place.File is not null).DistinctBy(place => place.File).Count() == places.Count(place => place.File is not null), "two places name the same file; each needs a sensor of its own");
        foreach (SlotId twice in places.SelectMany(place => place.Slots).GroupBy(slot => slot).Where(same => same.Count() > 1).Select(same => same.Key))
            Require("climate", holds: false, $"slot {twice} stands in two places; leave it in one of them");
        return places;
    }

    private ClimatePlace Check(ClimatePlaceOptions place, string where)
    {
        Require(where + ".kind", place.Kind is "fridge" or "freezer" or "pantry", "fridge, freezer or pantry is expected");
        Require(where + ".sensor", place.Sensor is "w1" or "sht4x" or "bme280", "w1, sht4x or bme280 is expected");
        PlaceKind kind = place.Kind switch { "fridge" => PlaceKind.Fridge, "freezer" => PlaceKind.Freezer, _ => PlaceKind.Pantry };
        PlaceSensor sensor = place.Sensor switch { "w1" => PlaceSensor.W1, "sht4x" => PlaceSensor.Sht4x, _ => PlaceSensor.Bme280 };
        ClimatePlace known = new(place.Name, place.NameKo, place.NameEn, kind, sensor, Slots(place, where), Limit(place, kind, where));
        return sensor == PlaceSensor.W1 ? known with { File = OneWire(place, where) } : known with { Place = OnBus(place, sensor, where) };
    }

    private List<SlotId> Slots(ClimatePlaceOptions place, string where)
    {
        foreach (int number in place.Slots)
        {
            SlotOptions? slot = options.Slots.FirstOrDefault(known => known.Slot == number);
            Require(where + ".slots", slot is not null, $"{number} does not stand among the slots; add it there or correct the number");
            Require(where + ".slots", slot!.Temperature is null, $"slot {number} has a thermometer of its own (temperature); remove one of the two");
        }
        return [.. place.Slots.Select(number => new SlotId((ushort)number))];
    }

    private WarmLimit? Limit(ClimatePlaceOptions place, PlaceKind kind, string where)
    {
        double? above = place.WarmAbove ?? kind switch { PlaceKind.Fridge => FridgeLimit, PlaceKind.Freezer => FreezerLimit, _ => null };
        Require(where + ".warmAfterMinutes", above is not null || place.WarmAfterMinutes is null, "a pantry is never too warm by itself; give warmAbove too");
        return above is { } limit ? new WarmLimit(limit, TimeSpan.FromMinutes(place.WarmAfterMinutes ?? DoorMinutes)) : null;
    }

    private string OneWire(ClimatePlaceOptions place, string where)
    {
        Require(where + ".file", place.File is not null && Path.IsPathRooted(place.File), "the whole path of a thermometer's file is expected, such as \"/sys/bus/w1/devices/28-0316a2793aff/temperature\"");
        Require(where + ".bus", place.Bus is null && place.Address is null && place.Multiplexer is null && place.Channel is null, "a sensor on 1-wire has a file; remove bus, address, multiplexer and channel");
        return place.File!;
    }

    private I2cPlace OnBus(ClimatePlaceOptions place, PlaceSensor sensor, string where)
    {
        Require(where + ".file", place.File is null, $"{place.Sensor} is on I2C and has no file; remove it");
        (int first, int last) = sensor == PlaceSensor.Sht4x ? (Sht4xSensor.FirstAddress, Sht4xSensor.LastAddress) : (Bme280Sensor.FirstAddress, Bme280Sensor.LastAddress);
        int address = first;
        if (place.Address is { } text)
            Require(where + ".address", WiringCheck.TryHex(text, out address) && address >= first && address <= last, $"\"0x{first:X2}\" to \"0x{last:X2}\" is expected");
        return wiring.CheckPlace(place.Bus, address, place.Multiplexer, place.Channel, where);
    }

    private void Require(string member, bool holds, string expected) => GatewayFile.Require(file, member, holds, expected);
}
