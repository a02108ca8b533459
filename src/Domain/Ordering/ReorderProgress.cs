namespace PantryChain.Domain.Ordering;

/// <summary>Where the automatic restocking of one product stands; the numbers are stored and never change meaning.</summary>
public enum ReorderState : byte
{
    /// <summary>Nothing is on its way; the shelf is watched.</summary>
    Watching = 0,

    /// <summary>The member paused this product; nothing is proposed or ordered.</summary>
    Paused = 1,

    /// <summary>A proposal waits for the member's yes or no.</summary>
    Proposed = 2,

    /// <summary>Decided; evidence is being anchored and the order is on its way to the chain.</summary>
    Ordering = 3,

    /// <summary>The order is on chain with its money in escrow; the veto window runs.</summary>
    Open = 4,

    /// <summary>The seller took the order.</summary>
    Accepted = 5,

    /// <summary>The seller sent the goods.</summary>
    Shipped = 6,

    /// <summary>The shelf saw the goods; its signed word is on its way to release the money.</summary>
    Settling = 7,
}

/// <summary>How the last order or proposal of a product ended.</summary>
public enum ReorderOutcome : byte
{
    /// <summary>None has ended yet.</summary>
    None = 0,

    /// <summary>Delivered and paid.</summary>
    Settled = 1,

    /// <summary>The member said no to the proposal.</summary>
    Declined = 2,

    /// <summary>The proposal was taken back, because the shelf was filled, the product paused or the mandate revoked meanwhile.</summary>
    Withdrawn = 3,

    /// <summary>Called off by buyer or seller, money returned.</summary>
    Cancelled = 4,

    /// <summary>Not accepted or not shipped in time, money returned.</summary>
    Refunded = 5,

    /// <summary>The chain or the store refused the order before any money moved.</summary>
    Failed = 6,
}

/// <summary>Why a product is not ordered now; each has one sentence for the member, who is never left guessing.</summary>
public enum ReorderBlock : byte
{
    /// <summary>There is no reading of the shelf yet, or no use has been seen.</summary>
    StillLearning = 1,

    /// <summary>Fewer packs were used up than the mandate asks for.</summary>
    TooFewCycles = 2,

    /// <summary>The household's standing is below the mandate's tier.</summary>
    StandingTooLow = 3,

    /// <summary>The mandate's budget of this period does not pay for one pack.</summary>
    BudgetSpent = 4,

    /// <summary>The seller asks more than the mandate allows.</summary>
    PriceTooHigh = 5,

    /// <summary>The member gave no mandate for the product.</summary>
    NoMandate = 6,

    /// <summary>The mandate's last day has passed.</summary>
    MandateExpired = 7,

    /// <summary>The member paused the product.</summary>
    Paused = 8,

    /// <summary>A sensor of the product's shelf cannot be trusted now.</summary>
    SensorFault = 9,

    /// <summary>An order of the product is under way.</summary>
    OpenOrder = 10,

    /// <summary>No allowed seller offers the product.</summary>
    SellerAbsent = 11,

    /// <summary>No pack was used up since the last order, so the chain would refuse another.</summary>
    NothingUsedSinceLastOrder = 12,

    /// <summary>The member's account does not hold enough for one pack.</summary>
    FundsTooLow = 13,

    /// <summary>What lies on the shelf is not certain: an inbox item is undecided, the reading does not settle, or predictions of use missed far too often.</summary>
    StockUncertain = 14,

    /// <summary>The product is out of season; it wakes by itself on the day the season opens.</summary>
    OutOfSeason = 15,

    /// <summary>Nobody is at home, so nothing is used and nobody could take a delivery.</summary>
    Away = 16,

    /// <summary>Not even the smallest order would be used up before it expires.</summary>
    ExpiresBeforeUse = 17,

    /// <summary>The member's maximum stock leaves no room for the smallest order.</summary>
    StockAtMaximum = 18,

    /// <summary>Ordering later still makes the same delivery, so it is not ordered yet.</summary>
    DeliveryDayAwaited = 19,

    /// <summary>The household's budget over all products does not pay for the smallest order.</summary>
    HouseholdBudgetSpent = 20,

    /// <summary>Another product that serves the same need is proposed or on its way.</summary>
    NeedUnderWay = 21,

    /// <summary>The product is only a substitute, and its first choice can be had.</summary>
    SubstituteNotNeeded = 22,

    /// <summary>The seller's smallest quantity is more than the mandate allows.</summary>
    SmallestOrderTooLarge = 23,

    /// <summary>The gateway's clock leapt and is not believed yet, so neither use nor validity can be dated.</summary>
    ClockUncertain = 24,
}
