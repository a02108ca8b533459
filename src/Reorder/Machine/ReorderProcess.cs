using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;

namespace PantryChain.Reorder.Machine;

/// <summary>One thing that happened to a product's restocking, as the gateway stores it before it acts: the machine's whole memory is these steps in order.</summary>
/// <param name="Gtin">The product.</param>
/// <param name="Number">The intent that it belongs to; for pausing and resuming the newest number so far.</param>
/// <param name="Trigger">What happened.</param>
/// <param name="At">Household time.</param>
/// <param name="Intent">The decision, on the steps that begin one.</param>
/// <param name="Order">The order on chain, from the first step that knows it.</param>
/// <param name="Note">A reason in words, such as a refusal's code; at most a line.</param>
public sealed record ReorderStep(
    Gtin Gtin, uint Number, ReorderTrigger Trigger, DateTimeOffset At, ReorderIntent? Intent = null, OrderId Order = default, string? Note = null);

/// <summary>Where one product's restocking stands: the fold of its <see cref="ReorderStep"/>s. Immutable.</summary>
/// <param name="Gtin">The product.</param>
/// <param name="State">The machine's state.</param>
/// <param name="Held">True while a pause waits for the running order to end.</param>
/// <param name="Number">The newest intent's number; 0 before the first.</param>
/// <param name="Intent">The newest intent that became a proposal or an order.</param>
/// <param name="Order">Its order on chain, or none.</param>
/// <param name="Vetoed">True once the member called the running order off and the chain has not answered.</param>
/// <param name="Since">Household time of the last change of <paramref name="State"/>.</param>
/// <param name="Approvals">Proposals that the member accepted so far.</param>
/// <param name="LastOutcome">How the last one ended.</param>
/// <param name="Note">The last step's reason in words, if any.</param>
public sealed record ReorderProcess(
    Gtin Gtin, ReorderState State, bool Held, uint Number, ReorderIntent? Intent, OrderId Order, bool Vetoed, DateTimeOffset Since, uint Approvals,
    ReorderOutcome LastOutcome, string? Note)
{
    /// <summary>A product of which nothing was ever ordered.</summary>
    public static ReorderProcess New(Gtin gtin) => new(gtin, ReorderState.Watching, false, 0, null, default, false, default, 0, ReorderOutcome.None, null);

    /// <summary>True while a proposal or an order has not ended.</summary>
    public bool UnderWay => State is not (ReorderState.Watching or ReorderState.Paused);

    /// <summary>True while the member wants no new orders.</summary>
    public bool Paused => Held || State == ReorderState.Paused;

    /// <summary>The number that the next intent gets.</summary>
    public uint NextNumber => Number + 1;

    /// <summary>How often the chain refused the release of the running order.</summary>
    public uint RefusedReleases { get; init; }
}
