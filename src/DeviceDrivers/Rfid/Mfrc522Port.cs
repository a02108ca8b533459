using System.Device.I2c;
using System.Device.Spi;

namespace PantryChain.DeviceDrivers.Rfid;

/// <summary>How an MFRC522's registers are reached.</summary>
internal interface IMfrc522Port : IDisposable
{
    long Now();

    /// <summary>Writes all bytes to one register, one after the other.</summary>
    void Write(byte register, ReadOnlySpan<byte> values);

    /// <summary>Reads one register once for every byte.</summary>
    void Read(byte register, Span<byte> values);
}

/// <summary>I²C: the register's number goes as it is (MFRC522 data sheet rev. 3.9, §8.1.4.6); bit 7 belongs to SPI.</summary>
internal sealed class Mfrc522I2cPort(I2cDevice chip, TimeProvider time) : IMfrc522Port
{
    private readonly byte[] _write = new byte[1 + Mfrc522Chip.FifoBytes];

    public long Now() => time.GetTimestamp();

    public void Write(byte register, ReadOnlySpan<byte> values)
    {
        _write[0] = register;
        values.CopyTo(_write.AsSpan(1));
        chip.Write(_write.AsSpan(0, 1 + values.Length));
    }

    /// <remarks>§8.1.4.7: the register's number is written, with a stop behind it, and read in a transaction of its own.</remarks>
    public void Read(byte register, Span<byte> values)
    {
        _write[0] = register;
        chip.Write(_write.AsSpan(0, 1));
        chip.Read(values);
    }

    public void Dispose() => chip.Dispose();
}

/// <summary>SPI, mode 0: bit 7 says reading, bits 6 to 1 the register (§8.1.2.3); a reading names the register anew for every byte but the last.</summary>
internal sealed class Mfrc522SpiPort(SpiDevice chip, TimeProvider time) : IMfrc522Port
{
    internal const byte Reading = 0x80;

    private readonly byte[] _out = new byte[1 + Mfrc522Chip.FifoBytes], _in = new byte[1 + Mfrc522Chip.FifoBytes];

    public long Now() => time.GetTimestamp();

    public void Write(byte register, ReadOnlySpan<byte> values)
    {
        _out[0] = (byte)(register << 1);
        values.CopyTo(_out.AsSpan(1));
        chip.TransferFullDuplex(_out.AsSpan(0, 1 + values.Length), _in.AsSpan(0, 1 + values.Length));
    }

    public void Read(byte register, Span<byte> values)
    {
        _out.AsSpan(0, values.Length).Fill((byte)(Reading | register << 1));
        _out[values.Length] = 0;
        chip.TransferFullDuplex(_out.AsSpan(0, 1 + values.Length), _in.AsSpan(0, 1 + values.Length));
        _in.AsSpan(1, values.Length).CopyTo(values);
    }

    public void Dispose() => chip.Dispose();
}
