using System.Device.I2c;
using System.Device.Spi;
using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.Rfid;

/// <summary>How frames get to a PN532 and back; one exchange on the bus each, none of them waits.</summary>
internal interface IPn532Port : IDisposable
{
    /// <summary>Shortest time between two exchanges, in nanoseconds.</summary>
    long Quiet { get; }

    long Now();

    /// <summary>Wakes the chip from power-down; it may be deaf for 2 ms (PN532/C1 data sheet rev. 3.2, §8.4).</summary>
    void Wake();

    void Write(ReadOnlySpan<byte> frame);

    /// <summary>Takes the chip's frame; false while it has none.</summary>
    bool TryRead(Span<byte> frame);
}

/// <summary>I²C: the address is fixed, and every read begins with a byte that says whether the chip is ready (UM0701-02, §6.2.4).</summary>
internal sealed class Pn532I2cPort(I2cDevice chip, TimeProvider time) : IPn532Port
{
    private const byte IsReady = 0x01;

    private readonly byte[] _read = new byte[1 + Pn532Frame.Longest];

    /// <summary>5 ms between stop and start, as libnfc keeps them (<c>PN532_BUS_FREE_TIME</c>): sooner the chip may miss its address.</summary>
    public long Quiet => 5_000_000;

    public long Now() => time.GetTimestamp();

    public void Wake()
    {
        // The chip wakes when it is addressed; a read of one byte does that on adapters that cannot send an address alone.
        try
        {
            chip.Read(_read.AsSpan(0, 1));
        }
        catch (IOException error) when (BusErrors.FailureOf(error) == BusFailure.NotAcknowledged)
        {
            _read[0] = 0; // a sleeping chip may miss the very address that wakes it
        }
    }

    public void Write(ReadOnlySpan<byte> frame) => chip.Write(frame);

    public bool TryRead(Span<byte> frame)
    {
        Span<byte> read = _read.AsSpan(0, 1 + frame.Length);
        chip.Read(read);
        if ((read[0] & IsReady) == 0)
            return false;
        read[1..].CopyTo(frame);
        return true;
    }

    public void Dispose() => chip.Dispose();
}

/// <summary>SPI, mode 0: the first byte says what the transfer is, and every byte goes with its lowest bit first (UM0701-02, §6.2.5).</summary>
internal sealed class Pn532SpiPort(SpiDevice chip, TimeProvider time) : IPn532Port
{
    internal const byte DataWrite = 0x01, StatusRead = 0x02, DataRead = 0x03;
    private const byte IsReady = 0x01;

    private readonly byte[] _out = new byte[1 + Pn532Frame.Longest], _in = new byte[1 + Pn532Frame.Longest];

    /// <summary>1 ms: the chip looks at its select line in software.</summary>
    public long Quiet => 1_000_000;

    public long Now() => time.GetTimestamp();

    public void Wake() => Transfer(StatusRead, 1); // the select line wakes it

    public void Write(ReadOnlySpan<byte> frame)
    {
        for (int i = 0; i < frame.Length; i++)
            _out[1 + i] = Reverse(frame[i]);
        Transfer(DataWrite, frame.Length);
    }

    public bool TryRead(Span<byte> frame)
    {
        Transfer(StatusRead, 1);
        if ((Reverse(_in[1]) & IsReady) == 0)
            return false;
        _out.AsSpan(1, frame.Length).Clear();
        Transfer(DataRead, frame.Length);
        for (int i = 0; i < frame.Length; i++)
            frame[i] = Reverse(_in[1 + i]);
        return true;
    }

    public void Dispose() => chip.Dispose();

    /// <summary>Kernels' SPI controllers send the highest bit first.</summary>
    internal static byte Reverse(byte value)
    {
        int bits = value;
        bits = (bits & 0xF0) >> 4 | (bits & 0x0F) << 4;
        bits = (bits & 0xCC) >> 2 | (bits & 0x33) << 2;
        return (byte)((bits & 0xAA) >> 1 | (bits & 0x55) << 1);
    }

    private void Transfer(byte kind, int length)
    {
        _out[0] = Reverse(kind);
        chip.TransferFullDuplex(_out.AsSpan(0, 1 + length), _in.AsSpan(0, 1 + length));
    }
}
