using System.Text.Json.Serialization;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;

namespace PantryChain.Telemetry.Wire;

/// <summary>What <c>.../slot/SLOT/state</c> says.</summary>
/// <param name="Level">Net mass on the slot when it last stood still and could be trusted; null while nobody ever weighed it. Unknown is not empty.</param>
/// <param name="Sigma">One standard deviation of it.</param>
/// <param name="Stable">False while somebody handles the shelf.</param>
/// <param name="Units">Packs left, or null when the product is unknown.</param>
/// <param name="DaysLeft">Predicted days left, or null while too little is known.</param>
/// <param name="DaysLeftLow">The same at the pessimistic 10 % quantile.</param>
/// <param name="Gtin">The product, or none.</param>
/// <param name="At">Household time of <paramref name="Level"/>, or null while there is none; older than the message while the slot cannot be read or somebody leans on it.</param>
/// <param name="Health">How far the sensor can be trusted.</param>
public sealed record SlotState(
    Mass? Level, Mass Sigma, bool Stable, double? Units, double? DaysLeft, double? DaysLeftLow, Gtin Gtin, DateTimeOffset? At, SlotHealth Health);

/// <summary>What <c>.../slot/SLOT/pairing</c> says: a window in which the next unknown tag is bound to a product.</summary>
/// <param name="State"><c>waiting</c>, <c>paired</c>, <c>expired</c> or <c>closed</c>.</param>
/// <param name="SecondsLeft">Real seconds until it closes.</param>
/// <param name="Gtin">The product.</param>
/// <param name="Uid">The tag that was bound, or the newest one that was not, or none.</param>
/// <param name="Note">Why that one was not, or null.</param>
public sealed record PairingNotice(string State, int SecondsLeft, Gtin Gtin, TagUid Uid, string? Note);

/// <summary>What the store says about a gateway's blocks on <c>.../block/state</c>.</summary>
/// <param name="Accepted">Highest height that the store has verified and kept, 0 for none.</param>
/// <param name="Anchored">Highest height whose root is on chain, 0 for none.</param>
/// <param name="Rejected">The newest block that was refused, or null.</param>
public sealed record BlockState(ulong Accepted, ulong Anchored, BlockRejection? Rejected);

/// <summary>A refused block.</summary>
/// <param name="Height">Its height.</param>
/// <param name="Reason">A stable code.</param>
public sealed record BlockRejection([property: JsonRequired] ulong Height, [property: JsonRequired] string Reason);

/// <summary>What the store says about an order on <c>.../order/ORDER</c>.</summary>
/// <param name="Order">The order.</param>
/// <param name="State">Where it stands on chain.</param>
/// <param name="At">Since when, household time.</param>
/// <param name="Reason">Why it ended early, or null.</param>
public sealed record OrderNotice(OrderId Order, OrderState State, DateTimeOffset At, string? Reason);

/// <summary>A gateway's answer on <c>.../response/VERB</c>.</summary>
/// <param name="Transaction">That of the request as JSON text, exactly as the asker wrote it; null for none.</param>
/// <param name="Error">What is wrong and the next step; null when it is done.</param>
public sealed record GatewayResponse(string? Transaction, string? Error);
