using PantryChain.DeviceDrivers.Bus;
using PantryChain.Domain.Sensing;
using static PantryChain.DeviceDrivers.LoadCells.Nau7802Registers;

namespace PantryChain.DeviceDrivers.LoadCells;

/// <summary>The way from a chip without power to its first conversion, and back to its beginning.</summary>
public sealed partial class Nau7802
{
    /// <summary>How long the reset bit is held: 1 to 10 ms by the makers of boards; the datasheet names no time.</summary>
    private const long ResetTime = 10_000_000;

    /// <summary>Power-up takes about 200 µs (datasheet rev. 1.7, 8.1).</summary>
    private const long PowerUpBound = 100_000_000;

    /// <summary>The bridge's supply rises in about 200 ms behind its capacitors; boards with large ones are given 600 ms by other drivers.</summary>
    private const long SupplyTime = 600_000_000;

    /// <summary>An internal calibration takes about 344 ms.</summary>
    private const long CalibrationBound = 1_000_000_000;

    /// <summary>A chip that calibrates is asked this often, so that the bus is left to others.</summary>
    private const long AskEvery = 10_000_000;

    private const long FirstBackOff = 250_000_000;
    private const long LongestBackOff = 8_000_000_000;
    private const byte Running = DigitalUp | AnalogUp | CycleStart | InternalSupply;

    private Step _step;
    private long _until;
    private long _askAt;
    private long _backOff = FirstBackOff;
    private long _failingSince = -1;
    private bool _recalibrate;
    private SlotHealth _trouble = SlotHealth.Stale;

    private enum Step : byte
    {
        /// <summary>Nothing is done until the back-off is over.</summary>
        Resting,

        /// <summary>All registers are being reset.</summary>
        Resetting,

        /// <summary>The digital part powers up.</summary>
        PoweringUp,

        /// <summary>The bridge's supply rises.</summary>
        Supplying,

        /// <summary>The internal calibration runs.</summary>
        Calibrating,

        /// <summary>Conversions come by themselves.</summary>
        Converting,
    }

    private string Place => $"NAU7802 on {GatedI2cBus.NameOf(_chip)}";

    private byte Control2Now => (byte)(_options.Control2 | (_cell == 1 ? SecondChannelChosen : 0));

    /// <summary>One step on the way up, when its time has come; never a conversion.</summary>
    private bool TryStart(long now) => _step switch
    {
        Step.Resting => now >= _until && Reset(now),
        Step.Resetting => now >= _until && PowerUp(now),
        Step.PoweringUp => AwaitPowerUp(now),
        Step.Supplying => now >= _until && Supplied(now),
        _ => now >= _askAt && AwaitCalibration(now),
    };

    private bool Reset(long now)
    {
        Counters.Starts++;
        WriteRegister(PowerControl, Nau7802Registers.Reset);
        return Go(Step.Resetting, now + ResetTime);
    }

    private bool PowerUp(long now)
    {
        WriteRegister(PowerControl, DigitalUp);
        return Go(Step.PoweringUp, now + PowerUpBound);
    }

    private bool AwaitPowerUp(long now)
    {
        if ((ReadRegister(PowerControl) & UpReady) != 0)
            return Configure();
        if (now < _until)
            return false;
        Counters.NeverReady++;
        return GiveUp(SlotHealth.Disconnected, "answers but never reports power-up ready (PUR). Check the board's 3.3 V supply; if that is right, replace the board.");
    }

    private bool Configure()
    {
        byte revision = ReadRegister(Revision);
        if ((revision & RevisionMask) != KnownRevision)
        {
            Counters.WrongChip++;
            return GiveUp(SlotHealth.Disconnected, $"has revision 0x{revision:X2}, which is no NAU7802's. Another chip may sit at address 0x{Address:X2} (an MFRC522 can): give that one another address.");
        }
        WriteRegister(PowerControl, DigitalUp | AnalogUp);
        WriteRegister(Control1, _options.Control1);
        _cell = 0;
        WriteRegister(Control2, Control2Now);
        WriteRegister(Adc, (byte)(ReadRegister(Adc) | ChopperOff));
        WriteRegister(Pga, (byte)(ReadRegister(Pga) & ~LdoMode));
        byte power = ReadRegister(Power);
        WriteRegister(Power, (byte)(_options.SecondCell ? power & ~PgaCapacitor : power | PgaCapacitor)); // the capacitor's pins are channel 2's
        WriteRegister(PowerControl, DigitalUp | AnalogUp | InternalSupply);
        byte first = ReadRegister(Control1), second = ReadRegister(Control2);
        if (first == _options.Control1 && second == Control2Now)
            return Go(Step.Supplying, Now() + SupplyTime);
        Counters.SettingsRefused++;
        return GiveUp(SlotHealth.Desynchronised, $"did not keep its settings (CTRL1 0x{first:X2} for 0x{_options.Control1:X2}, CTRL2 0x{second:X2} for 0x{Control2Now:X2}). Shorten the bus or slow it to 100 kHz.");
    }

    /// <summary>A dip of the supply while the bridge's one rose would be hidden by the next write.</summary>
    private bool Supplied(long now)
    {
        byte state = ReadRegister(PowerControl);
        return (state & ~(UpReady | CycleReady)) == (DigitalUp | AnalogUp | InternalSupply) ? Calibrate(now) : Lost($"PU_CTRL reads 0x{state:X2} behind its start");
    }

    /// <summary>Starts conversions and calibrates the chip's own offset, channel by channel.</summary>
    private bool Calibrate(long now)
    {
        if (_recalibrate || _step == Step.Supplying)
            _cell = 0;
        _recalibrate = false;
        WriteRegister(PowerControl, Running);
        WriteRegister(Control2, Control2Now);
        WriteRegister(Control2, (byte)(Control2Now | CalibrationStart));
        return Go(Step.Calibrating, now + CalibrationBound);
    }

    private bool AwaitCalibration(long now)
    {
        _askAt = now + AskEvery;
        byte state = ReadRegister(Control2);
        if ((state & CalibrationStart) != 0)
        {
            if (now < _until)
                return false;
            Counters.CalibrationTimedOut++;
            return GiveUp(SlotHealth.Desynchronised, "does not end its internal calibration within a second. It is started again; if it stays, replace the board.");
        }
        if ((state & CalibrationError) != 0)
        {
            Counters.CalibrationFailed++;
            return GiveUp(SlotHealth.Desynchronised, "reports an error of its internal calibration (CAL_ERR). Check the bridge's supply at E+ and E- and the board's 3.3 V.");
        }
        if (_options.SecondCell && _cell == 0)
        {
            _cell = 1;
            return Calibrate(now);
        }
        Choose(0, now);
        (_heardAt, _checkAt, _failingSince, _equal) = (now, now, -1, 0);
        return Go(Step.Converting, now);
    }

    private bool Go(Step step, long until)
    {
        (_step, _until) = (step, until);
        return false;
    }

    private bool Lost(string how)
    {
        Counters.SettingsLost++;
        return GiveUp(SlotHealth.Stale, $"lost its settings: {how}. Its supply dipped; it is started again. If it happens often, give the board its own 3.3 V line or a larger capacitor.");
    }

    private bool Silent()
    {
        Counters.Stale++;
        return GiveUp(SlotHealth.Stale, $"has no conversion for {_options.StaleAfter} periods. It is started again; if it stays, replace the board.");
    }

    private bool GiveUp(SlotHealth health, string why)
    {
        (_trouble, _saturated) = (health, false);
        LastFailure = $"{Place} {why}";
        Go(Step.Resting, Now() + _backOff);
        _backOff = Math.Min(2 * _backOff, LongestBackOff);
        return false;
    }

    /// <summary>An exchange failed: a start is broken off, a running chip has as long as a silent one before it is given up.</summary>
    private void Suffer(IOException failure)
    {
        Count(BusErrors.FailureOf(failure));
        LastFailure = failure.Message;
        long now = Now();
        if (_failingSince < 0)
            _failingSince = now;
        if (_step == Step.Converting && now - _failingSince <= _options.StaleAfter * _period)
            return;
        GiveUp(SlotHealth.Disconnected, "");
        LastFailure = failure.Message;
    }

    private void Count(BusFailure failure)
    {
        switch (failure)
        {
            case BusFailure.NotAcknowledged:
                Counters.NotAcknowledged++;
                break;
            case BusFailure.TimedOut:
                Counters.TimedOut++;
                break;
            case BusFailure.Busy:
                Counters.BusBusy++;
                break;
            default:
                Counters.BusBroken++;
                break;
        }
    }
}
