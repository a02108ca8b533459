using PantryChain.DeviceDrivers.Rfid;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>What the chip's firmware does with each command (UM0701-02, §7).</summary>
public sealed partial class SimulatedPn532
{
    private const byte GetFirmwareVersion = 0x02, SetParameters = 0x12, SamConfiguration = 0x14, RfConfiguration = 0x32, InDataExchange = 0x40, InCommunicateThru = 0x42, InDeselect = 0x44,
        InListPassiveTarget = 0x4A, InRelease = 0x52, InSelect = 0x54;
    private const byte MaxRetries = 0x05, RfField = 0x01; // §7.3.1, configuration items
    private const byte Forever = 0xFF;
    private const byte TimeOut = 0x01, CrcError = 0x02, NotAcceptable = 0x27; // §7.1, table 16
    private const long SettingNanoseconds = 1_000_000, FieldNanoseconds = 5_000_000, LookNanoseconds = 1_500_000, SelectNanoseconds = 4_000_000, ReadNanoseconds = 4_000_000;
    private const int MostTargets = 2;

    private readonly List<SimulatedTag> _over = [];
    private readonly List<SimulatedTag> _selected = [];
    private SimulatedTag? _current;
    private bool _normal;
    private bool _fieldOn;
    private byte _retries = Forever;

    private void Carry(ReadOnlySpan<byte> command, long now)
    {
        _answerWaits = false;
        if (!_normal && command[0] is not (SamConfiguration or GetFirmwareVersion))
        {
            _ackWaits = false; // LowVbat: other commands are not heard
            return;
        }
        Commands++;
        _reply[0] = (byte)(command[0] + 1);
        switch (command[0])
        {
            case GetFirmwareVersion:
                Answer([(byte)(GetFirmwareVersion + 1), 0x32, 0x01, 0x06, 0x07], now + SettingNanoseconds); // IC, version, revision, support: §7.2.2
                break;
            case SamConfiguration when command.Length > 1:
                _normal = true;
                Answer(_reply.AsSpan(0, 1), now + SettingNanoseconds);
                break;
            case SetParameters when command.Length == 2:
                Answer(_reply.AsSpan(0, 1), now + SettingNanoseconds);
                break;
            case RfConfiguration when command.Length > 2:
                Configure(command[1], command[2..]);
                Answer(_reply.AsSpan(0, 1), now + SettingNanoseconds);
                break;
            case InListPassiveTarget when command.Length >= 3 && command[1] is >= 1 and <= MostTargets && command[2] == 0:
                List(command[1], now);
                break;
            case InDataExchange when command.Length >= 2:
                Exchange(command[1], command[2..], now);
                break;
            case InCommunicateThru when command.Length >= 2:
                Pass(command[1..], now);
                break;
            case InSelect or InDeselect or InRelease when command.Length == 2:
                Choose(command[0], command[1], now);
                break;
            default:
                Fault(now);
                break;
        }
    }

    private void Configure(byte item, ReadOnlySpan<byte> values)
    {
        if (item == MaxRetries && values.Length == 3)
            _retries = values[2];
        if (item != RfField)
            return;
        _fieldOn = (values[0] & 1) != 0;
        _selected.Clear();
    }

    /// <summary>Looks as often as it may; without an end it answers only when a tag is there.</summary>
    private void List(int most, long now)
    {
        _selected.Clear();
        long at = now + (_fieldOn ? 0 : FieldNanoseconds);
        _fieldOn = true;
        for (int look = 0; look <= Math.Min(_retries, (byte)64) && _selected.Count == 0; look++)
        {
            _field.Find(at, _over);
            foreach (SimulatedTag tag in _over.Where(tag => _field.Hears(tag, at)).OrderBy(tag => tag.Uid.Hex, StringComparer.Ordinal).Take(most))
                _selected.Add(tag);
            at += LookNanoseconds;
        }
        if (_selected.Count == 0 && _retries == Forever)
            return;
        int length = 2;
        _current = _selected.LastOrDefault();
        _reply[1] = (byte)_selected.Count;
        foreach (SimulatedTag tag in _selected)
        {
            length += Describe(tag, (byte)(1 + _selected.IndexOf(tag)), _reply.AsSpan(length));
            at += SelectNanoseconds;
        }
        Answer(_reply.AsSpan(0, length), at);
    }

    /// <summary>Tg, ATQA, SAK, length of the number, number (§7.3.5).</summary>
    private static int Describe(SimulatedTag tag, byte number, Span<byte> target)
    {
        ReadOnlySpan<byte> uid = tag.UidBytes;
        (target[0], target[1], target[2], target[3], target[4]) = (number, 0x00, uid.Length switch { 4 => (byte)0x04, 7 => (byte)0x44, _ => (byte)0x84 }, tag.Sak, (byte)uid.Length);
        uid.CopyTo(target[5..]);
        return 5 + uid.Length;
    }

    private void Exchange(int target, ReadOnlySpan<byte> command, long now)
    {
        long at = now + ReadNanoseconds;
        int length = 2;
        bool known = target >= 1 && target <= _selected.Count && _fieldOn;
        _current = known ? _selected[target - 1] : _current; // §7.3.8: one that is not selected is selected first
        if (!known)
            _reply[1] = NotAcceptable;
        else if (command is not [Iso14443A.ReadPages, _] || !_field.MayRead(_selected[target - 1], at) || !_selected[target - 1].TryRead(command[1], _reply.AsSpan(2, Iso14443A.BytesOfRead)))
            _reply[1] = TimeOut;
        else
            (_reply[1], length) = (0, 2 + Iso14443A.BytesOfRead);
        if (length > 2 && Spoils(_reply.AsSpan(2, Iso14443A.BytesOfRead), at))
            (_reply[1], length) = (CrcError, 2);
        Answer(_reply.AsSpan(0, length), at);
    }

    /// <summary>Raw bytes to the tag that is selected, and its answer, with check sums that the chip adds and takes off (§7.3.9).</summary>
    private void Pass(ReadOnlySpan<byte> raw, long now)
    {
        long at = now + ReadNanoseconds;
        int length = 0;
        if (_current is { } tag && _fieldOn && _field.MayRead(tag, at))
        {
            if (raw is [Iso14443A.ReadPages, var page] && tag.TryRead(page, _reply.AsSpan(2, Iso14443A.BytesOfRead)))
                length = Iso14443A.BytesOfRead;
            else if (raw is [Iso14443A.GetVersion] && tag.Version.TryCopyTo(_reply.AsSpan(2)))
                length = tag.Version.Length;
        }
        if (length == 0)
            _current = null; // a tag that halts, or refuses a command, rests until it is selected anew
        bool spoilt = length > 0 && Spoils(_reply.AsSpan(2, length), at);
        _reply[1] = spoilt ? CrcError : length > 0 ? (byte)0 : TimeOut;
        Answer(_reply.AsSpan(0, 2 + (spoilt ? 0 : length)), at);
    }

    /// <summary>Selects a target, lets it rest, or forgets it; 0 is every one of them, which only the last two take (§7.3.10 to 12).</summary>
    private void Choose(byte command, int target, long now)
    {
        long at = now + SelectNanoseconds;
        bool known = target >= 1 && target <= _selected.Count, all = target == 0 && command != InSelect;
        SimulatedTag? tag = known ? _selected[target - 1] : null;
        _reply[1] = !_fieldOn || !(known || all) ? NotAcceptable : command == InSelect && !(_field.Holds(tag!, at) && _field.Hears(tag!, at)) ? TimeOut : (byte)0;
        if (_reply[1] == 0)
        {
            _current = command == InSelect ? tag : all || _current == tag ? null : _current;
            if (command == InRelease)
                _selected.RemoveAll(other => all || other == tag);
        }
        Answer(_reply.AsSpan(0, 2), at);
    }

    /// <summary>The chip checks the sum of what came through the air, so a spoiled answer becomes an error.</summary>
    private bool Spoils(Span<byte> answer, long now)
    {
        ushort before = Iso14443A.Crc(answer);
        _field.Send(answer, now);
        return Iso14443A.Crc(answer) != before;
    }

    private void Fault(long now)
    {
        ReadOnlySpan<byte> frame = [0x00, 0x00, 0xFF, 0x01, 0xFF, 0x7F, 0x81, 0x00]; // §6.2.1.5
        frame.CopyTo(_answer);
        (_answerBytes, _answerWaits, _answerAt) = (frame.Length, true, now + SettingNanoseconds);
    }
}
