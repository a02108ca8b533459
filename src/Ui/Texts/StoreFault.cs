namespace PantryChain.Ui.Texts;

/// <summary>Why a store is not well; its code in <c>/health</c> is the name in snake case.</summary>
public enum StoreFault
{
    /// <summary>The database does not answer.</summary>
    DatabaseDown,

    /// <summary>The chain's node does not answer.</summary>
    ChainDown,

    /// <summary>Another chain answers at the node's address.</summary>
    WrongChain,

    /// <summary>The node has fewer blocks than it showed before.</summary>
    ChainBehind,

    /// <summary>The broker does not answer.</summary>
    BrokerDown,

    /// <summary>A follower of the chain's log is behind.</summary>
    FollowerLags,

    /// <summary>The node refuses the log of a single block.</summary>
    LogRefused,

    /// <summary>Logs were set aside and nobody has looked at them.</summary>
    LogsSetAside,

    /// <summary>Households' blocks are rejected.</summary>
    BlocksRejected,

    /// <summary>The stamps of new blocks differ from the store's clock.</summary>
    ClockDoubted,

    /// <summary>The chain says something else about orders than the store's book.</summary>
    ViewDiffers,

    /// <summary>Transactions wait for too long.</summary>
    TransactionsStuck,

    /// <summary>A wallet has no money for gas.</summary>
    WalletEmpty,

    /// <summary>The chain refused to publish the newest epoch.</summary>
    EpochRefused,
}
