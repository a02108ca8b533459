using System.Buffers.Binary;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>A Bosch BME280 at the level of its registers (datasheet 1.23, chapters 4 and 5), with trimming values of a real chip.</summary>
/// <remarks>Forced mode only: a write of it measures once, with the sampling that was set, and the chip sleeps again. Pressure is never measured.</remarks>
public sealed class SimulatedBme280 : SimulatedClimateChip
{
    private const byte ChipId = 0x60;
    private const int Id = 0xD0, Reset = 0xE0, ControlHumidity = 0xF2, Status = 0xF3, ControlMeasure = 0xF4, Data = 0xF7, Skipped = 0x80; // table 18
    private const int T1 = 27_504, T2 = 26_435, T3 = -1_000, H1 = 75, H2 = 367, H3 = 0, H4 = 309, H5 = 50, H6 = 30;
    private const long Measuring = 10_000_000; // ns, once each of temperature and humidity with margin (§9.1)

    private readonly byte[] _registers = new byte[256];
    private int _pointer;
    private long _ready = long.MinValue;

    /// <summary>A chip with its trimming values in place.</summary>
    public SimulatedBme280(int address, Func<(double Celsius, double Humidity)> air)
        : base(address, air)
    {
        PowerUp();
        Trim(0x88, T1);
        Trim(0x8A, T2);
        Trim(0x8C, T3);
        _registers[0xA1] = H1;
        Trim(0xE1, H2);
        _registers[0xE3] = H3;
        (_registers[0xE4], _registers[0xE5], _registers[0xE6]) = (H4 >> 4, (H4 & 15) | (H5 & 15) << 4, H5 >> 4); // table 16: two of twelve bits in three bytes
        _registers[0xE7] = H6;
    }

    /// <summary>Its supply dips: sampling is forgotten, and measurements are skipped until it is set again.</summary>
    public void BrownOut() => PowerUp();

    /// <inheritdoc />
    protected override bool Take(ReadOnlySpan<byte> bytes, long busNanoseconds)
    {
        if (bytes.IsEmpty)
            return true;
        _pointer = bytes[0];
        for (int i = 1; i < bytes.Length; i += 2) // pairs of register and value (§6.2.1)
        {
            Set(_pointer, bytes[i], busNanoseconds);
            if (i + 1 < bytes.Length)
                _pointer = bytes[i + 1];
        }
        return true;
    }

    /// <inheritdoc />
    protected override bool Give(Span<byte> bytes, long busNanoseconds)
    {
        bool measuring = busNanoseconds < _ready || (Fault == ClimateChipFault.Stopped && (_registers[ControlMeasure] & 3) != 0);
        _registers[Status] = (byte)(measuring ? 8 : 0);
        if (!measuring)
            _registers[ControlMeasure] &= 0xFC; // back to sleep by itself (§3.3.3)
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = _registers[_pointer++ & 255];
        if (_pointer > Data)
            Garble(bytes);
        return true;
    }

    private void Set(int register, byte value, long now)
    {
        if (register == Reset && value == 0xB6)
            PowerUp();
        if (register is not (ControlHumidity or ControlMeasure or 0xF5))
            return;
        _registers[register] = value;
        if (register != ControlMeasure || (value & 3) is 0 or 3)
            return;
        _ready = now + Measuring;
        if (Fault != ClimateChipFault.Stopped)
            Convert();
    }

    private void Convert()
    {
        (double celsius, double humidity) = Measure();
        bool warm = _registers[ControlMeasure] >> 5 != 0, moist = (_registers[ControlHumidity] & 7) != 0;
        int raw = Inverse(0, 0xF_FFFF, celsius, Celsius);
        double fine = Math.Truncate(Celsius(raw) * 5_120);
        Word20(Data + 3, warm ? raw : Skipped << 12);
        BinaryPrimitives.WriteUInt16BigEndian(_registers.AsSpan(Data + 6), (ushort)(moist ? Inverse(0, 0xFFFF, humidity, value => Humidity(value, fine)) : Skipped << 8));
    }

    /// <summary>The datasheet's formula of temperature (§8.1).</summary>
    private static double Celsius(int raw)
    {
        double first = (raw / 16_384.0 - T1 / 1_024.0) * T2, second = Math.Pow(raw / 131_072.0 - T1 / 8_192.0, 2) * T3;
        return (first + second) / 5_120;
    }

    /// <summary>The datasheet's formula of humidity (§8.1).</summary>
    private static double Humidity(int raw, double fine)
    {
        double h = fine - 76_800;
        h = (raw - (H4 * 64.0 + H5 / 16_384.0 * h)) * (H2 / 65_536.0 * (1 + H6 / 67_108_864.0 * h * (1 + H3 / 67_108_864.0 * h)));
        return h * (1 - H1 * h / 524_288.0);
    }

    /// <summary>The raw value whose formula comes nearest; the formulas rise.</summary>
    private static int Inverse(int low, int high, double wanted, Func<int, double> formula)
    {
        while (high - low > 1)
        {
            int middle = low + (high - low) / 2;
            if (formula(middle) < wanted)
                low = middle;
            else
                high = middle;
        }
        return Math.Abs(formula(low) - wanted) < Math.Abs(formula(high) - wanted) ? low : high;
    }

    private void PowerUp()
    {
        _registers[Id] = ChipId;
        (_registers[ControlHumidity], _registers[ControlMeasure]) = (0, 0);
        Word20(Data, Skipped << 12);
        Word20(Data + 3, Skipped << 12);
        (_registers[Data + 6], _registers[Data + 7]) = (Skipped, 0); // values after reset, table 18
    }

    private void Word20(int at, int value) => (_registers[at], _registers[at + 1], _registers[at + 2]) = unchecked(((byte)(value >> 12), (byte)(value >> 4), (byte)(value << 4)));

    private void Trim(int at, int value) => BinaryPrimitives.WriteInt16LittleEndian(_registers.AsSpan(at), (short)value);
}
