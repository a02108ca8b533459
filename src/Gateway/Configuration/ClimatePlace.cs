using PantryChain.Domain.Identity;

namespace PantryChain.Gateway.Configuration;

/// <summary>What a place is.</summary>
internal enum PlaceKind : byte
{
    /// <summary>A room; nothing in it has to be cold.</summary>
    Pantry,

    /// <summary>A fridge.</summary>
    Fridge,

    /// <summary>A freezer.</summary>
    Freezer,
}

/// <summary>A place's sensor.</summary>
internal enum PlaceSensor : byte
{
    /// <summary>DS18B20 by the kernel's 1-wire.</summary>
    W1,

    /// <summary>Sensirion SHT4x on I²C.</summary>
    Sht4x,

    /// <summary>Bosch BME280 on I²C.</summary>
    Bme280,
}

/// <summary>When a place is too warm.</summary>
/// <param name="Above">Above this many °C.</param>
/// <param name="After">Longer than this, in household time.</param>
internal readonly record struct WarmLimit(double Above, TimeSpan After);

/// <summary>A place whose configuration has been checked.</summary>
/// <param name="Name">What topics and addresses call it.</param>
/// <param name="NameKo">Name for people, Korean.</param>
/// <param name="NameEn">Name for people, English.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Sensor">Its sensor.</param>
/// <param name="Slots">The slots that stand in it.</param>
/// <param name="Limit">When it is too warm, or null for a room that may be as it likes.</param>
internal sealed record ClimatePlace(string Name, string NameKo, string NameEn, PlaceKind Kind, PlaceSensor Sensor, IReadOnlyList<SlotId> Slots, WarmLimit? Limit)
{
    /// <summary>The file of a sensor on 1-wire.</summary>
    public string? File { get; init; }

    /// <summary>Where a sensor on I²C sits.</summary>
    public I2cPlace? Place { get; init; }

    /// <summary>Whether the sensor measures humidity.</summary>
    public bool HasHumidity => Sensor != PlaceSensor.W1;

    /// <summary>The sensor in the configuration's word.</summary>
    public string Word => Sensor.ToString().ToLowerInvariant();

    /// <summary>Where the sensor is, in words.</summary>
    public string Where => Place?.ToString() ?? File!;
}
