using System.Numerics;

namespace PantryChain.Fuzz;

/// <summary>Chance for one input: cheap, and a function of its seed alone, so that an input can be made again.</summary>
/// <remarks>SplitMix64 (Steele, Lea and Flood 2014). Not thread safe.</remarks>
public sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    /// <summary>64 random bits.</summary>
    public ulong Bits()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15;
            ulong mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return mixed ^ (mixed >> 31);
        }
    }

    /// <summary>0 to <paramref name="end"/> - 1.</summary>
    public int Next(int end) => (int)((UInt128)Bits() * (ulong)end >> 64);

    /// <summary><paramref name="least"/> to <paramref name="most"/>, both included.</summary>
    public int Between(int least, int most) => least + Next(most - least + 1);

    /// <summary>True once in <paramref name="times"/>.</summary>
    public bool OneIn(int times) => Next(times) == 0;

    /// <summary>One of several.</summary>
    public T Of<T>(params ReadOnlySpan<T> choices) => choices[Next(choices.Length)];

    /// <summary>Random bytes.</summary>
    public byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i += sizeof(ulong))
        {
            ulong bits = Bits();
            for (int j = i; j < Math.Min(count, i + sizeof(ulong)); j++, bits >>= 8)
                bytes[j] = (byte)(bits & 0xFF);
        }
        return bytes;
    }

    /// <summary>A length that is short most of the time and rarely <paramref name="most"/>.</summary>
    public int Length(int most) => Next(1 + (int)Math.Min(most, 1L << Next(1 + BitOperations.Log2((uint)Math.Max(1, most)) + 1)));
}
