using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Rewards;
using PantryChain.Ui.Hosting;

namespace PantryChain.Store.Hosting;

/// <summary>The rules of an epoch as the cooperative sets them (protocol, "Rewards and standing"); what is not named here are the rules' own defaults.</summary>
internal sealed record RewardOptions
{
    /// <summary>Length of an epoch in household seconds, written into the contract when it is deployed.</summary>
    [Within(60, 31_536_000)]
    public uint EpochSeconds { get; init; } = 86_400;

    /// <summary>Household seconds for which a published reward is held before it can be claimed, written into the contract.</summary>
    [Within(60, 31_536_000)]
    public uint HoldSeconds { get; init; } = 30 * 86_400;

    /// <summary>Household seconds between two regular anchors; an urgent block does not wait.</summary>
    /// <value>Default six hours.</value>
    [Within(60, 31_536_000)]
    public uint AnchorSeconds { get; init; } = 21_600;

    /// <summary>The cooperative's margin on a settled order, in basis points of its price.</summary>
    /// <value>Default 1000 (10 %).</value>
    [Within(0, 10_000)]
    public ushort MarginBps { get; init; } = 1000;

    /// <summary>Share of that margin that may flow back to the household, in basis points (the protocol's alpha).</summary>
    /// <value>Default 5000; below 10 000, so that buying from oneself loses money.</value>
    [Within(0, 9_999)]
    public ushort MarginShareBps { get; init; } = 5000;

    /// <summary>Reference rate: hundredths of a won per whole Bamnamu.</summary>
    /// <value>Default 1000 (10 won).</value>
    [Within(1, 1_000_000_000)]
    public long RateHundredths { get; init; } = 1000;

    /// <summary>Largest supply of Bamnamu there can ever be, in whole tokens, written into the contract.</summary>
    [Within(1, 1_000_000_000_000)]
    public long CapTokens { get; init; } = 1_000_000_000;

    /// <summary>Most Bamnamu that one epoch mints, in whole tokens, written into the contract.</summary>
    [Within(1, 1_000_000_000)]
    public long EmissionTokens { get; init; } = 100_000;

    /// <summary>Time zone in which the cooperative's days begin.</summary>
    [Filled]
    public string TimeZone { get; init; } = "Asia/Seoul";

    /// <summary>The rules for the epoch's computation.</summary>
    internal RewardRules ToRules() => new()
    {
        MarginShare = new BasisPoints(MarginShareBps),
        EmissionPerEpoch = Bamnamu.FromTokens((ulong)EmissionTokens),
        EpochLength = TimeSpan.FromSeconds(EpochSeconds),
    };

    /// <summary>The reference rate as an amount.</summary>
    internal Bamtol Rate => new((UInt128)RateHundredths);
}
