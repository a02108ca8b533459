namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>What is wrong with a simulated sensor of the air.</summary>
public enum ClimateChipFault : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It is unplugged.</summary>
    Vanished,

    /// <summary>One measurement again and again.</summary>
    Frozen,

    /// <summary>No measurement ends.</summary>
    Stopped,

    /// <summary>Bytes lose a bit on their way: checksums are wrong where there are any.</summary>
    Garbled,
}

/// <summary>What simulated sensors of the air have in common: where they are, the air around them, and how they fail.</summary>
/// <remarks>Called by the thread that holds the bus; faults may be injected from anywhere.</remarks>
public abstract class SimulatedClimateChip(int address, Func<(double Celsius, double Humidity)> air) : ISimulatedI2cChip
{
    private (double Celsius, double Humidity)? _frozen;
    private Chance _chance = new((ulong)address);
    private double _share = 1;
    private volatile int _fault;

    /// <inheritdoc />
    public int Address => address;

    /// <summary>What is wrong with it.</summary>
    protected ClimateChipFault Fault => (ClimateChipFault)_fault;

    /// <summary>Makes the chip fail from now on; <see cref="ClimateChipFault.None"/> heals it.</summary>
    /// <param name="fault">How.</param>
    /// <param name="share">Share of measurements that are garbled.</param>
    public void Inject(ClimateChipFault fault, double share = 1) => (_share, _fault) = (share, (int)fault);

    /// <inheritdoc />
    public bool TryWrite(ReadOnlySpan<byte> bytes, long busNanoseconds) => Fault != ClimateChipFault.Vanished && Take(bytes, busNanoseconds);

    /// <inheritdoc />
    public bool TryRead(Span<byte> bytes, long busNanoseconds) => Fault != ClimateChipFault.Vanished && Give(bytes, busNanoseconds);

    /// <summary>Takes what was written; false when it is not acknowledged.</summary>
    protected abstract bool Take(ReadOnlySpan<byte> bytes, long busNanoseconds);

    /// <summary>Gives what is read; false when it is not acknowledged.</summary>
    protected abstract bool Give(Span<byte> bytes, long busNanoseconds);

    /// <summary>The air as the chip measures it now.</summary>
    protected (double Celsius, double Humidity) Measure()
    {
        if (Fault != ClimateChipFault.Frozen)
            return (_frozen = air()).Value;
        return _frozen ??= air();
    }

    /// <summary>Turns a bit over where that is its fault.</summary>
    protected void Garble(Span<byte> bytes)
    {
        if (Fault == ClimateChipFault.Garbled && _chance.NextUnit() < _share)
            bytes[(int)(_chance.NextBits() % (ulong)bytes.Length)] ^= (byte)(1 << (int)(_chance.NextBits() % 8));
    }
}
