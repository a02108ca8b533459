using FsCheck;
using FsCheck.Fluent;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Reorder.Policy;

namespace PantryChain.Reorder.Tests.Policy;

public sealed class ReorderPlannerSpecs
{
    private static readonly AccountAddress Dairy = AccountAddress.Parse("0x" + new string('1', 40)), Mill = AccountAddress.Parse("0x" + new string('2', 40));
    private static readonly ReorderPlanner Planner = new(new ReorderPolicy());

    [Fact]
    public void A_short_purse_goes_to_what_runs_out_first()
    {
        ReorderAdvice[] advice = Planner.Plan([Milk(0.9, Dairy, household: 4000), Rice(0.1, Mill, household: 4000)]);

        advice[1].Quantity.Should().Be(1);
        advice[1].Limit.Should().Be(ReorderLimit.Money);
        advice[0].Quantity.Should().Be(0);
        advice[0].Blocks.Should().Equal(ReorderBlock.HouseholdBudgetSpent);
    }

    [Fact]
    public void Whatever_is_planned_is_paid_by_funds_and_household_budget_together() =>
        Prop.ForAll(Gen.Choose(0, 3000).Three().Zip(Gen.Choose(0, 30).Two()).ToArbitrary(), v =>
        {
            ((int milk, int oat, int rice), (int funds, int household)) = v;
            ReorderCandidate[] all = [Milk(milk / 1000.0, Dairy), Of(PolicySamples.Oat, oat / 1000.0, Dairy), Rice(rice / 1000.0, Mill)];
            all = [.. all.Select(one => one with { Situation = one.Situation with { Funds = Bamtol.FromWon((ulong)funds * 1000), HouseholdBudgetLeft = Bamtol.FromWon((ulong)household * 1000) } })];
            long packs = Planner.Plan(all).Sum(advice => advice.Quantity);
            return packs * 2500 <= Math.Min(funds, household) * 1000;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_nearly_due_shares_a_delivery_that_the_same_seller_makes_anyway()
    {
        double nearly = NearlyDue();
        ReorderAdvice[] together = Planner.Plan([Milk(0.3, Dairy), Rice(nearly, Dairy)]), apart = Planner.Plan([Milk(0.3, Dairy), Rice(nearly, Mill)]), alone = Planner.Plan([Rice(nearly, Dairy)]);

        together[1].Quantity.Should().BePositive();
        together[1].Due.Should().BeFalse();
        together[1].Why!.Cause.Should().Be(ReorderCause.SharesDelivery);
        together.Select(advice => advice.SharedWith).Should().Equal(1, 1);
        apart[1].Quantity.Should().Be(0);
        alone[0].Quantity.Should().Be(0);
        Planner.Plan([Milk(0.3, Dairy), Rice(6.0, Dairy)])[1].Quantity.Should().Be(0, "it is far from due");
    }

    [Theory]
    [InlineData("absent", ReorderBlock.SellerAbsent)]
    [InlineData("season", ReorderBlock.OutOfSeason)]
    [InlineData("dear", ReorderBlock.PriceTooHigh)]
    public void A_substitute_stands_in_only_while_the_first_choice_cannot_be_had(string obstacle, ReorderBlock because)
    {
        ReorderCandidate milk = Milk(0.2, Dairy), gone = milk with
        {
            Situation = obstacle switch
            {
                "absent" => milk.Situation with { UnitPrice = null },
                "season" => milk.Situation with { Rules = new ProductRules { Season = Season.OfMonths(9) } },
                _ => milk.Situation with { UnitPrice = Bamtol.FromWon(3001) },
            },
        };

        ReorderAdvice[] there = Planner.Plan([milk, Oat(0.0)]), absent = Planner.Plan([gone, Oat(0.0)]);

        there[0].Quantity.Should().BePositive();
        there[1].Blocks.Should().Equal(ReorderBlock.SubstituteNotNeeded);
        absent[0].Blocks.Should().Contain(because);
        absent[1].Quantity.Should().BePositive();
        absent[1].Why!.InsteadOf.Should().Be(PolicySamples.Milk);
        absent[1].Why!.InsteadBecause.Should().Be(because);
    }

    [Fact]
    public void Only_one_of_several_substitutes_is_taken_and_only_within_the_first_choice_s_terms()
    {
        ReorderCandidate gone = Milk(0.2, Dairy) with { Situation = PolicySamples.Situation(0.2) with { UnitPrice = null, Mandate = PolicySamples.Mandate(PolicySamples.Milk, most: 1, price: 2600) } };
        ReorderCandidate dear = Oat(0.0) with { Situation = Oat(0.0).Situation with { UnitPrice = Bamtol.FromWon(2900) } };
        ReorderCandidate third = Oat(0.0) with { Gtin = PolicySamples.Rice };

        ReorderAdvice[] advice = Planner.Plan([gone, dear, third, third with { Gtin = Gtin.Restricted(9) }]);

        advice.Select(one => one.Quantity).Should().Equal(0u, 0u, 1u, 0u);
        advice[1].Blocks.Should().Equal(ReorderBlock.PriceTooHigh);
        advice[3].Blocks.Should().Equal(ReorderBlock.SubstituteNotNeeded);
    }

    [Fact]
    public void While_one_of_a_need_is_under_way_the_others_wait_and_its_stock_counts_for_all()
    {
        ReorderCandidate coming = Oat(0.0) with { Situation = Oat(0.0).Situation with { OrderUnderWay = true } };

        Planner.Plan([Milk(0.2, Dairy), coming])[0].Blocks.Should().Equal(ReorderBlock.NeedUnderWay);
        Planner.Plan([Milk(0.2, Dairy), Oat(4.0)])[0].Due.Should().BeFalse("four packs of the substitute serve the need");
        Planner.Plan([Milk(0.2, Dairy) with { Situation = PolicySamples.Situation(0.2) with { OrderUnderWay = true, UnitPrice = null } }, Oat(0.0)])[1]
            .Blocks.Should().Contain(ReorderBlock.NeedUnderWay);
    }

    [Fact]
    public void What_substitutes_cost_counts_against_the_first_choice_s_budget()
    {
        ReorderCandidate spent = Oat(0.0) with { Situation = Oat(0.0).Situation with { BudgetLeft = Bamtol.FromWon(2000) } }; // 28,000 of 30,000 won are gone

        Planner.Plan([Milk(0.2, Dairy), spent])[0].Blocks.Should().Equal(ReorderBlock.BudgetSpent);
    }

    [Fact]
    public void A_household_without_substitutes_is_planned_without_allocation()
    {
        ReorderCandidate[] all = [Milk(0.3, Dairy), Rice(NearlyDue(), Dairy), Of(Gtin.Restricted(7), 6.0, Mill)];
        ReorderAdvice[] advice = new ReorderAdvice[3];
        Planner.Plan(all, advice);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Planner.Plan(all, advice);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
        ((Action)(() => Planner.Plan(all, new ReorderAdvice[2]))).Should().Throw<ArgumentException>();
    }

    /// <summary>A stock at which the risk lies between the level that shares a delivery and the one that calls for it.</summary>
    private static double NearlyDue() =>
        Enumerable.Range(0, 400).Select(i => i / 100.0).First(packs => new ReorderPolicy().Risk(PolicySamples.Situation(packs)) is > 0.012 and < 0.048);

    private static ReorderCandidate Milk(double packs, AccountAddress seller, ulong household = 1_000_000) => Of(PolicySamples.Milk, packs, seller, household);

    private static ReorderCandidate Rice(double packs, AccountAddress seller, ulong household = 1_000_000) => Of(PolicySamples.Rice, packs, seller, household);

    private static ReorderCandidate Oat(double packs) => Of(PolicySamples.Oat, packs, Dairy) with { SubstituteFor = PolicySamples.Milk };

    private static ReorderCandidate Of(Gtin gtin, double packs, AccountAddress seller, ulong household = 1_000_000) =>
        new(gtin, seller, PolicySamples.Situation(packs, gtin) with { HouseholdBudgetLeft = Bamtol.FromWon(household) });
}
