using System.Device.I2c;
using PantryChain.Domain.Sensing;
using static PantryChain.DeviceDrivers.LoadCells.Nau7802Registers;

namespace PantryChain.DeviceDrivers.LoadCells;

/// <summary>A NAU7802 on an I²C bus: one cell, or two in turn, started, calibrated, watched and started again without ever waiting.</summary>
/// <remarks>
/// Every call of <see cref="TryRead"/> takes the chip at most one step further (datasheet rev. 1.7, 8.1 and 9.1): reset, power-up, supply, internal calibration,
/// conversions. Every step has a bound; what it takes too long or refuses is counted by cause, told by <see cref="LastFailure"/>, and the chip is started
/// again, ever later while it goes on failing. A chip that lost its settings is noticed by the register that is asked for the ready sign anyway. Uses plain
/// register writes and reads of up to three bytes, so that an adapter that knows only SMBus does too; of what only a real chip changes it needs 0x1F = 0x0F,
/// PUR and CR in 0x00 and CALS falling in 0x02. Not thread safe; owns the chip, not the bus.
/// </remarks>
public sealed partial class Nau7802 : ILoadCells
{
    /// <summary>The chip's only address; a second one needs another bus or a channel of a multiplexer.</summary>
    public const int Address = 0x2A;

    /// <summary>Conversions thrown away behind every change of input, as the Linux driver nau7802 does.</summary>
    private const int Discard = 6;

    /// <summary>So many equal conversions in a row, each with the ready sign still there behind it, are one that is repeated.</summary>
    private const int Suspicious = 8;

    /// <summary>CTRL1 and CTRL2 of a running chip are read back this often.</summary>
    private const long CheckEvery = 1_000_000_000;

    private const int Largest = 0x7F_FFFF; // 24 bits, two's complement
    private const int Smallest = -0x80_0000;

    private readonly I2cDevice _chip;
    private readonly TimeProvider _time;
    private readonly Nau7802Options _options;
    private readonly Func<bool>? _dataReady;
    private readonly long _period;
    private int _cell;
    private long _changedAt;
    private long _heardAt;
    private long _checkAt;
    private int _last;
    private int _equal;
    private bool _saturated;

    /// <summary>A chip that is started by the first calls of <see cref="TryRead"/>.</summary>
    /// <param name="chip">The chip at <see cref="Address"/> of its bus or multiplexer channel; it is not asked yet.</param>
    /// <param name="options">Wiring and rate.</param>
    /// <param name="time">Bus time.</param>
    /// <param name="dataReady">Level of the chip's DRDY pin, high for ready; null to ask over the bus.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public Nau7802(I2cDevice chip, Nau7802Options options, TimeProvider time, Func<bool>? dataReady = null)
    {
        ArgumentNullException.ThrowIfNull(chip);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(options);
        if (!options.AreValid)
            throw new ArgumentOutOfRangeException(nameof(options), options, "A known rate, a gain of 1 to 128 that is a power of two, a supply of 24 to 45 tenths of a volt in steps of 3 and a stale time-out of at least 4 conversions are expected.");
        (_chip, _options, _time, _dataReady, _period) = (chip, options, time, dataReady, options.PeriodNanoseconds);
        _until = Now();
    }

    /// <summary>1, or 2 with <see cref="Nau7802Options.SecondCell"/>.</summary>
    public int Cells => _options.SecondCell ? 2 : 1;

    /// <summary>One conversion; with two cells a whole turn over both, the conversions thrown away included.</summary>
    public TimeSpan Period => TimeSpan.FromMicroseconds((_options.SecondCell ? 2 * (Discard + 2) : 1) * _period / 1_000.0);

    /// <summary>What happened so far.</summary>
    public Nau7802Counters Counters { get; } = new();

    /// <inheritdoc />
    public IReadOnlyList<Tally> Tallies => Counters.ToTallies();

    /// <summary>Why the chip was last given up or an exchange failed, with the next step; empty while nothing has failed since the last good conversion.</summary>
    public string LastFailure { get; private set; } = "";

    /// <summary>Bus time now, in nanoseconds of CLOCK_MONOTONIC.</summary>
    public long Now() => _time.GetTimestamp();

    /// <summary>Calibrates the chip's own offset anew, for instance after a large change of temperature; readings pause for about a second.</summary>
    /// <remarks>Load and household stay as they are: the chip shorts its inputs meanwhile. Without effect while it is being started, which calibrates too.</remarks>
    public void Recalibrate() => _recalibrate = true;

    /// <summary>What the last steps say about the chip; both cells share it but for saturation.</summary>
    public SlotHealth HealthOf(int cell) => _trouble != SlotHealth.Ok ? _trouble : _saturated ? SlotHealth.Saturated : SlotHealth.Ok;

    /// <inheritdoc />
    public bool TryRead(Span<int> counts, out ulong valid, out long busNanoseconds)
    {
        valid = 0;
        busNanoseconds = Now();
        try
        {
            return _step == Step.Converting ? TryConversion(counts, ref valid, ref busNanoseconds) : TryStart(busNanoseconds);
        }
        catch (IOException failure)
        {
            Suffer(failure);
            return false;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _chip.Dispose();

    private bool TryConversion(Span<int> counts, ref ulong valid, ref long time)
    {
        if (_recalibrate)
            return Calibrate(time);
        long silent = time - _heardAt;
        // Nobody is asked before the next conversion can be there, and a data-ready line that stays low is not believed for ever.
        if (silent < _period * 7 / 8 || (_dataReady is not null && silent < 2 * _period && !_dataReady()))
            return false;
        byte state = ReadRegister(PowerControl);
        if ((state & ~(UpReady | CycleReady)) != Running)
            return Lost($"PU_CTRL reads 0x{state:X2} instead of 0x{Running:X2}");
        if (time >= _checkAt && !AreSettingsKept(time))
            return false;
        if ((state & CycleReady) == 0)
            return silent > _options.StaleAfter * _period && Silent();
        int value = ReadOutput();
        // The bus has no sums, and a supply that dips between the two reads leaves zeros: the chip must still be as it was behind the value.
        byte behind = ReadRegister(PowerControl);
        time = Now();
        (_heardAt, _failingSince) = (time, -1);
        if ((behind & ~(UpReady | CycleReady)) != Running)
            return Lost($"PU_CTRL reads 0x{behind:X2} instead of 0x{Running:X2}");
        return !IsFrozen(value, behind) && IsSettled(time) && Take(value, counts, ref valid, time);
    }

    private bool AreSettingsKept(long time)
    {
        _checkAt = time + CheckEvery;
        byte first = ReadRegister(Control1), second = ReadRegister(Control2);
        return (first == _options.Control1 && (second & ~CalibrationError) == Control2Now)
            || Lost($"CTRL1 and CTRL2 read 0x{first:X2} and 0x{second:X2} instead of 0x{_options.Control1:X2} and 0x{Control2Now:X2}");
    }

    /// <summary>Behind a change the chip's filter still holds the old input. Time counts, not reads: a stuck ready sign can be read more often than the chip converts.</summary>
    private bool IsSettled(long time)
    {
        bool settled = time - _changedAt > (Discard + 1) * _period * 11 / 10; // a tenth for the chip's oscillator
        Counters.Unsettled += settled ? 0 : 1;
        return settled;
    }

    private bool Take(int value, Span<int> counts, ref ulong valid, long time)
    {
        int cell = _cell;
        _saturated = value is Largest or Smallest;
        (_trouble, _backOff) = (SlotHealth.Ok, FirstBackOff);
        LastFailure = _saturated ? $"{Place}: the converter is at the end of its range. Take the load off; if it stays, check the cell's four wires, or choose a smaller gain." : "";
        if (_options.SecondCell)
            Choose(1 - _cell, time);
        if (_saturated)
        {
            Counters.Saturated++;
            return false;
        }
        Counters.Samples++;
        counts[cell] = value;
        valid = 1UL << cell;
        return true;
    }

    private void Choose(int cell, long time)
    {
        _cell = cell;
        WriteRegister(Control2, Control2Now);
        _changedAt = time;
    }

    /// <summary>A read takes the ready sign away; a value like the one before with the sign still there behind it is no new one.</summary>
    private bool IsFrozen(int value, byte behind)
    {
        bool railed = value is Largest or Smallest; // a saturated chip repeats itself in good health
        _equal = value == _last && !railed && (behind & CycleReady) != 0 ? _equal + 1 : 0;
        _last = value;
        if (_equal < Suspicious)
            return _equal > 0;
        _equal = 0;
        Counters.Frozen++;
        return !GiveUp(SlotHealth.Stale, "repeats one conversion and keeps its ready sign. It is started again; if it stays, replace the board.");
    }

    private int ReadOutput()
    {
        Span<byte> bytes = stackalloc byte[3];
        _chip.WriteRead([Output], bytes);
        return (bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8) >> 8; // the shift extends the sign of bit 23
    }

    private byte ReadRegister(byte register)
    {
        Span<byte> value = stackalloc byte[1];
        _chip.WriteRead([register], value);
        return value[0];
    }

    private void WriteRegister(byte register, byte value) => _chip.Write([register, value]);
}
