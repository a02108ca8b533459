using System.Device.Spi;

namespace PantryChain.DeviceDrivers.LoadCells;

/// <summary>One HX711 on an SPI bus of its own: MOSI drives the chip's clock, MISO takes its data; the bus's own clock pin stays unconnected.</summary>
/// <remarks>
/// At 1 MHz, mode 0, every bit is 1 µs: the pairs "1, 0" of <c>AA</c> are pulses of 1 µs (T3, datasheet p. 5: 0.2 to 50 µs) that the bus's hardware times, whatever
/// the processor does meanwhile. Every byte ends low, so gaps between bytes stretch only the low time, which has no limit. Each data bit is sampled twice, 0.5 µs
/// after the rise and 0.5 µs after the fall; the two must agree.
/// </remarks>
internal sealed class Hx711OverSpi(SpiDevice device, TimeProvider time) : IHx711Link
{
    private const int DataBytes = BitPlanes.Bits / 4; // four pulses a byte
    private const byte FourPulses = 0xAA;
    private const int FirstSamples = 0xAA;
    private const int SecondSamples = 0x55;
    private const int HighBytes = 16; // 128 µs at 1 MHz, and still enough at the 2 MHz that a wrong core clock may make of it

    public int Chips => 1;

    public long Now() => time.GetTimestamp();

    /// <summary>Eight looks at MISO with MOSI low; a line that changes meanwhile is not ready yet.</summary>
    public ulong ReadData()
    {
        Span<byte> seen = stackalloc byte[1];
        device.TransferFullDuplex([0], seen);
        return seen[0] == 0 ? 0UL : 1;
    }

    public ClockedFrame Clock(int pulses, Span<ulong> planes, long time)
    {
        Span<byte> sent = stackalloc byte[DataBytes + 1], seen = stackalloc byte[DataBytes + 1];
        sent[..DataBytes].Fill(FourPulses);
        int tail = pulses - BitPlanes.Bits;
        sent[DataBytes] = (byte)(FourPulses & 0xFF00 >> 2 * tail); // 0x80, 0xA0, 0xA8
        device.TransferFullDuplex(sent, seen);
        int torn = 0;
        for (int bit = 0; bit < BitPlanes.Bits; bit++)
            planes[bit] = (ulong)(seen[bit >> 2] >> (6 - 2 * (bit & 3)) & 1);
        foreach (byte pair in seen[..DataBytes])
            torn |= (pair & FirstSamples) >> 1 ^ pair & SecondSamples;
        // Behind the last bit the line stays high to the end of the byte.
        planes[BitPlanes.Bits..pulses].Fill(seen[DataBytes] == byte.MaxValue ? 1UL : 0);
        return new ClockedFrame(pulses, 0, torn == 0 ? 0UL : 1, Now());
    }

    public void PowerCycle()
    {
        Span<byte> sent = stackalloc byte[HighBytes + 1], seen = stackalloc byte[HighBytes + 1];
        sent[..HighBytes].Fill(byte.MaxValue);
        sent[HighBytes] = 0;
        device.TransferFullDuplex(sent, seen);
    }

    public void Dispose() => device.Dispose();
}
