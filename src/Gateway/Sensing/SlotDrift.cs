using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;

namespace PantryChain.Gateway.Sensing;

/// <summary>How far a slot's level has wandered since its shelf was last touched: what nobody did.</summary>
/// <remarks>Belongs to the sensing thread alone.</remarks>
internal sealed class SlotDrift
{
    private readonly Dictionary<SlotId, (Mass Level, DateTimeOffset? Touched)> _rested = [];

    /// <summary>Takes a slot's newest reading and gives the drift, or null while the shelf moves or is not known.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="touched">When the slot's newest step was, or null; a touch may be over between two looks.</param>
    public Mass? Follow(in StockReading reading, DateTimeOffset? touched)
    {
        if (!reading.Stable)
        {
            _rested.Remove(reading.Slot);
            return null;
        }
        if (!_rested.TryGetValue(reading.Slot, out (Mass Level, DateTimeOffset? Touched) first) || first.Touched != touched)
            _rested[reading.Slot] = first = (reading.Level, touched);
        return reading.Level - first.Level;
    }
}
