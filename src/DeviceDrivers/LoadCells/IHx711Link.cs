namespace PantryChain.DeviceDrivers.LoadCells;

/// <summary>How clock pulses reach HX711 chips and their bits come back: through pins, or through an SPI bus.</summary>
internal interface IHx711Link : IDisposable
{
    /// <summary>Chips on the clock.</summary>
    int Chips { get; }

    /// <summary>Bus time: CLOCK_MONOTONIC in nanoseconds.</summary>
    long Now();

    /// <summary>Every chip's data line with the clock at rest: bit i is chip i, 1 for high.</summary>
    ulong ReadData();

    /// <summary>Gives pulses and keeps the data lines as they stood after each; breaks off once a pulse may have powered the chips down.</summary>
    /// <param name="pulses">How many, 25 to 27.</param>
    /// <param name="planes">Takes one mask per pulse.</param>
    /// <param name="time">Bus time before the first pulse.</param>
    /// <returns>What is known about the pulses.</returns>
    ClockedFrame Clock(int pulses, Span<ulong> planes, long time);

    /// <summary>Holds the clock high for more than 60 µs, then low: all chips start over (datasheet p. 5).</summary>
    void PowerCycle();
}

/// <summary>What is known about the pulses of one frame.</summary>
/// <param name="Pulses">How many were given.</param>
/// <param name="Longest">The longest time in nanoseconds that a pulse may have been high; zero when hardware times them.</param>
/// <param name="Torn">Chips whose line changed in the middle of a bit.</param>
/// <param name="Time">Bus time behind the last one.</param>
internal readonly record struct ClockedFrame(int Pulses, long Longest, ulong Torn, long Time);
