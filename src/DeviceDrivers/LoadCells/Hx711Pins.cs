using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.LoadCells;

/// <summary>HX711 chips on GPIO lines: one clock for all, a data line each.</summary>
internal sealed class Hx711Pins : IHx711Link
{
    private readonly IGpioLines _lines;

    public Hx711Pins(IGpioLines lines)
    {
        _lines = lines;
        lines.SetClock(false);
    }

    public int Chips => _lines.DataLines;

    public long Now() => _lines.Now();

    public ulong ReadData() => _lines.ReadData();

    /// <remarks>
    /// Bus time is read once per pulse, right after the fall. From one fall to the next is the pulse's high time and the low time before it, so a pulse that passes
    /// was certainly short enough; a pause while the clock is low, which the chip does not mind, at worst costs a good frame.
    /// </remarks>
    public ClockedFrame Clock(int pulses, Span<ulong> planes, long time)
    {
        IGpioLines lines = _lines;
        long longest = 0;
        int pulse = 0;
        while (pulse < pulses && longest <= Hx711.PowerDown)
        {
            lines.SetClock(true);
            lines.SetClock(false);
            long fallen = lines.Now();
            planes[pulse++] = lines.ReadData();
            longest = Math.Max(longest, fallen - time);
            time = fallen;
        }
        return new ClockedFrame(pulse, longest, 0, time);
    }

    public void PowerCycle()
    {
        _lines.SetClock(true);
        long down = _lines.Now();
        while (_lines.Now() - down < Hx711.HoldDown)
            _lines.ReadData();
        _lines.SetClock(false);
    }

    public void Dispose() => _lines.Dispose();
}
