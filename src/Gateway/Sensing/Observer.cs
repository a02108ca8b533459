using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Ordering;
using PantryChain.Telemetry.Journaling;

namespace PantryChain.Gateway.Sensing;

/// <summary>Puts what a scale saw into the words of the journal: which product, which kind, how many packs used up, whose delivery.</summary>
/// <remarks>Belongs to the sensing thread alone.</remarks>
internal sealed class Observer(Household household, Learner learner, Journal journal, Arrivals? arrivals = null)
{
    private readonly HashSet<SlotId> _opened = [.. household.Slots.Select(slot => slot.Slot).Where(slot => journal.LastOf(slot) is not null)];

    private readonly HashSet<SlotId> _recalibrated = [];

    /// <summary>The observation of a settled step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="arrival">The order whose packs arrived with it, or null.</param>
    public ThingObservation Observe(in StockStep step, out Arrival? arrival)
    {
        ShelfSlot slot = household.FindSlot(step.Slot)!;
        Gtin gtin = slot.Product.Gtin;
        bool used = step.Kind == StepKind.Used;
        arrival = used ? null : arrivals?.Match(gtin, slot.Product.Pack, step.Delta, step.At);
        ThingEventKind kind = used ? ThingEventKind.Used : arrival is null ? ThingEventKind.Restocked : ThingEventKind.Delivered;
        uint cycle = learner.CyclesAfter(gtin, used ? step.Delta.Abs() : Mass.Zero);
        return new ThingObservation(step.At, household.DayOf(step.At), step.Slot, gtin, kind, step.Delta, step.Level, cycle, arrival?.Order ?? default);
    }

    /// <summary>True, once, for the first settled reading of a slot that the journal never heard of, or that was calibrated.</summary>
    public bool IsOpening(in StockReading reading) => reading.Stable && _opened.Add(reading.Slot);

    /// <summary>The opening stock of a slot.</summary>
    public ThingObservation Opening(in StockReading reading)
    {
        ThingEventKind kind = _recalibrated.Remove(reading.Slot) ? ThingEventKind.Calibrated : ThingEventKind.Snapshot;
        ShelfSlot slot = household.FindSlot(reading.Slot)!;
        uint cycle = learner.CyclesAfter(slot.Product.Gtin, Mass.Zero);
        return new ThingObservation(reading.At, household.DayOf(reading.At), reading.Slot, slot.Product.Gtin, kind, Mass.Zero, reading.Level, cycle);
    }

    /// <summary>Has the slot's level stated once more when it has settled, as that of a slot that was calibrated.</summary>
    public void Reopen(SlotId slot)
    {
        _opened.Remove(slot);
        _recalibrated.Add(slot);
    }

    /// <summary>A cell that can no longer be trusted.</summary>
    public ThingObservation Fault(SlotId slot, Mass lastLevel, DateTimeOffset at)
    {
        Gtin gtin = household.FindSlot(slot)!.Product.Gtin;
        return new ThingObservation(at, household.DayOf(at), slot, gtin, ThingEventKind.Fault, Mass.Zero, lastLevel, learner.CyclesAfter(gtin, Mass.Zero));
    }
}
