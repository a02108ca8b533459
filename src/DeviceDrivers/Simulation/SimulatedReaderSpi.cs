using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>A simulated SPI bus with one tag reader on it, clocked at 1 MHz of bus time.</summary>
internal abstract class SimulatedReaderSpi(SimulatedBusClock clock) : SpiDevice
{
    private const long ByteNanoseconds = 8_000; // eight bits at 1 MHz

    /// <inheritdoc />
    public override string Name => "the simulated SPI bus";

    /// <inheritdoc />
    public override long Now() => clock.Read();

    /// <inheritdoc />
    protected override void Exchange(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        long now = clock.Spend(writeBuffer.Length * ByteNanoseconds);
        readBuffer.Fill(byte.MaxValue); // what a line gives that nobody drives
        Answer(writeBuffer, readBuffer, now);
    }

    /// <summary>What the chip makes of the bytes; where it drives the line it overwrites <paramref name="readBuffer"/>, which is all ones.</summary>
    protected abstract void Answer(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer, long now);
}
