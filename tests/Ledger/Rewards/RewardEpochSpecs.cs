using FsCheck;
using FsCheck.Fluent;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Rewards;

namespace PantryChain.Ledger.Tests.Rewards;

public sealed class RewardEpochSpecs
{
    private const uint Epoch = 20_500;
    private static readonly RewardRules Rules = new();
    private static readonly Bamtol Rate = Bamtol.FromWon(100);
    private static readonly Hash32 Secret = Keccak256.Hash("secret");
    private static readonly DateTimeOffset LongAgo = DateTimeOffset.UnixEpoch;

    [Fact]
    public void Five_days_with_use_reach_the_first_tier_and_no_more_comes_without_a_settled_order()
    {
        RewardBalance balance = RewardBalance.New;
        List<byte> tiers = [];

        for (uint day = 0; day < 8; day++)
        {
            HouseholdReward reward = Compute(Epoch + day, Household(1, useDays: 1) with { Before = balance, ClaimedAt = Rules.EndOf(Epoch) }).Households[0];
            (balance, tiers) = (reward.After, [.. tiers, reward.Standing.Tier]);
        }

        tiers.Should().Equal(0, 0, 0, 0, 1, 1, 1, 1);
        balance.Cumulative.Should().Be(Rules.Bootstrap);
    }

    [Fact]
    public void A_settled_orders_margin_is_earned_back_in_part_and_carried_until_it_is()
    {
        RewardBalance spent = new(Rules.Bootstrap, Rules.Bootstrap, default);
        HouseholdEpoch settled = Household(1, useDays: 1) with { Before = spent, SettledMargin = Bamtol.FromWon(3_000) }; // 30 BNAM at the rate, 15 of them

        RewardBalance first = Compute(Epoch, settled).Households[0].After;
        RewardBalance second = Compute(Epoch + 1, Household(1, useDays: 1) with { Before = first }).Households[0].After;

        first.Should().Be(new RewardBalance(Bamnamu.FromTokens(60), Rules.Bootstrap, Bamnamu.FromTokens(5)));
        second.Should().Be(new RewardBalance(Bamnamu.FromTokens(65), Rules.Bootstrap, default));
    }

    [Fact]
    public void A_new_device_is_throttled_but_not_its_bootstrap()
    {
        HouseholdEpoch warm = Household(1, useDays: 1) with { SettledMargin = Bamtol.FromWon(100_000), Before = new(default, Bamnamu.FromTokens(46), default) };
        HouseholdEpoch cold = warm with { ClaimedAt = Rules.EndOf(Epoch) - TimeSpan.FromDays(3) };

        Compute(Epoch, warm).Households[0].Earned.Should().Be(Bamnamu.FromTokens(10));
        Compute(Epoch, cold).Households[0].Earned.Units.Should().Be(Bamnamu.FromTokens(4).Units + Bamnamu.FromTokens(6).Units / 10);
    }

    [Fact]
    public void A_claimed_reward_no_longer_counts_for_the_tier_and_a_locked_one_does()
    {
        HouseholdEpoch household = Household(1, useDays: 0) with { Before = new(Bamnamu.FromTokens(60), Rules.Bootstrap, default) };

        Tier(household).Should().Be(1);
        Tier(household with { DealtWith = Bamnamu.FromTokens(20) }).Should().Be(0);
        Tier(household with { DealtWith = Bamnamu.FromTokens(60), Locked = Bamnamu.FromTokens(500) }).Should().Be(2);
        Tier(household with { DealtWith = Bamnamu.FromTokens(70) }).Should().Be(0, "a burn may go beyond what was earned so far");

        static byte Tier(HouseholdEpoch household) => Compute(Epoch, household).Households[0].Standing.Tier;
    }

    [Fact]
    public void A_simulated_device_earns_nothing_where_the_registry_gives_it_no_weight() =>
        Compute(Epoch, Household(1, useDays: 1) with { DeviceWeight = default }).Households[0].Earned.Should().Be(default(Bamnamu));

    [Fact]
    public void Points_are_capped_whatever_devices_say() =>
        Compute(Epoch, Household(1, useDays: 1) with { Confirmations = uint.MaxValue, Deviations = uint.MaxValue }).Households[0].Points
            .Should().Be(Rules.MostPointsPerEpoch);

    [Fact]
    public void Every_bound_holds_for_every_list() => Prop.ForAll(Lists.ToArbitrary(), list =>
    {
        RewardRules tight = Rules with { EmissionPerEpoch = new Bamnamu(Bamnamu.FromTokens(100).Units + 7) };
        RewardEpoch epoch = RewardEpoch.Compute(tight, Epoch, Secret, Rate, list);
        Dictionary<AccountAddress, HouseholdEpoch> inputs = list.ToDictionary(h => h.Account);
        UInt128 minted = epoch.Households.Aggregate(UInt128.Zero, (sum, h) => sum + h.Earned.Units);
        return minted <= tight.EmissionPerEpoch.Units && epoch.Households.Count == list.Count && epoch.Households.All(h =>
        {
            HouseholdEpoch input = inputs[h.Account];
            UInt128 share = input.Before.MarginLeft.Units + input.SettledMargin.Hundredths * Bamnamu.FromTokens(1).Units / Rate.Hundredths / 2;
            UInt128 fromMargin = h.Earned.Units - (h.After.BootstrapUsed.Units - input.Before.BootstrapUsed.Units);
            return h.After.Cumulative == input.Before.Cumulative + h.Earned
                && h.After.BootstrapUsed.CompareTo(tight.Bootstrap) <= 0
                && fromMargin <= share && h.After.MarginLeft.Units == share - fromMargin;
        });
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_of_the_list_does_not_matter() => Prop.ForAll(Lists.ToArbitrary(), list =>
    {
        RewardEpoch forth = RewardEpoch.Compute(Rules, Epoch, Secret, Rate, list);
        RewardEpoch back = RewardEpoch.Compute(Rules, Epoch, Secret, Rate, [.. Enumerable.Reverse(list)]);
        return forth.Root == back.Root && forth.Total == back.Total && forth.Households.SequenceEqual(back.Households);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Each_household_proves_both_leaves_and_nobody_can_guess_them() => Prop.ForAll(Lists.ToArbitrary(), list =>
    {
        RewardEpoch epoch = RewardEpoch.Compute(Rules, Epoch, Secret, Rate, list);
        return epoch.Households.All(h =>
            MerkleTree.Verify(epoch.Root, epoch.Proof(h.Reward), h.Reward.Hash()) && MerkleTree.Verify(epoch.Root, epoch.Proof(h.Standing), h.Standing.Hash())
            && !MerkleTree.Verify(epoch.Root, epoch.Proof(h.Reward), (h.Reward with { Salt = Hash32.Zero }).Hash())
            && h.Reward.Salt != h.Standing.Salt && h.Reward.Salt == LeafSalt.Reward(Secret, h.Account));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_auditor_gets_the_same_root_from_secret_and_list_and_another_from_any_change()
    {
        HouseholdEpoch[] list = [Household(1, 1), Household(2, 0), Household(3, 1)];
        Hash32 published = RewardEpoch.Compute(Rules, Epoch, Secret, Rate, list).Root;

        RewardEpoch.Compute(Rules, Epoch, Secret, Rate, [.. list.Select(h => h with { })]).Root.Should().Be(published);
        RewardEpoch.Compute(Rules, Epoch, Keccak256.Hash("another"), Rate, list).Root.Should().NotBe(published);
        RewardEpoch.Compute(Rules, Epoch, Secret, Rate, [list[0], list[1], list[2] with { UseDays = 0 }]).Root.Should().NotBe(published);
        // Pinned: a change of this number changes every epoch that was ever published.
        published.ToString().Should().Be("0x821498ff97cd5c11bd949fd7850bc24619525c512895cfa045e6099fba740c50");
    }

    [Fact]
    public void A_list_with_an_account_twice_or_without_a_rate_is_refused()
    {
        FluentActions.Invoking(() => Compute(Epoch, Household(1, 1), Household(1, 0))).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => RewardEpoch.Compute(Rules, Epoch, Secret, default, [])).Should().Throw<ArgumentException>();
        Compute(Epoch).Root.Should().Be(Hash32.Zero);
    }

    private static Gen<List<HouseholdEpoch>> Lists =>
        from count in Gen.Choose(0, 30)
        from numbers in Gen.Choose(0, 1_000_000).ArrayOf(count * 8)
        select Enumerable.Range(0, count).Select(i => Of(i, numbers.AsSpan(i * 8, 8))).ToList();

    private static HouseholdEpoch Of(int account, ReadOnlySpan<int> n) => new(
        Account(account + 1), new RewardBalance(Milli(n[0]), Milli(n[1] % 50_001), Milli(n[2])),
        (uint)n[3] % 3, (uint)n[4] % 4, (uint)n[5] % 4, new Bamtol((UInt128)n[6]), new BasisPoints((ushort)(n[7] % 3 * 5_000)),
        n[7] % 2 == 0 ? LongAgo : Rules.EndOf(Epoch), Milli(n[0] / 2), Milli(n[1]));

    private static Bamnamu Milli(int thousandths) => new((UInt128)thousandths * 1_000_000_000_000_000);

    private static HouseholdEpoch Household(int account, uint useDays) => new(
        Account(account), RewardBalance.New, useDays, 0, 0, default, new BasisPoints(10_000), LongAgo, default, default);

    private static AccountAddress Account(int number) => new(AbiWord.Of((UInt128)number * 7_919).ToArray().AsSpan(12));

    private static RewardEpoch Compute(uint epoch, params HouseholdEpoch[] list) => RewardEpoch.Compute(Rules, epoch, Secret, Rate, list);
}
