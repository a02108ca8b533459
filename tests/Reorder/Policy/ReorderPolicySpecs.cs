using FsCheck;
using FsCheck.Fluent;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Reorder.Policy;

namespace PantryChain.Reorder.Tests.Policy;

public sealed class ReorderPolicySpecs
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 9, 0, 0, TimeSpan.FromHours(9));
    private static readonly Gtin Milk = Gtin.Restricted(1);
    private static readonly Mandate Mandate = new(
        default, Milk, MaxQuantity: 3, Bamtol.FromWon(3000), Bamtol.FromWon(30_000), PeriodDays: 30, MinCycles: 3, MinTier: 1,
        new BasisPoints(2000), default, Now.AddDays(300), Nonce: 1);

    [Fact]
    public void A_full_shelf_waits_and_an_almost_empty_one_is_ordered_for_with_its_numbers()
    {
        ReorderAdvice full = new ReorderPolicy().Advise(Situation(packs: 6)), low = new ReorderPolicy().Advise(Situation(packs: 0.6));

        full.Due.Should().BeFalse();
        full.Quantity.Should().Be(0);
        low.Due.Should().BeTrue();
        low.Blocks.Should().BeEmpty();
        low.Quantity.Should().BeInRange(1, 3);
        low.Why!.Level.Should().Be(Mass.FromGrams(600));
        low.Why.DaysLeftLow.Should().BeLessThan(low.Why.DaysLeftHigh);
        low.Why.ArrivesAt.Should().Be(Now.AddDays(2));
        low.Why.StockOutRisk.Should().BeGreaterThan(0.05);
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(0.9)]
    public void A_card_and_the_reason_beside_it_tell_one_range_of_days(double spreadOfTheRunningPack)
    {
        ReorderSituation situation = PolicySamples.Situation(packs: 0.6);
        ConsumptionPattern begun = situation.Pattern!.Value with { RateShape = 2.0 + 1.0 / (spreadOfTheRunningPack * spreadOfTheRunningPack), UsualSpread = 0.15 };

        DaysLeft card = DaysLeft.Of(begun, packs: 0.6);
        ReorderReason reason = new ReorderPolicy().Advise(situation with { Pattern = begun }).Why!;

        (reason.DaysLeftLow, reason.DaysLeftHigh).Should().Be((card.Low!.Value, card.High!.Value));
        DaysLeft unaware = DaysLeft.Of(begun with { UsualSpread = null }, packs: 0.6);
        (card.High - card.Low).Should().BeLessThan((unaware.High - unaware.Low)!.Value, "what is known over packs counts, not how little is known of the one that was just opened");
    }

    [Fact]
    public void It_orders_exactly_below_its_reorder_point() =>
        Prop.ForAll(Gen.Choose(0, 5000).ToArbitrary(), thousandths =>
        {
            ReorderPolicy policy = new();
            double packs = thousandths / 1000.0, point = policy.ReorderPoint(Situation(packs));
            return Math.Abs(packs - point) < 1e-4 || policy.Advise(Situation(packs)).Due == packs < point;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_quantity_is_whole_packs_that_mandate_budget_and_funds_allow() =>
        Prop.ForAll(Gen.Choose(0, 1200).Three().ToArbitrary(), v =>
        {
            Bamtol budget = Bamtol.FromWon((ulong)v.Item2 * 10), funds = Bamtol.FromWon((ulong)v.Item3 * 10), price = Bamtol.FromWon(2500);
            ReorderAdvice advice = new ReorderPolicy().Advise(Situation(v.Item1 / 1000.0) with { BudgetLeft = budget, Funds = funds });
            bool payable = (price * advice.Quantity).CompareTo(budget) <= 0 && (price * advice.Quantity).CompareTo(funds) <= 0;
            return payable && advice.Quantity <= Mandate.MaxQuantity && advice.Quantity > 0 == (advice.Due && advice.Blocks.Count == 0);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Less_stock_never_lowers_the_risk_or_the_quantity()
    {
        List<ReorderAdvice> falling = [.. Enumerable.Range(0, 30).Select(i => new ReorderPolicy().Advise(Situation(3.0 - i / 10.0)))];

        falling.Select(a => a.Why!.StockOutRisk).Should().BeInAscendingOrder();
        falling.Select(a => a.Quantity).Should().BeInAscendingOrder();
    }

    public static TheoryData<ReorderBlock, string> Obstacles => new()
    {
        { ReorderBlock.StillLearning, "no pattern" }, { ReorderBlock.TooFewCycles, "two cycles" }, { ReorderBlock.StandingTooLow, "tier 0" },
        { ReorderBlock.BudgetSpent, "no budget" }, { ReorderBlock.PriceTooHigh, "dear" }, { ReorderBlock.NoMandate, "no mandate" },
        { ReorderBlock.MandateExpired, "expired" }, { ReorderBlock.Paused, "paused" }, { ReorderBlock.SensorFault, "fault" },
        { ReorderBlock.OpenOrder, "order" }, { ReorderBlock.SellerAbsent, "no seller" }, { ReorderBlock.NothingUsedSinceLastOrder, "ordered" },
        { ReorderBlock.FundsTooLow, "no funds" }, { ReorderBlock.StockUncertain, "inbox" }, { ReorderBlock.ClockUncertain, "clock" },
        { ReorderBlock.OutOfSeason, "season" }, { ReorderBlock.Away, "away" }, { ReorderBlock.ExpiresBeforeUse, "perishable" },
        { ReorderBlock.StockAtMaximum, "maximum" }, { ReorderBlock.HouseholdBudgetSpent, "household budget" }, { ReorderBlock.NeedUnderWay, "substitute" },
        { ReorderBlock.SmallestOrderTooLarge, "case of twelve" },
    };

    [Theory]
    [MemberData(nameof(Obstacles))]
    public void Each_obstacle_is_named_and_alone_keeps_an_order_from_being_placed(ReorderBlock block, string obstacle)
    {
        ReorderSituation free = Situation(packs: 0.3);
        ReorderSituation blocked = obstacle switch
        {
            "no pattern" => free with { Pattern = null, Mandate = Mandate with { MinCycles = 0 } },
            "two cycles" => free with { Pattern = Pattern with { Cycles = 2 } },
            "tier 0" => free with { Tier = 0 },
            "no budget" => free with { BudgetLeft = Bamtol.FromWon(2499) },
            "dear" => free with { UnitPrice = Bamtol.FromWon(3001) },
            "no mandate" => free with { Mandate = null },
            "expired" => free with { Mandate = Mandate with { ValidUntil = Now } },
            "paused" => free with { Paused = true },
            "fault" => free with { SensorTrusted = false },
            "order" => free with { OrderUnderWay = true },
            "no seller" => free with { UnitPrice = null },
            "inbox" => free with { StockCertain = false },
            "clock" => free with { Pattern = Pattern with { Doubts = PatternDoubts.ClockLeapt } },
            "season" => free with { Rules = new ProductRules { Season = Season.OfMonths(5, 6) } },
            "away" => free with { Away = true },
            "perishable" => free with { Rules = new ProductRules { ShelfLifeDays = 1.0 } },
            "maximum" => free with { Rules = new ProductRules { Maximum = Mass.FromGrams(1200) } },
            "household budget" => free with { HouseholdBudgetLeft = Bamtol.FromWon(2499) },
            "substitute" => free with { NeedUnderWay = true },
            "case of twelve" => free with { OrderMultiple = 12, BudgetLeft = Bamtol.FromWon(99_000), Funds = Bamtol.FromWon(99_000) },
            "ordered" => free with { LastOrderedCycle = Pattern.Cycles },
            _ => free with { Funds = Bamtol.FromWon(2499) },
        };

        ReorderAdvice advice = new ReorderPolicy().Advise(blocked);

        advice.Blocks.Should().Equal(block);
        advice.Quantity.Should().Be(0);
    }

    [Fact]
    public void Every_block_reason_has_its_obstacle_above() =>
        Obstacles.Select(row => (ReorderBlock)row[0]).Concat([ReorderBlock.DeliveryDayAwaited, ReorderBlock.SubstituteNotNeeded]) // tested with deliveries and needs
            .Order().Should().Equal(Enum.GetValues<ReorderBlock>());

    [Fact]
    public void Automatic_comes_only_after_two_accepted_proposals_and_a_known_rate()
    {
        ReorderPolicy policy = new();

        policy.ModeFor(MandateMode.Auto, approvals: 1, Pattern).Should().Be(MandateMode.Approve);
        policy.ModeFor(MandateMode.Auto, approvals: 2, Pattern).Should().Be(MandateMode.Auto);
        policy.ModeFor(MandateMode.Auto, approvals: 2, Pattern with { RateShape = 5.0 }).Should().Be(MandateMode.Approve);
        policy.ModeFor(MandateMode.Shadow, approvals: 9, Pattern).Should().Be(MandateMode.Shadow);
        policy.ModeFor(MandateMode.Approve, approvals: 9, Pattern).Should().Be(MandateMode.Approve);
    }

    [Fact]
    public void A_slower_seller_is_ordered_from_earlier()
    {
        LeadTime slow = new(new Dictionary<int, double> { [4] = 1, [5] = 3 });

        slow.MedianDays.Should().Be(5);
        slow.Chances.Sum(c => c.Chance).Should().BeApproximately(1.0, 1e-12);
        new ReorderPolicy().ReorderPoint(Situation(1.0) with { Lead = slow }).Should().BeGreaterThan(new ReorderPolicy().ReorderPoint(Situation(1.0)));
    }

    [Theory]
    [InlineData(-1, 1.0)]
    [InlineData(1, -0.1)]
    [InlineData(1, 0.0)]
    [InlineData(1, double.NaN)]
    public void A_lead_time_without_chances_is_refused(int days, double chance)
    {
        Action make = () => _ = new LeadTime(new Dictionary<int, double> { [days] = chance });

        make.Should().Throw<ArgumentException>();
    }

    private static ConsumptionPattern Pattern => PolicySamples.Pattern;

    private static ReorderSituation Situation(double packs) => new(
        Now, Mass.FromGrams(1000), Mass.FromGrams(packs * 1000), SensorTrusted: true, Pattern, LeadTime.Usual, Mandate, Bamtol.FromWon(2500),
        Bamtol.FromWon(30_000), Bamtol.FromWon(50_000), Tier: 1, LastOrderedCycle: null, OrderUnderWay: false, Paused: false);
}
