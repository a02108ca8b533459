using PantryChain.DeviceDrivers.Simulation;

namespace PantryChain.DeviceDrivers.Tests.Bus;

/// <summary>A memory of 256 registers whose first written byte sets the place, as most I²C chips have.</summary>
internal sealed class RegisterChip(int address) : ISimulatedI2cChip
{
    private readonly byte[] _registers = new byte[256];
    private byte _place;

    public int Address => address;

    public List<long> Times { get; } = [];

    public byte this[int register]
    {
        get => _registers[register];
        init => _registers[register] = value;
    }

    public bool TryWrite(ReadOnlySpan<byte> bytes, long busNanoseconds)
    {
        Times.Add(busNanoseconds);
        if (bytes.IsEmpty)
            return true;
        _place = bytes[0];
        foreach (byte value in bytes[1..])
            _registers[_place++] = value;
        return true;
    }

    public bool TryRead(Span<byte> bytes, long busNanoseconds)
    {
        Times.Add(busNanoseconds);
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = _registers[(byte)(_place + i)];
        return true;
    }
}
