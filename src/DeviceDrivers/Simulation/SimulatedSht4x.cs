using System.Buffers.Binary;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>A Sensirion SHT4x at the level of its commands (datasheet 6.5, chapter 4): one byte begins a measurement, six bytes give it, each word with its checksum.</summary>
public sealed class SimulatedSht4x(int address, Func<(double Celsius, double Humidity)> air) : SimulatedClimateChip(address, air)
{
    private const byte SoftReset = 0x94; // table 8

    private readonly byte[] _answer = new byte[6];
    private long _ready = -1;

    /// <inheritdoc />
    protected override bool Take(ReadOnlySpan<byte> bytes, long busNanoseconds)
    {
        if (bytes.IsEmpty)
            return true;
        long lasts = bytes[0] switch { 0xFD => 8_300_000, 0xF6 => 4_500_000, 0xE0 => 1_600_000, _ => -1 }; // longest times, table 5
        _ready = lasts < 0 ? -1 : busNanoseconds + lasts;
        if (lasts >= 0)
        {
            (double celsius, double humidity) = Measure();
            Word(0, (celsius + 45) * 65_535 / 175); // §4.6
            Word(3, (humidity + 6) * 65_535 / 125);
        }
        return lasts >= 0 || bytes[0] == SoftReset;
    }

    /// <inheritdoc />
    protected override bool Give(Span<byte> bytes, long busNanoseconds)
    {
        if (_ready < 0 || busNanoseconds < _ready || Fault == ClimateChipFault.Stopped)
            return false; // not acknowledged while it measures (§4.2)
        bytes.Fill(byte.MaxValue);
        _answer.AsSpan(0, Math.Min(bytes.Length, 6)).CopyTo(bytes);
        Garble(bytes);
        _ready = -1;
        return true;
    }

    /// <summary>The checksum of a word: CRC-8, polynomial 0x31, begun with 0xFF (§4.4).</summary>
    public static byte Checksum(ReadOnlySpan<byte> word)
    {
        byte crc = 0xFF;
        foreach (byte one in word)
        {
            crc ^= one;
            for (int bit = 0; bit < 8; bit++)
                crc = unchecked((byte)((crc & 0x80) != 0 ? (crc << 1) ^ 0x31 : crc << 1));
        }
        return crc;
    }

    private void Word(int at, double value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_answer.AsSpan(at), (ushort)Math.Clamp(Math.Round(value), 0, 65_535));
        _answer[at + 2] = Checksum(_answer.AsSpan(at, 2));
    }
}
