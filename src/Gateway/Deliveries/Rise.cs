using Dapper;
using PantryChain.Domain.Identity;

namespace PantryChain.Gateway.Deliveries;

/// <summary>Where a rise stands between the order's delivery and the household's own shopping; the numbers are kept.</summary>
internal enum RiseState : byte
{
    /// <summary>Nobody knows yet: the member is asked.</summary>
    Asked = 0,

    /// <summary>The member said that the cooperative brought it; it counts after a short while in which that can be undone.</summary>
    Cooperative = 1,

    /// <summary>The member said that they bought it themselves.</summary>
    Own = 2,

    /// <summary>It is booked as the order's delivery. Final.</summary>
    Arrived = 3,

    /// <summary>Its booking was taken back. Final.</summary>
    TakenBack = 4,
}

/// <summary>What vouches for a rise being an order's delivery; the numbers are kept.</summary>
internal enum Voucher : byte
{
    /// <summary>Nothing yet.</summary>
    None = 0,

    /// <summary>Tags that the seller had bound to the order came with it.</summary>
    Tag = 1,

    /// <summary>The code on the slip.</summary>
    Code = 2,

    /// <summary>The courier's record, an exact weight, and nobody who objected.</summary>
    HandOver = 3,

    /// <summary>The member's word.</summary>
    Member = 4,
}

/// <summary>Packs that a slot gained while an order of their product was on its way.</summary>
/// <param name="Id">Its number, from 1; 0 before it is kept.</param>
/// <param name="Order">The order that was on its way.</param>
/// <param name="Slot">Where.</param>
/// <param name="Packs">Whole packs that the weight holds, from 1.</param>
/// <param name="Exact">True when the weight is that of whole packs, with nothing poured from them.</param>
/// <param name="At">Household time of the rise.</param>
/// <param name="Seq">The event that booked it.</param>
/// <param name="State">Where it stands.</param>
/// <param name="By">What vouched for it.</param>
/// <param name="DecidedAt">Household time of the member's answer or of the arrival, or null.</param>
/// <param name="Counted">Packs that counted for the order.</param>
[method: ExplicitConstructor]
internal sealed record Rise(
    long Id, OrderId Order, SlotId Slot, uint Packs, bool Exact, DateTimeOffset At, ulong Seq = 0, RiseState State = RiseState.Asked, Voucher By = Voucher.None,
    DateTimeOffset? DecidedAt = null, uint Counted = 0)
{
    /// <summary>True while it may still become the order's delivery.</summary>
    public bool IsOpen => State is RiseState.Asked or RiseState.Cooperative;
}
