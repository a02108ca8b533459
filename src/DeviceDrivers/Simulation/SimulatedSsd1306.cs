namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>An SSD1306 with its OLED at the level of its commands (data sheet 1.1, chapters 8 to 10): control bytes, the three ways through its memory, and what the glass shows of it.</summary>
/// <remarks>Scrolling is taken and not shown. Called by the thread that holds the bus; the picture may be asked for from anywhere.</remarks>
public sealed class SimulatedSsd1306(int address) : ISimulatedI2cChip
{
    /// <summary>Columns and rows of the memory, and of the glass.</summary>
    public const int Width = 128, Height = 64;

    private const int Pages = Height / 8;
    private const byte Horizontal = 0, Vertical = 1, PageMode = 2;

    private readonly Lock _lock = new();
    private readonly byte[] _ram = Noise(address);
    private readonly List<byte> _command = [];
    private byte _mode = PageMode; // the values after reset, table 9-1
    private (int First, int Last) _columns = (0, Width - 1), _pages = (0, Pages - 1);
    private int _column, _page, _pageModeStart;
    private int _startLine, _offset, _multiplex = Height - 1;
    private bool _mirrored, _flipped, _inverse, _all, _on, _pump, _alternativePins = true;
    private volatile bool _vanished;

    /// <inheritdoc />
    public int Address => address;

    /// <summary>Unplugged while true.</summary>
    public bool IsVanished { get => _vanished; set => _vanished = value; }

    /// <summary>How bright it is.</summary>
    public byte Contrast { get; private set; } = 0x7F;

    /// <summary>True while the glass shines: switched on, and its charge pump runs.</summary>
    public bool IsOn => _on && _pump;

    /// <summary>Bytes that went into the memory.</summary>
    public long Written { get; private set; }

    /// <summary>Commands that the chip does not know, or with what it must not be sent.</summary>
    public int Refused { get; private set; }

    /// <summary>The power fails for a moment: all registers are as after a reset, and the memory holds anything.</summary>
    public void LosePower()
    {
        lock (_lock)
        {
            Noise(address + 1).CopyTo(_ram, 0);
            _command.Clear();
            (_mode, _columns, _pages, _column, _page) = (PageMode, (0, Width - 1), (0, Pages - 1), 0, 0);
            (_startLine, _offset, _multiplex, Contrast) = (0, 0, Height - 1, 0x7F);
            (_mirrored, _flipped, _inverse, _all, _on, _pump, _alternativePins) = (false, false, false, false, false, false, true);
        }
    }

    /// <summary>Whether a pixel of the glass shines, seen with the panel's pins above.</summary>
    /// <remarks>On the usual boards the glass is mounted so that both directions are turned round: column 0 of a picture is segment 127, its row 0 the last common line.</remarks>
    public bool IsLit(int x, int y)
    {
        lock (_lock)
        {
            int line = _flipped ? y : Height - 1 - y;
            if (!IsOn || !_alternativePins || line > _multiplex || x is < 0 or >= Width || y is < 0 or >= Height)
                return false;
            int row = (line + _startLine + _offset) % Height, column = _mirrored ? x : Width - 1 - x;
            bool lit = _all || ((_ram[(row / 8 * Width) + column] >> (row % 8)) & 1) != 0;
            return lit != _inverse;
        }
    }

    /// <summary>The glass as text: a line for each row, <c>#</c> for what shines.</summary>
    public string Picture() => string.Join('\n', Enumerable.Range(0, Height).Select(y => string.Concat(Enumerable.Range(0, Width).Select(x => IsLit(x, y) ? '#' : '.'))));

    /// <inheritdoc />
    public bool TryWrite(ReadOnlySpan<byte> bytes, long busNanoseconds)
    {
        if (_vanished)
            return false;
        lock (_lock)
        {
            int at = 0;
            while (at < bytes.Length)
            {
                byte control = bytes[at++]; // 8.1.5.2: Co, D/C#, six zeros
                bool one = (control & 0x80) != 0, data = (control & 0x40) != 0;
                if ((control & 0x3F) != 0)
                    Refused++;
                for (int end = one ? Math.Min(at + 1, bytes.Length) : bytes.Length; at < end; at++)
                    Take(bytes[at], data);
            }
        }
        return true;
    }

    /// <inheritdoc />
    public bool TryRead(Span<byte> bytes, long busNanoseconds)
    {
        if (_vanished)
            return false;
        bytes.Fill((byte)(_on ? 0x00 : 0x40)); // status register: D6 is display off (table 9-3)
        return true;
    }

    private void Take(byte value, bool data)
    {
        if (data)
        {
            Store(value);
            return;
        }
        _command.Add(value);
        if (_command.Count < LengthOf(_command[0]))
            return;
        Run(_command[0], [.. _command.Skip(1)]);
        _command.Clear();
    }

    /// <summary>Bytes of a command (table 9-1).</summary>
    private static int LengthOf(byte command) => command switch
    {
        0x20 or 0x81 or 0x8D or 0xA8 or 0xD3 or 0xD5 or 0xD9 or 0xDA or 0xDB => 2,
        0x21 or 0x22 or 0xA3 => 3,
        0x29 or 0x2A => 6,
        0x26 or 0x27 => 7,
        _ => 1,
    };

    private void Run(byte command, byte[] with)
    {
        switch (command)
        {
            case <= 0x0F:
                _pageModeStart = (_pageModeStart & 0xF0) | command;
                _column = _pageModeStart;
                break;
            case <= 0x1F:
                _pageModeStart = ((command & 0x07) << 4) | (_pageModeStart & 0x0F);
                _column = _pageModeStart;
                break;
            case 0x20 when with[0] <= PageMode:
                _mode = with[0];
                break;
            case 0x21 when with[0] <= with[1] && with[1] < Width:
                _columns = (with[0], with[1]);
                _column = with[0];
                break;
            case 0x22 when with[0] <= with[1] && with[1] < Pages:
                _pages = (with[0], with[1]);
                _page = with[0];
                break;
            case >= 0x40 and <= 0x7F:
                _startLine = command & 0x3F;
                break;
            case >= 0xB0 and <= 0xB7:
                _page = command & 0x07;
                break;
            default:
                Set(command, with);
                break;
        }
    }

    private void Set(byte command, byte[] with)
    {
        switch (command)
        {
            case 0x81:
                Contrast = with[0];
                break;
            case 0x8D when (with[0] & 0x3B) == 0x10: // application note, 2.1
                _pump = (with[0] & 0x04) != 0;
                break;
            case 0xA0 or 0xA1:
                _mirrored = command == 0xA1;
                break;
            case 0xA4 or 0xA5:
                _all = command == 0xA5;
                break;
            case 0xA6 or 0xA7:
                _inverse = command == 0xA7;
                break;
            case 0xA8 when (with[0] & 0x3F) >= 15:
                _multiplex = with[0] & 0x3F;
                break;
            case 0xAE or 0xAF:
                _on = command == 0xAF;
                break;
            case 0xC0 or 0xC8:
                _flipped = command == 0xC8;
                break;
            case 0xD3:
                _offset = with[0] & 0x3F;
                break;
            case 0xDA when (with[0] & 0xCF) == 0x02:
                _alternativePins = (with[0] & 0x10) != 0;
                break;
            case 0xD5 or 0xD9 or 0xDB or 0xE3 or 0x26 or 0x27 or 0x29 or 0x2A or 0x2E or 0x2F or 0xA3:
                break; // timing, voltages, no operation, scrolling: nothing of them shows here
            default:
                Refused++;
                break;
        }
    }

    /// <summary>A byte of the picture, and the way to the next one (10.1.3).</summary>
    private void Store(byte value)
    {
        _ram[(_page * Width) + _column] = value;
        Written++;
        if (_mode == PageMode)
        {
            _column = _column == Width - 1 ? _pageModeStart : _column + 1;
        }
        else if (_mode == Horizontal)
        {
            if (_column != _columns.Last)
                _column++;
            else
                (_column, _page) = (_columns.First, _page == _pages.Last ? _pages.First : _page + 1);
        }
        else if (_mode == Vertical)
        {
            if (_page != _pages.Last)
                _page++;
            else
                (_page, _column) = (_pages.First, _column == _columns.Last ? _columns.First : _column + 1);
        }
    }

    private static byte[] Noise(int seed)
    {
        Chance chance = new((ulong)seed);
        byte[] ram = new byte[Width * Pages];
        for (int i = 0; i < ram.Length; i++)
            ram[i] = (byte)(chance.NextBits() & byte.MaxValue);
        return ram;
    }
}
