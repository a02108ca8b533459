using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;

namespace PantryChain.Domain.Events;

/// <summary>What a thing saw; the numbers stand in Merkle leaves and never change meaning (protocol, "Chain of things").</summary>
public enum ThingEventKind : byte
{
    /// <summary>Stock was used.</summary>
    Used = 1,

    /// <summary>Stock was added, not by an order of ours.</summary>
    Restocked = 2,

    /// <summary>The level, stated without a change: opening stock, or a periodic check.</summary>
    Snapshot = 3,

    /// <summary>A predicted cycle was met.</summary>
    PatternConfirmed = 4,

    /// <summary>The household restocked outside its pattern.</summary>
    Deviation = 5,

    /// <summary>Packs of an order that arrived; the delta is zero when their rise stands as restocked.</summary>
    Delivered = 6,

    /// <summary>A tag appeared.</summary>
    TagSeen = 7,

    /// <summary>A tag disappeared.</summary>
    TagLost = 8,

    /// <summary>A sensor failed.</summary>
    Fault = 9,

    /// <summary>A slot was calibrated.</summary>
    Calibrated = 10,

    /// <summary>An earlier booking of this product was wrong; the delta takes it back.</summary>
    Corrected = 11,
}

/// <summary>One signed-for observation of a thing: the ledger's smallest fact.</summary>
/// <param name="Seq">Journal number, gapless per device, from 1.</param>
/// <param name="SeenAt">Household time, whole milliseconds.</param>
/// <param name="Day">The household-local day of <paramref name="SeenAt"/>.</param>
/// <param name="Slot">The slot, or 0 for the whole gateway.</param>
/// <param name="Gtin">The product on the slot, or 0.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Delta">Signed change of the slot's stock.</param>
/// <param name="Level">The slot's stock afterwards.</param>
/// <param name="Cycle">Packs of this product used up so far, over all slots, as the shelf saw it.</param>
/// <param name="Order">The order that a delivery belongs to, or none.</param>
/// <param name="Salt">Secret random value that keeps the leaf from being guessed; never leaves the gateway unopened.</param>
public sealed record ThingEvent(
    ulong Seq, DateTimeOffset SeenAt, HouseholdDay Day, SlotId Slot, Gtin Gtin, ThingEventKind Kind,
    Mass Delta, Mass Level, uint Cycle, OrderId Order, Hash32 Salt);

/// <summary>An event before the journal gave it its number and salt.</summary>
/// <inheritdoc cref="ThingEvent" />
public sealed record ThingObservation(
    DateTimeOffset SeenAt, HouseholdDay Day, SlotId Slot, Gtin Gtin, ThingEventKind Kind, Mass Delta, Mass Level, uint Cycle, OrderId Order = default);
