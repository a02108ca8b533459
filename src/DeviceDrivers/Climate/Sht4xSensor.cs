using System.Device.I2c;
using Iot.Device.Sht4x;

namespace PantryChain.DeviceDrivers.Climate;

/// <summary>A Sensirion SHT40, SHT41, SHT43 or SHT45 by the binding of Iot.Device.Bindings: ±0.2 °C and ±1.8 % (SHT4x datasheet 6.5, tables 1 and 2).</summary>
/// <remarks>The binding resets the chip when it is made; an absent one is told then.</remarks>
public sealed class Sht4xSensor : IClimateSensor
{
    /// <summary>The chip's addresses, by its order code: -AD1B, -BD1B, -CD1B (datasheet 6.5, table 12).</summary>
    public const int FirstAddress = 0x44, LastAddress = 0x46;

    private const int Tries = 3; // a garbled byte on a long wire is over with the next look

    private readonly Sht4x _chip;

    /// <summary>Takes a device on a bus; it is disposed with the sensor, and when this fails.</summary>
    /// <exception cref="IOException">Nobody answers there.</exception>
    public Sht4xSensor(I2cDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        try
        {
            _chip = new Sht4x(device);
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public ClimateReading Read()
    {
        for (int i = 0; i < Tries; i++)
        {
            (UnitsNet.RelativeHumidity? humidity, UnitsNet.Temperature? temperature) = _chip.ReadHumidityAndTemperature(Sht4xRepeatability.High);
            if (temperature is { } warm && humidity is { } moist)
                return new ClimateReading(warm.DegreesCelsius, moist.Percent);
        }
        throw new InvalidDataException($"The SHT4x answers with a wrong checksum, {Tries} times in a row. Shorten its wires, keep SDA and SCL apart from supply lines, or slow the bus with 'dtparam=i2c_arm_baudrate=50000' in config.txt.");
    }

    /// <inheritdoc />
    public void Dispose() => _chip.Dispose();
}
