namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>What a simulated converter measures.</summary>
public interface IBridge
{
    /// <summary>The converter's value at input A, gain 128, before it is cut to 24 bits.</summary>
    /// <param name="cell">Which converter, from 0.</param>
    /// <param name="conversion">Number of its conversion since the start; asked for once, never a smaller one later.</param>
    /// <param name="busNanoseconds">Bus time of the conversion.</param>
    long Counts(int cell, long conversion, long busNanoseconds);
}
