using System.Device.Gpio;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>A line that is wanted, and how.</summary>
/// <param name="Number">Line number of its chip (on a Raspberry Pi the BCM number).</param>
/// <param name="Mode">Direction and pull. An output is low at first; a pulled-up input is high while nothing is connected.</param>
public readonly record struct GpioLine(int Number, PinMode Mode);
