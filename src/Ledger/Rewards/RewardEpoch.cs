using System.Numerics;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Blocks;

namespace PantryChain.Ledger.Rewards;

/// <summary>What a household earned in an epoch, and its leaves.</summary>
/// <param name="Account">The member's account.</param>
/// <param name="Points">Points after the cap.</param>
/// <param name="Earned">What it earned in this epoch.</param>
/// <param name="After">Where it stands now.</param>
/// <param name="Held">Earned and not yet claimed, and locked.</param>
/// <param name="Owned">On the account. The tier counts both alike.</param>
/// <param name="Reward">The reward leaf.</param>
/// <param name="Standing">The standing leaf.</param>
public sealed record HouseholdReward(
    AccountAddress Account, uint Points, Bamnamu Earned, RewardBalance After, Bamnamu Held, Bamnamu Owned, RewardLeaf Reward, StandingLeaf Standing);

/// <summary>One epoch's rewards and standings, computed from secret, rate and list alone: an auditor gets the same root bit for bit.</summary>
/// <remarks>Immutable and thread safe.</remarks>
public sealed class RewardEpoch
{
    private readonly MerkleTree _tree;

    private RewardEpoch(uint number, IReadOnlyList<HouseholdReward> households)
    {
        (Number, Households) = (number, households);
        _tree = MerkleTree.Of([.. households.SelectMany(h => new[] { h.Reward.Hash(), h.Standing.Hash() })]);
        Total = households.Aggregate(default(Bamnamu), (sum, h) => sum + h.After.Cumulative);
    }

    /// <summary>The epoch's number.</summary>
    public uint Number { get; }

    /// <summary>All households, ordered by account.</summary>
    public IReadOnlyList<HouseholdReward> Households { get; }

    /// <summary>Root over all leaves of both kinds; zero when there is no household.</summary>
    public Hash32 Root => _tree.Root;

    /// <summary>Sum of all cumulative amounts, published beside the root.</summary>
    public Bamnamu Total { get; }

    /// <summary>Proof of a household's reward leaf.</summary>
    public IReadOnlyList<Hash32> Proof(RewardLeaf leaf) => _tree.Proof(leaf.Hash());

    /// <summary>Proof of a household's standing leaf.</summary>
    public IReadOnlyList<Hash32> Proof(StandingLeaf leaf) => _tree.Proof(leaf.Hash());

    /// <summary>Computes an epoch.</summary>
    /// <param name="rules">The numbers.</param>
    /// <param name="epoch">Its number.</param>
    /// <param name="secret">The epoch's secret, from which all salts come.</param>
    /// <param name="rate">Reference rate: Bamtol hundredths per whole Bamnamu, above zero.</param>
    /// <param name="households">Every household that the registry knows, once, in any order.</param>
    /// <exception cref="ArgumentException">An account stands in the list twice, or the rate is zero.</exception>
    public static RewardEpoch Compute(RewardRules rules, uint epoch, Hash32 secret, Bamtol rate, IReadOnlyCollection<HouseholdEpoch> households)
    {
        if (rate.Hundredths == 0)
            throw new ArgumentException("The reference rate must be above zero.", nameof(rate));
        if (households.DistinctBy(h => h.Account).Count() != households.Count)
            throw new ArgumentException("An account stands in the list twice.", nameof(households));

        Claim[] claims = [.. households.OrderBy(h => h.Account.ToWord()).Select(h => Bound(rules, rules.EndOf(epoch), rate, h))];
        UInt128 wanted = claims.Aggregate(UInt128.Zero, (sum, claim) => sum + claim.FromBootstrap + claim.FromMargin);
        UInt128 granted = UInt128.Min(wanted, rules.EmissionPerEpoch.Units);
        return new RewardEpoch(epoch, [.. claims.Select(claim => Grant(rules, epoch, secret, claim, granted, wanted))]);
    }

    /// <summary>What a household may earn by its own bounds: bootstrap first and unthrottled, then its margin share, warm-up taken off, all of it within the whole margin.</summary>
    private static Claim Bound(RewardRules rules, DateTimeOffset end, Bamtol rate, HouseholdEpoch h)
    {
        ulong wanted = (ulong)h.UseDays * rules.PointsPerUseDay + (ulong)h.Confirmations * rules.PointsPerConfirmation
            + (ulong)h.Deviations * rules.PointsPerDeviation;
        uint points = (uint)Math.Min(wanted, rules.MostPointsPerEpoch);
        UInt128 full = Share(rules.PerPoint.Units * points, h.DeviceWeight);
        MarginSum margin = h.Before.Margin.After(rules.MarginOf(h.SettledMargin, rate), h.TakenBack);
        bool forNothing = rules.Version == RewardRules.BootstrapForNothing;
        UInt128 room = forNothing ? UInt128.MaxValue : Less(margin.Whole.Units, h.Before.Cumulative.Units);
        UInt128 open = Less(rules.Bootstrap.Units, h.Before.BootstrapUsed.Units + h.Before.Waiting.Units);
        UInt128 earned = UInt128.Min(full, open), waiting = h.Before.Waiting.Units + earned;
        UInt128 bootstrap = UInt128.Min(waiting, room);
        bool warmingUp = end < h.ClaimedAt + rules.WarmUp;
        UInt128 rest = warmingUp ? Share(full - earned, rules.WarmUpShare) : full - earned;
        UInt128 share = UInt128.Min(Less(margin.Share.Units, h.Before.FromMargin.Units), room - bootstrap);
        return new Claim(h, points, waiting, margin, bootstrap, UInt128.Min(rest, share));
    }

    /// <summary>Grants all, or everybody's same share when the epoch may not mint that much; rounding stays with the cooperative.</summary>
    private static HouseholdReward Grant(RewardRules rules, uint epoch, Hash32 secret, Claim claim, UInt128 granted, UInt128 wanted)
    {
        UInt128 bootstrap = MulDiv(claim.FromBootstrap, granted, wanted), margin = MulDiv(claim.FromMargin, granted, wanted);
        HouseholdEpoch household = claim.Household;
        bool forNothing = rules.Version == RewardRules.BootstrapForNothing; // then what was not granted was lost
        RewardBalance after = new(
            new Bamnamu(household.Before.Cumulative.Units + bootstrap + margin), new Bamnamu(household.Before.BootstrapUsed.Units + bootstrap),
            new Bamnamu(forNothing ? 0 : claim.Waiting - bootstrap), claim.Margin);
        Bamnamu held = new(Less(after.Cumulative.Units, household.DealtWith.Units) + household.Locked.Units);
        return new HouseholdReward(
            household.Account, claim.Points, new Bamnamu(bootstrap + margin), after, held, household.Owned,
            new RewardLeaf(household.Account, after.Cumulative, LeafSalt.Reward(secret, household.Account)),
            new StandingLeaf(household.Account, rules.TierOf(held + household.Owned), epoch, LeafSalt.Standing(secret, household.Account)));
    }

    private static UInt128 Share(UInt128 amount, BasisPoints share) => MulDiv(amount, share.Value, 10_000);

    private static UInt128 Less(UInt128 amount, UInt128 taken) => amount > taken ? amount - taken : 0;

    /// <summary><c>a × b / c</c> rounded down, without overflow in between; zero when c is.</summary>
    internal static UInt128 MulDiv(UInt128 a, UInt128 b, UInt128 c) => c == 0 ? 0 : (UInt128)((BigInteger)a * (BigInteger)b / (BigInteger)c);

    private sealed record Claim(HouseholdEpoch Household, uint Points, UInt128 Waiting, MarginSum Margin, UInt128 FromBootstrap, UInt128 FromMargin);
}
