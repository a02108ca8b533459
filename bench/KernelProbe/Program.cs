using PantryChain.DeviceDrivers.Bus;
using PantryChain.KernelProbe;

// Runs inside the machine that './pantry bench kernel' boots: our drivers on a real /dev/i2c-*. Every line begins with 'probe:'; the last one is the verdict.
try
{
    using KernelI2cBus bus = BusProbe.Open();
    BusProbe.ShowShapes(bus);
    ChipProbe.Show(bus);
    SpiProbe.Show();
    GpioProbe.Show();
    DriverProbe.Show();
    BusProbe.Say("shown: yes");
    return 0;
}
catch (IOException error)
{
    BusProbe.Say($"shown: no: {error.Message}");
    return 1;
}
