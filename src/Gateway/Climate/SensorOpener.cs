using System.Device.I2c;
using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.Climate;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway.Climate;

/// <summary>Opens the sensor of a place.</summary>
internal sealed class SensorOpener(SharedBuses buses)
{
    /// <summary>The sensor.</summary>
    /// <exception cref="IOException">Its bus is not there, or nobody answers on it.</exception>
    /// <exception cref="InvalidDataException">Another chip answers.</exception>
    public IClimateSensor Open(ClimatePlace place)
    {
        if (place.Place is not { } where)
            return new W1Thermometer(place.File!);
        BusLease lease = buses.Open(where);
        try
        {
            I2cDevice device = lease.Bus.CreateDevice(where.Address);
            return new Leased(place.Sensor == PlaceSensor.Sht4x ? new Sht4xSensor(device) : new Bme280Sensor(device), lease);
        }
        catch (Exception error)
        {
            LetGo(lease, error);
            throw;
        }
    }

    private static void LetGo(BusLease lease, Exception error)
    {
        if (error is BusException { Failure: BusFailure.Broken })
            lease.Break();
        else
            lease.Dispose();
    }

    /// <summary>A sensor with its use of a shared bus.</summary>
    private sealed class Leased(IClimateSensor sensor, BusLease lease) : IClimateSensor
    {
        public ClimateReading Read()
        {
            if (!lease.IsCurrent)
                throw new IOException("Its bus was opened anew; the sensor is opened again.");
            try
            {
                return sensor.Read();
            }
            catch (BusException error) when (error.Failure == BusFailure.Broken)
            {
                lease.Break();
                throw;
            }
        }

        public void Dispose()
        {
            sensor.Dispose();
            lease.Dispose();
        }
    }
}
