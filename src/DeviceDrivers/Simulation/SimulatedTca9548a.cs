using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>TCA9548A multiplexer, simulated at the level of its one register (TI datasheet SCPS207, §8.6.2).</summary>
/// <remarks>Chips behind a channel answer while its bit is set; several bits may be. Wire it up before the bus is used; then only the bus calls it.</remarks>
public sealed class SimulatedTca9548a(int address = Tca9548a.FirstAddress) : ISimulatedI2cChip
{
    private readonly List<(int Channel, ISimulatedI2cChip Chip)> _chips = [];
    private byte _control; // all channels off after power-up (SCPS207, §8.3.2)

    /// <inheritdoc />
    public int Address => address;

    /// <summary>Puts a chip behind a channel.</summary>
    /// <param name="channel">0 to 7.</param>
    /// <param name="chip">May be another multiplexer.</param>
    public void Attach(int channel, ISimulatedI2cChip chip)
    {
        ArgumentNullException.ThrowIfNull(chip);
        ArgumentOutOfRangeException.ThrowIfNegative(channel);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(channel, Tca9548a.Channels);
        _chips.Add((channel, chip));
    }

    /// <summary>Takes the chips of an address off a channel; false when there is none.</summary>
    public bool Detach(int channel, int chipAddress) => _chips.RemoveAll(wired => wired.Channel == channel && wired.Chip.Address == chipAddress) > 0;

    /// <summary>A brown-out or a pulse on the reset pin: all channels off.</summary>
    public void Reset() => _control = 0;

    /// <inheritdoc />
    public bool TryWrite(ReadOnlySpan<byte> bytes, long busNanoseconds)
    {
        if (!bytes.IsEmpty)
            _control = bytes[^1]; // of several bytes the last one counts (SCPS207, §8.6.2)
        return true;
    }

    /// <inheritdoc />
    public bool TryRead(Span<byte> bytes, long busNanoseconds)
    {
        bytes.Fill(_control);
        return true;
    }

    /// <summary>Adds the chips that are connected now and answer to the address.</summary>
    internal void Find(int wanted, List<ISimulatedI2cChip> answering)
    {
        foreach ((int channel, ISimulatedI2cChip chip) in _chips)
        {
            if ((_control >> channel & 1) == 0)
                continue;
            if (chip.Address == wanted)
                answering.Add(chip);
            if (chip is SimulatedTca9548a multiplexer)
                multiplexer.Find(wanted, answering);
        }
    }
}
