using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;

namespace PantryChain.Ledger.Rewards;

/// <summary>What one household did in an epoch, and where it stood before: one line of the list that an auditor is shown.</summary>
/// <param name="Account">The member's account.</param>
/// <param name="Before">Where the household stood after the epoch before.</param>
/// <param name="UseDays">Daily blocks with use that were anchored in the epoch.</param>
/// <param name="Confirmations">Confirmed patterns in them, once per product and window.</param>
/// <param name="Deviations">Deviations with a signed rise in them, once per product and window.</param>
/// <param name="SettledMargin">The cooperative's margin on what it sold to this household itself, in orders that settled in the epoch.</param>
/// <param name="DeviceWeight">The registry's <c>weightOf</c> the device: what it earns of full points.</param>
/// <param name="ClaimedAt">Start of the device's warm-up.</param>
/// <param name="DealtWith">Cumulative amount that was claimed or burned on chain, at the block that the epoch looked at.</param>
/// <param name="Locked">Bamnamu locked since before the epoch.</param>
public sealed record HouseholdEpoch(
    AccountAddress Account, RewardBalance Before, uint UseDays, uint Confirmations, uint Deviations, Bamtol SettledMargin,
    BasisPoints DeviceWeight, DateTimeOffset ClaimedAt, Bamnamu DealtWith, Bamnamu Locked)
{
    /// <summary>Bamnamu on the account, at the same block as <see cref="DealtWith"/>: a claim moves an amount from the one to the other and leaves the tier alone.</summary>
    public Bamnamu Owned { get; init; }

    /// <summary>What earlier epochs counted for orders that the chain has given up since.</summary>
    public MarginSum TakenBack { get; init; }
}

/// <summary>Margin in Bamnamu, each part at the rate of the epoch that counted it.</summary>
/// <param name="Share">The part that may flow back as margin share.</param>
/// <param name="Whole">All of it: no household is ever paid more.</param>
public readonly record struct MarginSum(Bamnamu Share, Bamnamu Whole)
{
    /// <summary>This much more and that much less, never below nothing.</summary>
    public MarginSum After(MarginSum more, MarginSum less) => new(Left(Share, more.Share, less.Share), Left(Whole, more.Whole, less.Whole));

    private static Bamnamu Left(Bamnamu before, Bamnamu more, Bamnamu less) =>
        before + more is var sum && sum.CompareTo(less) > 0 ? sum - less : default;
}

/// <summary>What is carried from one epoch to the next.</summary>
/// <param name="Cumulative">Everything earned so far; never falls.</param>
/// <param name="BootstrapUsed">Part of the lifetime bootstrap allowance that was paid.</param>
/// <param name="Waiting">Bootstrap that use has earned and that waits for margin.</param>
/// <param name="Margin">Margin on the household's own settled orders, all epochs together.</param>
public sealed record RewardBalance(Bamnamu Cumulative, Bamnamu BootstrapUsed, Bamnamu Waiting, MarginSum Margin)
{
    /// <summary>A household's first day.</summary>
    public static RewardBalance New { get; } = new(default, default, default, default);

    /// <summary>What was paid as margin share.</summary>
    public Bamnamu FromMargin => Cumulative - BootstrapUsed;

    /// <summary>Margin share that was not earned yet.</summary>
    public Bamnamu MarginLeft => Margin.Share.CompareTo(FromMargin) > 0 ? Margin.Share - FromMargin : default;

    /// <summary>The balance of a household that lived by the first rules, which kept only what was left of its margin share.</summary>
    /// <remarks>What they had paid counts as covered; no more than the rest of the share can come from it.</remarks>
    public static RewardBalance Of(Bamnamu cumulative, Bamnamu bootstrapUsed, Bamnamu marginLeft) =>
        new(cumulative, bootstrapUsed, default, new MarginSum(cumulative - bootstrapUsed + marginLeft, cumulative + marginLeft));
}
