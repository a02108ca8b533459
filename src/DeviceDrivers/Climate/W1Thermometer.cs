using System.Globalization;
using PantryChain.Domain.Identity;

namespace PantryChain.DeviceDrivers.Climate;

/// <summary>A DS18B20 behind the kernel's 1-wire driver, which does the conversion (750 ms) and checks the checksum while its file is read.</summary>
/// <param name="path">The file with whole thousandths of a degree Celsius, <c>/sys/bus/w1/devices/28-*/temperature</c>.</param>
public sealed class W1Thermometer(string path) : IClimateSensor
{
    private const double Coldest = -55, Warmest = 125; // °C, DS18B20 datasheet, 19-7487, p. 1
    private const int PowerOn = 85_000; // what a DS18B20 shows before its first conversion, p. 6: no temperature of a kitchen

    /// <inheritdoc />
    public ClimateReading Read()
    {
        string text;
        try
        {
            text = ForeignFile.ReadText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path} cannot be read ({error.Message}). Check the sensor's wiring, its resistor of 4.7 kilohm, and 'dtoverlay=w1-gpio' in config.txt.", error);
        }
        return TryParse(text, out double celsius) ? new ClimateReading(celsius, null)
            : throw new InvalidDataException($"{path} holds '{Foreign.Short(text.Trim())}', no temperature in thousandths of a degree. Check the sensor's supply and its resistor of 4.7 kilohm.");
    }

    /// <summary>Reads thousandths of a degree; false for anything that no room has.</summary>
    public static bool TryParse(string text, out double celsius)
    {
        ArgumentNullException.ThrowIfNull(text);
        bool parsed = int.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int thousandths);
        celsius = thousandths / 1000.0;
        return parsed && thousandths != PowerOn && celsius is >= Coldest and <= Warmest;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // the kernel keeps the sensor; nothing is open between two readings
    }
}
