using System.Device.Gpio;
using System.Device.Spi;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>A board's pins and buses, opened by the names that a configuration gives them.</summary>
/// <remarks>
/// Implementations: the kernel's device files (<see cref="KernelHardware"/>) and a simulated board. Everything above it, from drivers to the gateway, is the same
/// on both. Thread safe; what it hands out follows its own rules and is disposed by who asked for it.
/// </remarks>
public interface IHardware
{
    /// <summary>Bus time: its timestamps are CLOCK_MONOTONIC in nanoseconds.</summary>
    TimeProvider BusTime { get; }

    /// <summary>Lines of a GPIO chip, opened together.</summary>
    /// <param name="chips">Labels of the GPIO chip in order of preference.</param>
    /// <param name="lines">1 to 64 lines, none twice.</param>
    /// <exception cref="IOException">The lines cannot be had now; the text says what to do.</exception>
    GpioController OpenGpio(IReadOnlyList<string> chips, IReadOnlyList<GpioLine> lines);

    /// <summary>An I²C bus.</summary>
    /// <param name="bus">Its device file, for example <c>/dev/i2c-1</c>, or the adapter's name as the kernel lists it.</param>
    /// <exception cref="IOException">The bus cannot be had now; the text says what to do.</exception>
    GatedI2cBus OpenI2c(string bus);

    /// <summary>A chip on an SPI bus, mode 0, 8 bits a word.</summary>
    /// <param name="device">Its device file, for example <c>/dev/spidev0.0</c>.</param>
    /// <param name="clockHertz">Highest clock rate.</param>
    /// <exception cref="IOException">The device cannot be had now; the text says what to do.</exception>
    SpiDevice OpenSpi(string device, int clockHertz);

    /// <summary>The sysfs folder of a kernel IIO device, with its <c>in_voltage0_raw</c>.</summary>
    /// <param name="device">Its name as in the folder's file <c>name</c>, for example <c>hx711</c>, or the folder's own, for example <c>iio:device0</c>.</param>
    /// <exception cref="IOException">There is none, or the name is not enough to tell which; the text says what to do.</exception>
    string FindIio(string device);

    /// <summary>What the battery-backed clock says; may take as long as its bus does.</summary>
    BatteryClockReading ReadBatteryClock();
}
