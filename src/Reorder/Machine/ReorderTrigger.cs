namespace PantryChain.Reorder.Machine;

/// <summary>What can happen to the restocking of one product; the numbers are stored and never change meaning.</summary>
public enum ReorderTrigger : byte
{
    /// <summary>The policy would order; in shadow mode that is only shown.</summary>
    Shadow = 1,

    /// <summary>The policy would order; the member is asked first.</summary>
    Propose = 2,

    /// <summary>The policy orders without asking.</summary>
    Decide = 3,

    /// <summary>The member said yes to the proposal.</summary>
    Approve = 4,

    /// <summary>The member said no to the proposal.</summary>
    Decline = 5,

    /// <summary>The proposal lost its reason: the shelf was filled, it was too old, or its mandate was revoked.</summary>
    Withdraw = 6,

    /// <summary>The member wants no new orders of this product.</summary>
    Pause = 7,

    /// <summary>The member wants new orders again; nothing is ordered by resuming itself.</summary>
    Resume = 8,

    /// <summary>The order was refused and can reach the chain no more: it reverted, or its deadline passed.</summary>
    OrderRefused = 9,

    /// <summary>The member calls the order off, from the decision on; once it is on chain, the chain decides whether that came in time.</summary>
    Veto = 10,

    /// <summary>The chain shows the order open.</summary>
    Opened = 11,

    /// <summary>The chain shows the order accepted.</summary>
    Accepted = 12,

    /// <summary>The chain shows the order shipped.</summary>
    Shipped = 13,

    /// <summary>The shelf saw the goods arrive.</summary>
    Arrived = 14,

    /// <summary>The release was refused; it is signed and sent again.</summary>
    ReleaseRefused = 15,

    /// <summary>The chain shows the order settled.</summary>
    Settled = 16,

    /// <summary>The chain shows the order cancelled, or it was called off before anybody could bring it.</summary>
    Cancelled = 17,

    /// <summary>The chain shows the order refunded.</summary>
    Refunded = 18,

    /// <summary>The member orders it, whatever the policy says; no proposal is asked or counted.</summary>
    Ask = 19,
}

/// <summary>What the gateway does for a product and number; each is safe to do twice, for what it leaves is looked for first.</summary>
public enum ReorderEffect : byte
{
    /// <summary>Seal and anchor a block as evidence, then sign the order and relay it.</summary>
    PlaceOrder = 1,

    /// <summary>Drop the order while nobody has it, else sign and relay the cancellation.</summary>
    CancelOrder = 2,

    /// <summary>Sign the delivery and relay the release.</summary>
    ReleaseOrder = 3,
}
