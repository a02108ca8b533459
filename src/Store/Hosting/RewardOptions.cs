using System.ComponentModel.DataAnnotations;

namespace PantryChain.Store.Hosting;

/// <summary>The rules of an epoch as the cooperative sets them (protocol, "Rewards and standing").</summary>
internal sealed record RewardOptions
{
    /// <summary>Length of an epoch in household seconds.</summary>
    /// <value>Default one day.</value>
    [Range(60, 31_536_000)]
    public uint EpochSeconds { get; init; } = 86_400;

    /// <summary>Household seconds between two regular anchors; an urgent block does not wait.</summary>
    /// <value>Default six hours.</value>
    [Range(60, 31_536_000)]
    public uint AnchorSeconds { get; init; } = 21_600;

    /// <summary>The cooperative's margin on a settled order, in basis points of its price.</summary>
    /// <value>Default 1000 (10 %).</value>
    [Range(0, 10_000)]
    public int MarginBps { get; init; } = 1000;

    /// <summary>Time zone in which the cooperative's days begin.</summary>
    /// <value>Default Asia/Seoul.</value>
    [Required]
    public string TimeZone { get; init; } = "Asia/Seoul";
}
