namespace PantryChain.DeviceDrivers.Climate;

/// <summary>What a sensor of the air says.</summary>
/// <param name="Celsius">Temperature in °C, as the sensor has it: whether a room can have it is judged by <see cref="ClimateWatch"/>.</param>
/// <param name="Humidity">Relative humidity in %, or null for a sensor of temperature alone.</param>
public readonly record struct ClimateReading(double Celsius, double? Humidity);

/// <summary>A sensor of the air in a fridge, a freezer or a room.</summary>
/// <remarks>Belongs to one thread at a time. Reading may take a second and may hang: ask it through <see cref="AskedSensor"/>.</remarks>
public interface IClimateSensor : IDisposable
{
    /// <summary>Measures now and waits for it.</summary>
    /// <exception cref="IOException">The sensor, its bus or its file is not there; the text says what to do.</exception>
    /// <exception cref="InvalidDataException">It answers, and what it says cannot be; the text says what to do.</exception>
    ClimateReading Read();
}
