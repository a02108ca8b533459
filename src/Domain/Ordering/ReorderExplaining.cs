namespace PantryChain.Domain.Ordering;

/// <summary>What made it time to order; the numbers are stored and never change meaning.</summary>
public enum ReorderCause : byte
{
    /// <summary>The stock may run out before an order placed at the next review arrives.</summary>
    RunningOut = 0,

    /// <summary>The stock fell below the member's minimum.</summary>
    BelowMinimum = 1,

    /// <summary>The same seller comes anyway and the product is nearly due.</summary>
    SharesDelivery = 2,

    /// <summary>This is the last order that makes the coming delivery; the one after it would come too late.</summary>
    LastOrderForDelivery = 3,

    /// <summary>The next order can be placed only once this one has ended and one more pack is used up: a pack must stand in reserve until then.</summary>
    KeepsReserve = 4,

    /// <summary>The member ordered it.</summary>
    MemberAsked = 5,
}

/// <summary>What kept an order smaller than use calls for; the numbers are stored and never change meaning.</summary>
public enum ReorderLimit : byte
{
    /// <summary>Nothing did.</summary>
    None = 0,

    /// <summary>The mandate's most packs per order.</summary>
    Mandate = 1,

    /// <summary>The mandate's or the household's budget, or the account's funds.</summary>
    Money = 2,

    /// <summary>More would not be used up before it expires.</summary>
    Expiry = 3,

    /// <summary>The member's maximum stock.</summary>
    MaximumStock = 4,
}

/// <summary>Why a gateway asks first although the member wished automatic orders; the numbers are stored and never change meaning.</summary>
public enum ReorderCaution : byte
{
    /// <summary>It does not ask, or the member wished to be asked.</summary>
    None = 0,

    /// <summary>The member has not accepted enough proposals yet.</summary>
    FewApprovals = 1,

    /// <summary>The rate of use is not known well enough yet.</summary>
    RateUncertain = 2,

    /// <summary>The predictions of daily use missed too often lately.</summary>
    PredictionsMissed = 3,

    /// <summary>The product seems not to be used any more.</summary>
    UseStopped = 4,

    /// <summary>Something else makes the pattern doubtful, such as a slot that could not be followed or a clock that leapt.</summary>
    PatternDoubted = 5,

    /// <summary>The mandate asks for no tier, so only orders that the member approves go out under it.</summary>
    StandingNotAsked = 6,
}

/// <summary>What un-pausing a product would do, said before it is done.</summary>
/// <param name="At">Household time at which it is said.</param>
/// <param name="Mode">How it would be done: shown, proposed or ordered.</param>
/// <param name="Quantity">Packs that would be proposed or ordered at once; 0 when nothing would.</param>
/// <param name="Next">Household time at which the next order would be due by the usual use; null when it is due at once or cannot be foreseen.</param>
/// <param name="Blocks">What else stands in the way now, the pause left out.</param>
public readonly record struct ReorderPreview(DateTimeOffset At, MandateMode Mode, uint Quantity, DateTimeOffset? Next, ReorderBlocks Blocks);
