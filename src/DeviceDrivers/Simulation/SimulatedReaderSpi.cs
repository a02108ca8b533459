using System.Device.Spi;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>A simulated SPI bus with one tag reader on it, clocked at 1 MHz of bus time.</summary>
internal abstract class SimulatedReaderSpi(SimulatedBusClock clock) : SpiDevice
{
    private const long ByteNanoseconds = 8_000; // eight bits at 1 MHz

    /// <inheritdoc />
    public override SpiConnectionSettings ConnectionSettings { get; } = new(0, 0) { ClockFrequency = 1_000_000 };

    /// <summary>As many bytes come in as go out.</summary>
    /// <exception cref="ArgumentException">The buffers differ in length.</exception>
    public static void RequireAlike(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        if (writeBuffer.Length != readBuffer.Length)
            throw new ArgumentException($"As many bytes come in as go out: {writeBuffer.Length} are to be written and {readBuffer.Length} read.", nameof(readBuffer));
    }

    /// <inheritdoc />
    public override void Read(Span<byte> buffer) => TransferFullDuplex(new byte[buffer.Length], buffer);

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<byte> buffer) => TransferFullDuplex(buffer, new byte[buffer.Length]);

    /// <inheritdoc />
    public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        RequireAlike(writeBuffer, readBuffer);
        if (writeBuffer.Overlaps(readBuffer))
            writeBuffer = writeBuffer.ToArray(); // as a kernel allows: the answer takes the question's place
        long now = clock.Spend(writeBuffer.Length * ByteNanoseconds);
        readBuffer.Fill(byte.MaxValue); // what a line gives that nobody drives
        Answer(writeBuffer, readBuffer, now);
    }

    /// <summary>What the chip makes of the bytes; where it drives the line it overwrites <paramref name="readBuffer"/>, which is all ones.</summary>
    protected abstract void Answer(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer, long now);
}
