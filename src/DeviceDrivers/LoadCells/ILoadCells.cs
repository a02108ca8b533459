using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.LoadCells;

/// <summary>A group of load-cell converters that are read together.</summary>
/// <remarks>Implementations: HX711 over GPIO, SPI and the kernel's IIO, and NAU7802. Not thread safe; disposing lets go of lines and buses.</remarks>
public interface ILoadCells : IDisposable
{
    /// <summary>Number of cells, 1 to 63.</summary>
    int Cells { get; }

    /// <summary>One conversion at the planned rate.</summary>
    TimeSpan Period { get; }

    /// <summary>Bus time now, in nanoseconds of CLOCK_MONOTONIC.</summary>
    long Now();

    /// <summary>Reads the newest conversion of the cells that have one; never waits, and does at most one frame's worth of work on the bus.</summary>
    /// <param name="counts">Takes one signed 24-bit value per cell; meaningless where <paramref name="valid"/> has no bit.</param>
    /// <param name="valid">The cells whose value passed every check; never 0 when the answer is true.</param>
    /// <param name="busNanoseconds">Bus time of the reading.</param>
    /// <returns>False when nothing is ready yet or nothing can be trusted; <see cref="Tallies"/> count why.</returns>
    /// <exception cref="IOException">Lines or bus are gone for good; the text says what to do.</exception>
    bool TryRead(Span<int> counts, out ulong valid, out long busNanoseconds);

    /// <summary>What the last frames say about one cell's converter.</summary>
    SlotHealth HealthOf(int cell);

    /// <summary>Why the cells were last given up, with the next step; empty while they are well, and where only <see cref="Tallies"/> can tell.</summary>
    string LastFailure => "";

    /// <summary>What happened so far, by cause, always the same causes in the same order: the diagnostics that are published.</summary>
    IReadOnlyList<Tally> Tallies { get; }
}

/// <summary>How often something happened since the start.</summary>
/// <param name="Cause">What, in snake_case: <c>frames</c>, <c>long_pulses</c>, <c>not_acknowledged</c> and the like; a word of the published diagnostics.</param>
/// <param name="Count">How often.</param>
public readonly record struct Tally(string Cause, long Count);
