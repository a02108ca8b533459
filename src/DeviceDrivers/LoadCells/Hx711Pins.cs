using System.Device.Gpio;

namespace PantryChain.DeviceDrivers.LoadCells;

/// <summary>HX711 chips on GPIO lines: one clock for all, a data line each.</summary>
/// <remarks>Spans of pins, because a driver that can takes a span in one access; written so, a pin costs no memory either.</remarks>
internal sealed class Hx711Pins : IHx711Link
{
    private const int MostChips = 63; // with the clock as many lines as the kernel holds together

    private readonly GpioController _pins;
    private readonly TimeProvider _time;
    private readonly PinValuePair[] _high;
    private readonly PinValuePair[] _low;
    private readonly PinValuePair[] _data;

    public Hx711Pins(GpioController pins, int clock, IReadOnlyList<int> data, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(pins);
        ArgumentNullException.ThrowIfNull(data);
        if (data.Count is < 1 or > MostChips || data.Append(clock).Distinct().Count() != data.Count + 1)
            throw new ArgumentException($"One clock and 1 to {MostChips} data lines are expected, none twice.", nameof(data));
        (_pins, _time) = (pins, time);
        (_high, _low) = ([new(clock, PinValue.High)], [new(clock, PinValue.Low)]);
        _data = [.. data.Select(line => new PinValuePair(line, PinValue.High))];
        if (!pins.IsPinOpen(clock))
            pins.OpenPin(clock, PinMode.Output, PinValue.Low);
        foreach (int line in data.Where(line => !pins.IsPinOpen(line)))
            pins.OpenPin(line, PinMode.InputPullUp); // a missing converter is never ready
        pins.Write(_low);
    }

    public int Chips => _data.Length;

    public long Now() => _time.GetTimestamp();

    public ulong ReadData()
    {
        PinValuePair[] data = _data;
        _pins.Read(data);
        ulong high = 0;
        for (int i = 0; i < data.Length; i++)
            high |= (ulong)(byte)data[i].PinValue << i;
        return high;
    }

    /// <remarks>
    /// Bus time is read once per pulse, right after the fall. From one fall to the next is the pulse's high time and the low time before it, so a pulse that passes
    /// was certainly short enough; a pause while the clock is low, which the chip does not mind, at worst costs a good frame.
    /// </remarks>
    public ClockedFrame Clock(int pulses, Span<ulong> planes, long time)
    {
        long longest = 0;
        int pulse = 0;
        while (pulse < pulses && longest <= Hx711.PowerDown)
        {
            _pins.Write(_high);
            _pins.Write(_low);
            long fallen = Now();
            planes[pulse++] = ReadData();
            longest = Math.Max(longest, fallen - time);
            time = fallen;
        }
        return new ClockedFrame(pulse, longest, 0, time);
    }

    public void PowerCycle()
    {
        _pins.Write(_high);
        long down = Now();
        while (Now() - down < Hx711.HoldDown)
            ReadData();
        _pins.Write(_low);
    }

    public void Dispose() => _pins.Dispose();
}
