using FsCheck;
using FsCheck.Fluent;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Reorder.Patterns;
using PantryChain.Reorder.Policy;

namespace PantryChain.Reorder.Tests.Policy;

public sealed class OrderSizeSpecs
{
    private static readonly ReorderPolicy Policy = new();

    [Fact]
    public void The_smallest_quantity_that_lasts_until_the_order_after_this_one_is_taken() =>
        Prop.ForAll(Gen.Choose(0, 1200).ToArbitrary(), grams =>
        {
            ReorderSituation s = Rich(grams / 1000.0);
            uint quantity = Policy.Advise(s).Quantity;
            return quantity == 0 || (Miss(s, quantity) <= 0.25 && (quantity == 1 || Miss(s, quantity - 1) > 0.25));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0.0, 0.05)]
    [InlineData(0.05, 0.025)]
    [InlineData(0.09, 0.005)]
    [InlineData(0.1, 0.001)]
    public void A_bound_that_had_to_be_widened_lowers_the_risk_that_calls_by_the_share_of_misses_it_leaves(double shift, double calls) =>
        Policy.RiskThatCalls(Rich(1.0) with { Pattern = PolicySamples.Pattern with { LevelShift = shift } }).Should().BeApproximately(calls, 1e-9);

    [Fact]
    public void A_perishable_is_ordered_only_as_far_as_it_is_used_up_in_time() =>
        Prop.ForAll(Gen.Choose(0, 1200).Zip(Gen.Choose(1, 40)).ToArbitrary(), v =>
        {
            ReorderSituation s = Rich(v.Item1 / 1000.0) with { Rules = new ProductRules { ShelfLifeDays = v.Item2 } };
            ReorderAdvice advice = Policy.Advise(s);
            ShelfForecast rate = ReorderPolicy.Rate(PolicySamples.Pattern);
            double older = Math.Max(0.0, s.Packs - rate.PacksPerDay * 2.0);
            bool usedUp = advice.Quantity == 0 || rate.ChanceOfUsingMore(older + advice.Quantity, v.Item2) >= 0.8;
            bool noLess = advice.Limit != ReorderLimit.Expiry || rate.ChanceOfUsingMore(older + advice.Quantity + 1, v.Item2) < 0.8;
            return usedUp && noLess && advice.Quantity == 0 == (!advice.Due || advice.Blocks.Contains(ReorderBlock.ExpiresBeforeUse));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_limit_holds_in_whole_multiples() =>
        Prop.ForAll(Gen.Choose(0, 1200).Zip(Gen.Choose(1, 4)).Zip(Gen.Choose(1, 12)).Zip(Gen.Choose(500, 6000)).ToArbitrary(), v =>
        {
            (((int grams, int multiple), int most), int maximum) = v;
            ReorderSituation s = Rich(grams / 1000.0) with
            {
                OrderMultiple = (uint)multiple, Mandate = PolicySamples.Mandate(PolicySamples.Milk, (uint)most), Rules = new ProductRules { Maximum = Mass.FromGrams(maximum) },
            };
            ReorderAdvice advice = Policy.Advise(s);
            return advice.Quantity % multiple == 0 && advice.Quantity <= most && (advice.Quantity == 0 || grams + advice.Quantity * 1000 <= maximum)
                && advice.Quantity > 0 == (advice.Due && advice.Blocks.IsEmpty);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Below_the_minimum_it_is_ordered_whatever_the_pattern_says_and_up_to_the_minimum_at_least()
    {
        ReorderSituation s = Rich(packs: 5.0) with { Rules = new ProductRules { Minimum = Mass.FromGrams(8000) } };

        ReorderAdvice advice = Policy.Advise(s);

        Policy.Advise(Rich(packs: 5.0)).Due.Should().BeFalse();
        advice.Quantity.Should().BeGreaterThanOrEqualTo(3);
        advice.Why!.Cause.Should().Be(ReorderCause.BelowMinimum);
        advice.Why.Minimum.Should().Be(Mass.FromGrams(8000));
    }

    [Fact]
    public void Goods_that_land_in_time_count_as_stock_and_those_that_land_later_do_not()
    {
        ReorderSituation low = Rich(packs: 0.6);

        Policy.Advise(low with { IncomingPacks = 3.0, IncomingDays = 1.0 }).Due.Should().BeFalse();
        Policy.Advise(low with { IncomingPacks = 3.0, IncomingDays = 9.0 }).Due.Should().BeTrue();
    }

    [Fact]
    public void A_busy_week_is_ordered_for_earlier_and_more()
    {
        ReorderSituation usual = Rich(packs: 1.8), busy = usual with { DemandMultiplier = 1.6 };

        Policy.Risk(busy).Should().BeGreaterThan(Policy.Risk(usual));
        Policy.Advise(busy).Why!.DaysLeftHigh.Should().BeLessThan(Policy.Advise(usual).Why!.DaysLeftHigh);
        Policy.Advise(Rich(0.2) with { DemandMultiplier = 3.0 }).Quantity.Should().BeGreaterThan(Policy.Advise(Rich(0.2)).Quantity);
    }

    [Fact]
    public void Costs_set_the_service_level_and_the_level_sets_the_moment()
    {
        ProductRules.LevelOf(19, 1).Should().BeApproximately(0.95, 1e-12);
        ProductRules.LevelOf(0, 1).Should().Be(0.5);
        ProductRules.LevelOf(1, 0).Should().Be(0.999);
        ((Action)(() => ProductRules.LevelOf(0, 0))).Should().Throw<ArgumentOutOfRangeException>();
        ReorderSituation s = Rich(packs: 1.6);

        Policy.Advise(s with { Rules = new ProductRules { ServiceLevel = 0.999 } }).Due.Should().BeTrue();
        Policy.Advise(s with { Rules = new ProductRules { ServiceLevel = 0.5 } }).Due.Should().BeFalse();
        Policy.Advise(s with { Rules = new ProductRules { ServiceLevel = 0.9 }, Pattern = PolicySamples.Pattern with { LevelShift = 0.095 } }).Due.Should().BeTrue("the monitor asks for more");
    }

    [Fact]
    public void The_last_look_never_allows_more_than_was_decided_nor_more_than_the_terms_of_now() =>
        Prop.ForAll(Gen.Choose(0, 5).Zip(Gen.Choose(0, 5)).Zip(Gen.Choose(0, 9)).ToArbitrary(), v =>
        {
            ((int decided, int most), int thousands) = v;
            ReorderSituation now = Rich(0.2) with { Mandate = PolicySamples.Mandate(PolicySamples.Milk, (uint)most), Funds = Bamtol.FromWon((ulong)thousands * 1000) };
            ReorderAdvice last = Policy.Confirm((uint)decided, now);
            return last.Quantity == Math.Min(Math.Min(decided, most), thousands * 1000 / 2500);
        }).QuickCheckThrowOnFailure();

    private static double Miss(in ReorderSituation s, uint quantity)
    {
        ShelfForecast rate = ReorderPolicy.Rate(PolicySamples.Pattern);
        double packs = s.Packs + quantity, ended = s.Lead.MedianDays + s.SettlingDays, toNext = s.Pattern!.Value.PacksToNextCycle;
        double onceEnded = s.Lead.Chances.Sum(l => l.Chance * rate.ChanceOfUsingMore(packs, l.Days + 1.0 + ended));
        double onceUsed = s.Lead.Chances.Sum(l => l.Chance * rate.ChanceOfUsingMore(packs - toNext, l.Days + 1.0));
        return Math.Max(onceEnded, onceUsed);
    }

    private static ReorderSituation Rich(double packs) => PolicySamples.Situation(packs) with
    {
        Mandate = PolicySamples.Mandate(PolicySamples.Milk, most: 50), BudgetLeft = Bamtol.FromWon(1_000_000), Funds = Bamtol.FromWon(1_000_000),
    };
}
