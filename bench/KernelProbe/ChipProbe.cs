using System.Device.I2c;
using System.Globalization;
using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.Domain.Sensing;

namespace PantryChain.KernelProbe;

/// <summary>The NAU7802 driver on a memory that is passive at first and then has somebody who does what only a real chip does.</summary>
internal static class ChipProbe
{
    private const int Base = 0x12_3400; // the reading that the helper pokes, its last byte moving
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2); // a reset of 10 ms and 100 ms for power-up, with room for an emulated processor
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static void Show(GatedI2cBus bus)
    {
        Erase(bus);
        using Nau7802 driver = new(bus.CreateDevice(Nau7802.Address), new Nau7802Options(), TimeProvider.System);
        using ManualResetEventSlim pause = new();
        long began = driver.Now();
        bool given = Await(driver, pause, Bound, () => driver.Counters.NeverReady > 0, out _);
        BusProbe.Say(Invariant($"driver: {driver.LastFailure} ({(driver.Now() - began) / 1e6:0} ms)"));
        BusProbe.Expect(given && driver.HealthOf(0) == SlotHealth.Disconnected && driver.Counters.Samples == 0, "within its bound the driver reports that power-up never got ready");

        using Helper helper = new();
        bool reading = Await(driver, pause, Deadline, () => driver.Counters.Samples >= 3, out int counts);
        BusProbe.Say(Invariant($"driver: {driver.Counters.Samples} conversions, the last one {counts}, health {driver.HealthOf(0)}, {driver.Counters.Starts} starts"));
        BusProbe.Expect(reading && (counts & ~0xFF) == Base && driver.HealthOf(0) == SlotHealth.Ok, "with a helper at the registers it is carried to the reading that the helper pokes");

        long samples = driver.Counters.Samples;
        helper.Dip();
        bool noticed = Await(driver, pause, Deadline, () => driver.Counters.SettingsLost > 0, out _);
        BusProbe.Say($"driver: {driver.LastFailure}");
        BusProbe.Expect(noticed, "a dip of the supply that clears PU_CTRL is noticed");
        BusProbe.Expect(Await(driver, pause, Deadline, () => driver.Counters.Samples > samples, out _), "after the dip it comes back to readings by itself");
        BusProbe.Say("tallies: " + string.Join(", ", driver.Tallies.Where(tally => tally.Count > 0).Select(tally => Invariant($"{tally.Cause} {tally.Count}"))));
    }

    private static bool Await(Nau7802 driver, ManualResetEventSlim pause, TimeSpan patience, Func<bool> reached, out int last)
    {
        last = 0;
        Span<int> counts = stackalloc int[1];
        long until = driver.Now() + patience.Ticks * TimeSpan.NanosecondsPerTick;
        while (driver.Now() < until)
        {
            if (driver.TryRead(counts, out _, out _))
                last = counts[0];
            if (reached())
                return true;
            pause.Wait(millisecondsTimeout: 1);
        }
        return false;
    }

    /// <summary>The memory as a chip without any life has it.</summary>
    private static void Erase(GatedI2cBus bus)
    {
        using I2cDevice chip = bus.CreateDevice(Nau7802.Address);
        for (int register = 0; register < 0x20; register++)
            chip.Write([(byte)register, 0]);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Somebody else at the same device file who sets what in a real chip only the chip sets: power-up ready, cycle ready, the end of a calibration, conversions.</summary>
    private sealed class Helper : IDisposable
    {
        private const byte PowerControl = 0x00, Control2 = 0x02, Output = 0x12, Revision = 0x1F;
        private const byte DigitalUp = 0x02, UpReadyAndCycleReady = 0x28, CalibrationStart = 0x04;

        private readonly KernelI2cBus _bus = KernelI2cBus.Open(BusProbe.Adapter);
        private readonly ManualResetEventSlim _stop = new();
        private readonly Thread _thread;
        private volatile bool _dip;

        public Helper()
        {
            _thread = new Thread(Run) { IsBackground = true };
            _thread.Start();
        }

        public void Dip() => _dip = true;

        public void Dispose()
        {
            _stop.Set();
            _thread.Join();
            _bus.Dispose();
            _stop.Dispose();
        }

        private void Run()
        {
            using I2cDevice chip = _bus.CreateDevice(Nau7802.Address);
            chip.Write([Revision, 0x0F]);
            for (byte conversion = 0; !_stop.Wait(millisecondsTimeout: 2); conversion = unchecked((byte)(conversion + 1)))
            {
                if (_dip)
                    chip.Write([PowerControl, 0]);
                _dip = false;
                byte power = Register(chip, PowerControl), control = Register(chip, Control2);
                if ((power & DigitalUp) != 0 && (power & UpReadyAndCycleReady) != UpReadyAndCycleReady)
                    chip.Write([PowerControl, (byte)(power | UpReadyAndCycleReady)]);
                if ((control & CalibrationStart) != 0)
                    chip.Write([Control2, (byte)(control & ~CalibrationStart)]);
                chip.Write([Output, Base >> 16, Base >> 8 & 0xFF, conversion]);
            }
        }

        private static byte Register(I2cDevice chip, byte register)
        {
            Span<byte> value = stackalloc byte[1];
            chip.WriteRead([register], value);
            return value[0];
        }
    }
}
