using System.Device.I2c;
using Iot.Device.Bmxx80;
using Iot.Device.Bmxx80.PowerMode;
using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.Climate;

/// <summary>A Bosch BME280 by the binding of Iot.Device.Bindings: ±1 °C and ±3 % (BME280 datasheet 1.23, tables 2 and 3). Its pressure is not asked for.</summary>
public sealed class Bme280Sensor : IClimateSensor
{
    /// <summary>The chip's addresses, SDO at ground or at its supply (datasheet 1.23, §6.2).</summary>
    public const int FirstAddress = 0x76, LastAddress = 0x77;

    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(200); // ten times what one sample each of temperature and humidity takes (datasheet 1.23, §9.1)

    private readonly Bme280 _chip;

    /// <summary>Takes a device on a bus; it is disposed with the sensor, and when this fails.</summary>
    /// <exception cref="IOException">Nobody answers there.</exception>
    /// <exception cref="InvalidDataException">Another chip answers.</exception>
    public Bme280Sensor(I2cDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        try
        {
            _chip = new Bme280(device);
        }
        catch (IOException error) when (error is not BusException)
        {
            device.Dispose();
            throw new InvalidDataException(
                "The chip that answers is no BME280 (register 0xD0 does not say 0x60). A BMP280 looks the same and has no humidity: put a BME280 or an SHT4x there, or correct 'sensor' in gateway.json.", error);
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
        // A chip that lost its power for a moment has forgotten its sampling, and would answer with a constant that looks like a warm room.
        (_chip.PressureSampling, _chip.TemperatureSampling, _chip.HumiditySampling) = (Sampling.Skipped, Sampling.UltraLowPower, Sampling.UltraLowPower);
        _chip.SetPowerMode(Bmx280PowerMode.Forced);
        bool done = SpinWait.SpinUntil(() => _chip.ReadPowerMode() == Bmx280PowerMode.Sleep && !_chip.ReadStatus().Measuring, Longest);
        if (!done || !_chip.TryReadTemperature(out UnitsNet.Temperature warm) || !_chip.TryReadHumidity(out UnitsNet.RelativeHumidity moist))
            throw new InvalidDataException("The BME280 begins a measurement and does not end it. Take its power away for a moment; if it stays so, replace it.");
        return new ClimateReading(warm.DegreesCelsius, moist.Percent);
    }

    /// <inheritdoc />
    public void Dispose() => _chip.Dispose();
}
