namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>A chip on the simulated I²C bus, at the level of its registers.</summary>
/// <remarks>Called by one thread at a time: the one that holds the bus. A write followed by a read without a stop between them is one call of each.</remarks>
public interface ISimulatedI2cChip
{
    /// <summary>7-bit address; does not change while the chip is attached.</summary>
    int Address { get; }

    /// <summary>Takes the bytes that the host wrote.</summary>
    /// <param name="bytes">All bytes after the address; none when the chip is only addressed.</param>
    /// <param name="busNanoseconds">Bus time at the last byte.</param>
    /// <returns>False when the chip does not acknowledge.</returns>
    bool TryWrite(ReadOnlySpan<byte> bytes, long busNanoseconds);

    /// <summary>Gives as many bytes as the host clocks out.</summary>
    /// <param name="bytes">Takes them; at least one.</param>
    /// <param name="busNanoseconds">Bus time at the first byte.</param>
    /// <returns>False when the chip does not acknowledge.</returns>
    bool TryRead(Span<byte> bytes, long busNanoseconds);
}
