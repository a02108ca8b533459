namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>Repeatable chance: a stream of numbers that its seeds fix on every machine and every version (SplitMix64, Steele, Lea and Flood 2014).</summary>
internal struct Chance(ulong seed)
{
    private const ulong Golden = 0x9E3779B97F4A7C15; // 2^64 divided by the golden ratio, odd
    private ulong _state = seed;

    /// <summary>A stream of its own for each combination of seeds.</summary>
    public static Chance Of(ulong seed, ulong a, ulong b) => new(Mix(Mix(Mix(seed) ^ a) ^ b));

    /// <summary>64 fair bits.</summary>
    public ulong NextBits() => Mix(unchecked(_state += Golden));

    /// <summary>Uniform in [0, 1).</summary>
    public double NextUnit() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Standard normal (Box and Muller 1958).</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - NextUnit())) * Math.Cos(2 * Math.PI * NextUnit());

    /// <summary>The finaliser of SplitMix64: every bit in depends on every bit out.</summary>
    public static ulong Mix(ulong z)
    {
        unchecked
        {
            z += Golden;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
