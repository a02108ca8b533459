using PantryChain.DeviceDrivers.Bus;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Time;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>Plays a script's entries on one part of the board: tells when each begins and ends.</summary>
/// <remarks>Asked by whoever uses that part, at its own pace. Not thread safe.</remarks>
internal abstract class FaultPlayer(IReadOnlyList<ScriptedFault> entries, DateTimeOffset origin, TimeProvider household)
{
    private const long Pace = 2_000_000; // ns: finer than a conversion, rarer than a clock edge

    private readonly int[] _playing = [.. Enumerable.Repeat(-1, entries.Count)];
    private readonly double _speed = SpeedOf(household);
    private long _due = long.MinValue;

    /// <summary>Household seconds per real second.</summary>
    public static double SpeedOf(TimeProvider household) => household is HouseholdTime rehearsed ? rehearsed.Speed : 1;

    /// <summary>Begins and ends what is due.</summary>
    public void Play(long busNanoseconds)
    {
        if (busNanoseconds < _due || entries.Count == 0)
            return;
        _due = busNanoseconds + Pace;
        TimeSpan elapsed = household.GetUtcNow() - origin;
        for (int i = 0; i < entries.Count; i++)
        {
            bool on = entries[i].IsOn(elapsed, _speed, out int number, out _);
            if (_playing[i] >= 0 && (!on || number != _playing[i]))
                End(entries[i]);
            if (on && number != _playing[i])
                Begin(entries[i]);
            else if (on)
                GoOn(entries[i], Pace / 1e9);
            _playing[i] = on ? number : -1;
        }
    }

    protected abstract void Begin(ScriptedFault fault);

    protected abstract void End(ScriptedFault fault);

    /// <summary>A fault lasts, and this much of bus time has gone by.</summary>
    protected virtual void GoOn(ScriptedFault fault, double seconds)
    {
    }
}

/// <summary>Faults of HX711 chips on one clock.</summary>
internal sealed class ClockFaultPlayer(SimulatedHx711 chips, IReadOnlyList<SlotId> slots, FaultScript script, DateTimeOffset origin, TimeProvider household)
    : FaultPlayer([.. script.Entries.Where(entry => entry is { IsOfWeight: false, Target: FaultTarget.Cell } && slots.Contains(entry.Slot))], origin, household)
{
    private Chance _chance = new((ulong)origin.Ticks);

    protected override void Begin(ScriptedFault fault)
    {
        if (IsOfFrames(fault.Kind) && !fault.IsMoment)
            return; // single frames, see GoOn
        Hx711Fault kind = KindOf(fault);
        int frames = IsOfFrames(fault.Kind) ? 1 : 0;
        chips.Inject(CellOf(fault), new Hx711Upset(kind) { Pulse = fault.Pulse, Bits = Flips(fault.Bits), Frames = frames });
    }

    protected override void GoOn(ScriptedFault fault, double seconds)
    {
        int cell = CellOf(fault);
        if (IsOfFrames(fault.Kind) && !fault.IsMoment && chips.IsWell(cell) && _chance.NextUnit() < fault.PerSecond * seconds)
            chips.Inject(cell, new Hx711Upset(KindOf(fault)) { Pulse = fault.Pulse, Bits = Flips(fault.Bits), Frames = 1 });
    }

    protected override void End(ScriptedFault fault)
    {
        if (!fault.IsMoment)
            chips.Inject(CellOf(fault), Hx711Fault.None);
    }

    private static bool IsOfFrames(ScriptedFaultKind kind) => kind is ScriptedFaultKind.BitSlip or ScriptedFaultKind.ExtraPulse or ScriptedFaultKind.FlippedBits;

    private static Hx711Fault KindOf(ScriptedFault fault) => fault.Kind switch
    {
        ScriptedFaultKind.BitSlip => Hx711Fault.MissedPulse,
        ScriptedFaultKind.ExtraPulse => Hx711Fault.ExtraPulse,
        ScriptedFaultKind.FlippedBits => Hx711Fault.FlippedBits,
        ScriptedFaultKind.Glitch => Hx711Fault.Glitch,
        ScriptedFaultKind.BrownOut => Hx711Fault.BrownOut,
        ScriptedFaultKind.PowerDown => Hx711Fault.PowerDown,
        ScriptedFaultKind.StuckLow => Hx711Fault.StuckLow,
        ScriptedFaultKind.Saturation => Hx711Fault.Saturated,
        _ => Hx711Fault.StuckHigh, // nobody pulls the line low
    };

    private int Flips(int count)
    {
        int bits = 0;
        for (int i = 0; i < count; i++)
            bits |= 1 << (int)(_chance.NextBits() % 24);
        return bits;
    }

    private int CellOf(ScriptedFault fault)
    {
        int cell = 0;
        while (slots[cell] != fault.Slot)
            cell++;
        return cell;
    }
}

/// <summary>Faults of what sits on one I²C bus: converters, readers, the bus itself.</summary>
internal sealed class BusFaultPlayer(SimulatedI2cBus bus, FaultScript script, DateTimeOffset origin, TimeProvider household)
    : FaultPlayer([.. script.Entries.Where(entry => entry is { IsOfWeight: false, IsOfAir: false })], origin, household)
{
    private static readonly TimeSpan Endless = TimeSpan.FromDays(1_000);

    /// <summary>The converters on this bus by slot.</summary>
    public Dictionary<SlotId, SimulatedNau7802> Cells { get; } = [];

    /// <summary>The readers on this bus.</summary>
    public List<SimulatedReader> Readers { get; } = [];

    /// <summary>The sensors of the air on this bus.</summary>
    public List<SimulatedClimateChip> Climates { get; } = [];

    protected override void Begin(ScriptedFault fault) => Turn(fault, on: true);

    protected override void End(ScriptedFault fault) => Turn(fault, on: false);

    private void Turn(ScriptedFault fault, bool on)
    {
        switch (fault.Target)
        {
            case FaultTarget.Bus when fault.Kind == ScriptedFaultKind.BusHeld:
                bus.HoldFor(on ? Endless : TimeSpan.Zero);
                break;
            case FaultTarget.Bus:
                bus.RefuseFor(on ? Endless : TimeSpan.Zero);
                break;
            case FaultTarget.Cell when Cells.TryGetValue(fault.Slot, out SimulatedNau7802? cell):
                Turn(cell, fault, on);
                break;
            case FaultTarget.Reader:
                Readers.ForEach(reader => Turn(reader, fault, on));
                break;
            case FaultTarget.Climate:
                Climates.ForEach(chip => chip.Inject(!on ? ClimateChipFault.None : fault.Kind switch
                {
                    ScriptedFaultKind.Frozen => ClimateChipFault.Frozen,
                    ScriptedFaultKind.Stopped => ClimateChipFault.Stopped,
                    ScriptedFaultKind.GarbledFrames => ClimateChipFault.Garbled,
                    _ => ClimateChipFault.Vanished,
                }, fault.Share));
                break;
            default:
                break; // of another part of the board
        }
    }

    private static void Turn(SimulatedNau7802 cell, ScriptedFault fault, bool on)
    {
        bool dips = fault.Kind is ScriptedFaultKind.BrownOut ? on : fault.Kind is ScriptedFaultKind.PowerDown && !on;
        if (dips)
            cell.BrownOut();
        cell.Inject(!on ? Nau7802Fault.None : fault.Kind switch
        {
            ScriptedFaultKind.Saturation => Nau7802Fault.Saturated,
            ScriptedFaultKind.Frozen => Nau7802Fault.Frozen,
            ScriptedFaultKind.Stopped => Nau7802Fault.Stopped,
            ScriptedFaultKind.BrownOut => Nau7802Fault.None,
            _ => Nau7802Fault.Vanished,
        });
    }

    private void Turn(SimulatedReader reader, ScriptedFault fault, bool on)
    {
        switch (fault.Kind)
        {
            case ScriptedFaultKind.MissedPolls:
                reader.Field.MissedPolls = on ? fault.Share : 0;
                break;
            case ScriptedFaultKind.TagUnreadable:
                reader.Field.GarbledAnswers = on ? fault.Share : 0;
                break;
            case ScriptedFaultKind.GarbledFrames:
                reader.Chip.GarbledFrames = on ? fault.Share : 0;
                break;
            case ScriptedFaultKind.Nack:
                bus.Refuse(on ? int.MaxValue : 0, reader.Chip.Address);
                break;
            case ScriptedFaultKind.Hang when on:
                reader.Chip.Hang();
                break;
            case ScriptedFaultKind.PowerDown or ScriptedFaultKind.ChipGone:
                reader.Chip.LosePower(on ? Endless : TimeSpan.Zero);
                break;
            default:
                break;
        }
    }
}

/// <summary>A simulated reader and what lies over its antenna.</summary>
internal sealed record SimulatedReader(SimulatedPn532 Chip, SimulatedTagField Field);

/// <summary>A bus on which a script's faults happen.</summary>
internal sealed class ScriptedBus(SimulatedI2cBus inner, BusFaultPlayer faults, SimulatedBusClock clock) : GatedI2cBus
{
    public override string Name => inner.Name;

    protected internal override void Exchange(int address, ReadOnlySpan<byte> write, Span<byte> read)
    {
        faults.Play(clock.Read());
        inner.Exchange(address, write, read);
    }
}

/// <summary>Faults that press on the cells, as a function of household time, bus time and the conversion's number.</summary>
internal sealed class WeightFaults(FaultScript script, ulong seed, DateTimeOffset origin, TimeProvider household)
{
    private readonly ScriptedFault[] _entries = [.. script.Entries.Where(entry => entry.IsOfWeight)];
    private readonly double _speed = FaultPlayer.SpeedOf(household);

    /// <summary>Grams that faults add to a load.</summary>
    public double GramsOn(SlotId slot, double load, DateTimeOffset at, long conversion, long busNanoseconds)
    {
        double grams = 0;
        TimeSpan elapsed = at - origin;
        foreach (ScriptedFault fault in _entries)
        {
            if (fault.Slot == slot && fault.IsOn(elapsed, _speed, out _, out double progress))
                grams += GramsOf(fault, load, progress, conversion, busNanoseconds / 1e9);
        }
        return grams;
    }

    private double GramsOf(ScriptedFault fault, double load, double progress, long conversion, double seconds)
    {
        switch (fault.Kind)
        {
            case ScriptedFaultKind.Spikes:
                Chance chance = Chance.Of(seed ^ fault.Slot.Value, (ulong)conversion, 0x5B1C);
                return chance.NextUnit() < fault.Share ? fault.Grams * (chance.NextUnit() < 0.5 ? -1 : 1) : 0;
            case ScriptedFaultKind.Drift:
                return fault.Grams * (1 - Math.Abs(2 * progress - 1)); // there and back, so that it never ends with a jump
            case ScriptedFaultKind.Creep:
                return load * fault.Percent / 100 * (progress < 0.5 ? Rise(2 * progress) : 1 - Rise(2 * progress - 1));
            case ScriptedFaultKind.Vibration:
                return fault.Grams * (0.6 * Wave(fault.Hertz, seconds) + 0.4 * Wave(fault.Hertz * 1.618, seconds)); // two tones in no simple ratio: no sampling hides both
            default:
                // A hand comes and goes within a tenth of its stay and is never as still as a pack: it sways by an eighth, a few times a second.
                double edge = Math.Clamp(10 * Math.Min(progress, 1 - progress), 0, 1);
                return fault.Grams * edge * (1 + 0.08 * Wave(2.7, seconds) + 0.05 * Wave(4.37, seconds));
        }
    }

    /// <summary>Most of what comes comes at once: an exponential with a fifth of the time as its constant.</summary>
    private static double Rise(double share) => (1 - Math.Exp(-5 * share)) / (1 - Math.Exp(-5));

    private static double Wave(double hertz, double seconds) => Math.Sin(2 * Math.PI * hertz * seconds);
}
