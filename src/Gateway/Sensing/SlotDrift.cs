using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;

namespace PantryChain.Gateway.Sensing;

/// <summary>How far a slot's level has wandered since its shelf was last touched: what nobody did.</summary>
/// <remarks>Belongs to the sensing thread alone.</remarks>
internal sealed class SlotDrift
{
    private readonly Dictionary<SlotId, Mass> _rested = [];

    /// <summary>Takes a slot's newest reading and gives the drift, or null while the shelf moves or is not known.</summary>
    public Mass? Follow(in StockReading reading)
    {
        if (!reading.Stable)
        {
            _rested.Remove(reading.Slot);
            return null;
        }
        if (!_rested.TryGetValue(reading.Slot, out Mass first))
            _rested.Add(reading.Slot, first = reading.Level);
        return reading.Level - first;
    }
}
