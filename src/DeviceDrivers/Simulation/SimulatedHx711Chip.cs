using PantryChain.DeviceDrivers.LoadCells;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>One HX711 that counts the pulses it sees for itself, which may not be those that were given.</summary>
/// <param name="period">One conversion in nanoseconds; zero converts as fast as it is read.</param>
internal sealed class SimulatedHx711Chip(long period)
{
    public const int MostPulses = 27; // datasheet p. 4, input A with gain 64
    private const int FirstEnd = 25; // datasheet p. 4: fewer pulses are no frame
    private const int SettlingConversions = 4; // datasheet p. 3, output settling time
    private const long Never = long.MaxValue;

    private Hx711Upset _upset;
    private long _wellFrom = Never;
    private int _framesLeft;
    private int _seen;
    private int _flips;
    private bool _justPulsed;

    public long Period => period;

    /// <summary>Bus time from which the data line is low.</summary>
    public long ReadyAt { get; set; }

    /// <summary>Input and gain of the conversion under way.</summary>
    public Hx711Gain Gain { get; set; } = Hx711Gain.A128;

    /// <summary>Input and gain of the conversion that is being shifted out.</summary>
    public Hx711Gain Converted { get; set; } = Hx711Gain.A128;

    /// <summary>The conversion that is being shifted out.</summary>
    public int Word { get; set; }

    /// <summary>Pulses counted in the present frame.</summary>
    public int Pulse { get; set; }

    public bool IsWell => _upset.Fault == Hx711Fault.None;

    public bool IsSaturated => _upset.Fault == Hx711Fault.Saturated;

    public void Inject(Hx711Upset upset, long now)
    {
        if (_upset.Fault == Hx711Fault.PowerDown)
            Wake(now);
        _upset = upset;
        _framesLeft = upset.Frames > 0 ? upset.Frames + 1 : 0; // well when the frame after them begins
        _wellFrom = upset.Lasts > TimeSpan.Zero ? now + upset.Lasts.Ticks * TimeSpan.NanosecondsPerTick : Never;
        _seen = Pulse is > 0 and < FirstEnd ? Pulse : 0;
        if (upset.Fault == Hx711Fault.Late)
        {
            ReadyAt = Math.Max(ReadyAt, now) + upset.Lasts.Ticks * TimeSpan.NanosecondsPerTick;
            Heal(now);
        }
    }

    /// <summary>Whether the next pulse makes the chip latch a conversion; the caller then sets <see cref="Word"/>.</summary>
    public bool Begins(long now)
    {
        Live(now);
        return (Pulse is 0 or >= FirstEnd) && now >= ReadyAt && _upset.Fault != Hx711Fault.PowerDown;
    }

    /// <summary>One pulse is given; the chip may see none, one or two.</summary>
    /// <param name="now">Bus time of the rise.</param>
    /// <param name="begins">What <see cref="Begins"/> said.</param>
    public void Rise(long now, bool begins)
    {
        _justPulsed = true;
        if (begins)
            Begin(now);
        _seen++;
        int pulses = _upset.Fault switch
        {
            Hx711Fault.PowerDown => 0,
            Hx711Fault.MissedPulse when _seen == _upset.Pulse => 0,
            Hx711Fault.ExtraPulse when _seen == _upset.Pulse => 2,
            _ => 1,
        };
        if (_upset.Fault == Hx711Fault.BrownOut && _seen == _upset.Pulse)
        {
            Wake(now);
            Heal(now);
            return;
        }
        for (; pulses > 0; pulses--)
            Count(now);
    }

    /// <summary>The data line, 1 for high.</summary>
    public ulong Look(long now)
    {
        Live(now);
        bool behindPulse = _justPulsed;
        _justPulsed = false;
        if (_upset.Fault == Hx711Fault.StuckLow)
            return 0;
        if (_upset.Fault is Hx711Fault.StuckHigh or Hx711Fault.PowerDown)
            return 1;
        if (Pulse is > 0 and < FirstEnd)
        {
            int bit = Word >> (BitPlanes.Bits - Pulse) & 1;
            return (ulong)(behindPulse && Pulse < FirstEnd ? bit ^ (_flips >> (BitPlanes.Bits - Pulse) & 1) : bit);
        }
        return behindPulse || now < ReadyAt ? 1UL : 0;
    }

    /// <summary>Power is there (again): input A, gain 128, silent until settled.</summary>
    public void Wake(long now)
    {
        (Pulse, Gain, _justPulsed, _seen) = (0, Hx711Gain.A128, false, 0);
        ReadyAt = now + SettlingConversions * period;
    }

    /// <summary>From the 25th pulse on each one may be the frame's last: it chooses the next gain, and another gain costs four conversions.</summary>
    public void Finish(int pulse, long now)
    {
        Gain = (Hx711Gain)Math.Min(pulse, MostPulses);
        ReadyAt = period == 0 ? now
            : Gain == Converted ? (now / period + 1) * period
            : now + SettlingConversions * period;
    }

    private void Begin(long now)
    {
        if (_framesLeft > 0 && _framesLeft-- == 1)
            Heal(now);
        (Pulse, _seen, Converted) = (0, 0, Gain);
        _flips = _upset.Fault == Hx711Fault.FlippedBits ? _upset.Bits : 0;
    }

    private void Count(long now)
    {
        if (Pulse == 0 && now < ReadyAt)
            return; // a pulse into silence
        if (Pulse >= MostPulses)
            return;
        Pulse++;
        if (Pulse >= FirstEnd)
            Finish(Pulse, now);
    }

    private void Live(long now)
    {
        if (now >= _wellFrom)
            Heal(now);
    }

    private void Heal(long now)
    {
        Hx711Fault fault = _upset.Fault;
        (_upset, _wellFrom, _framesLeft) = (default, Never, 0);
        if (fault == Hx711Fault.PowerDown)
            Wake(now);
    }
}
