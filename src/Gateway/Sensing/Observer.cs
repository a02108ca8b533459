using PantryChain.DeviceDrivers.Shelf.Fusion;
using PantryChain.Domain.Catalogue;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Deliveries;
using PantryChain.Gateway.Inbox;
using PantryChain.Gateway.Learning;

namespace PantryChain.Gateway.Sensing;

/// <summary>Puts what a scale saw into the words of the journal: which product, which kind, how many packs used up, whose delivery.</summary>
/// <remarks>Belongs to the sensing thread, except where it says otherwise.</remarks>
internal sealed class Observer(Household household, Learner learner, StockBook stocks, Arrivals? arrivals = null)
{
    private readonly HashSet<SlotId> _opened = [.. household.Slots.Select(slot => slot.Slot).Where(slot => stocks.LevelOf(slot) is not null)];

    private readonly HashSet<SlotId> _recalibrated = [];

    /// <summary>The observation of a product that moved; from any thread.</summary>
    /// <param name="slot">Where.</param>
    /// <param name="part">Which product, and how much of it came or left.</param>
    /// <param name="level">The product's stock on the slot afterwards.</param>
    /// <param name="at">Household time at which it is booked.</param>
    /// <param name="moved">Household time at which it moved: earlier, when an answer books it.</param>
    /// <param name="rise">The rise that may be an order's delivery, or null.</param>
    public ThingObservation Observe(SlotId slot, in FusedPart part, Mass level, DateTimeOffset at, DateTimeOffset moved, out Rise? rise)
    {
        bool used = part.Delta < Mass.Zero;
        rise = used ? null : arrivals?.See(slot, household.FindProduct(part.Gtin)!.Product, part.Delta, moved);
        bool arrived = rise is { State: RiseState.Arrived };
        ThingEventKind kind = used ? ThingEventKind.Used : arrived ? ThingEventKind.Delivered : ThingEventKind.Restocked;
        uint cycle = learner.CyclesAfter(part.Gtin, used ? part.Delta.Abs() : Mass.Zero);
        return new ThingObservation(at, household.DayOf(at), slot, part.Gtin, kind, part.Delta, level, cycle, arrived ? rise!.Order : default);
    }

    /// <summary>Says that a rise which stands as restocked was an order's delivery: it moves nothing, so its delta is zero.</summary>
    public ThingObservation Delivery(SlotId slot, Gtin gtin, Mass level, OrderId order, DateTimeOffset at) =>
        new(at, household.DayOf(at), slot, gtin, ThingEventKind.Delivered, Mass.Zero, level, learner.CyclesAfter(gtin, Mass.Zero), order);

    /// <summary>True while an order of a product is on its way; from any thread.</summary>
    public bool Awaits(Gtin gtin, DateTimeOffset at) => arrivals?.Awaits(gtin, at) ?? false;

    /// <summary>What takes an earlier booking back; from any thread.</summary>
    /// <param name="wrong">The booking.</param>
    /// <param name="level">The product's stock on the slot without it.</param>
    /// <param name="at">Household time of the correction.</param>
    public ThingObservation Correction(ThingEvent wrong, Mass level, DateTimeOffset at) => new(
        at, household.DayOf(at), wrong.Slot, wrong.Gtin, ThingEventKind.Corrected, -wrong.Delta, level, learner.CyclesAfter(wrong.Gtin, Mass.Zero));

    /// <summary>A tag that came or left; its level is the product's, which a tag does not change.</summary>
    public ThingObservation Tag(in TagMove move, Mass level) => new(
        move.At, household.DayOf(move.At), move.Slot, move.Gtin, move.Present ? ThingEventKind.TagSeen : ThingEventKind.TagLost, Mass.Zero, level,
        move.Gtin.IsNone ? 0 : learner.CyclesAfter(move.Gtin, Mass.Zero));

    /// <summary>True, once, for the first settled reading of a slot that the journal never heard of, or that was calibrated.</summary>
    public bool IsOpening(in StockReading reading) => reading.Stable && _opened.Add(reading.Slot);

    /// <summary>The opening stock of a slot, or its stock after a calibration.</summary>
    /// <param name="reading">What the slot weighs.</param>
    /// <param name="levels">What lies there of each of its products.</param>
    public IReadOnlyList<ThingObservation> Opening(in StockReading reading, IReadOnlyList<(Product Product, Mass Level)> levels)
    {
        ThingEventKind kind = _recalibrated.Contains(reading.Slot) ? ThingEventKind.Calibrated : ThingEventKind.Snapshot;
        (SlotId slot, DateTimeOffset at) = (reading.Slot, reading.At);
        return [.. levels.Select(of => new ThingObservation(
            at, household.DayOf(at), slot, of.Product.Gtin, kind, Mass.Zero, of.Level, learner.CyclesAfter(of.Product.Gtin, Mass.Zero)))];
    }

    /// <summary>True while the next opening of a slot states its stock after a calibration.</summary>
    public bool IsRecalibrated(SlotId slot) => _recalibrated.Contains(slot);

    /// <summary>The opening was kept.</summary>
    public void Opened(SlotId slot) => _recalibrated.Remove(slot);

    /// <summary>Has the slot's level stated once more when it has settled, as that of a slot that was calibrated.</summary>
    public void Reopen(SlotId slot)
    {
        _opened.Remove(slot);
        _recalibrated.Add(slot);
    }

    /// <summary>A cell that can no longer be trusted. On a slot of several products it names none, and its level is the whole slot's.</summary>
    public ThingObservation Fault(SlotId slot, Mass lastLevel, DateTimeOffset at)
    {
        ShelfSlot known = household.FindSlot(slot)!;
        Gtin gtin = known.Products.Count == 1 ? known.Product.Gtin : default;
        Mass level = gtin.IsNone ? lastLevel : lastLevel - stocks.RestOf(slot);
        return new ThingObservation(at, household.DayOf(at), slot, gtin, ThingEventKind.Fault, Mass.Zero, level, gtin.IsNone ? 0 : learner.CyclesAfter(gtin, Mass.Zero));
    }
}
