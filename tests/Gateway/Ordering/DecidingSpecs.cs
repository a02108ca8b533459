using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Ordering;
using PantryChain.Reorder.Policy;

namespace PantryChain.Gateway.Tests.Ordering;

public sealed class DecidingSpecs
{
    private static readonly Gtin Milk = Samples.Milk, Rice = Samples.Rice;

    [Fact]
    public void Two_products_of_one_seller_go_together_and_each_says_so()
    {
        using DecidingWorld world = Ready();
        world.Put(Milk, 0.3);
        world.Put(Rice, 0.4);

        world.Decider.Review(Milk);

        (world.State(Milk), world.State(Rice)).Should().Be((ReorderState.Proposed, ReorderState.Proposed));
        world.Desk[Milk].Intent!.Why.SharedWith.Should().Be(1);
        world.Desk[Milk].Number.Should().Be(1, "each product has one order of its own");
    }

    [Fact]
    public void An_absence_withdraws_what_was_asked_and_orders_nothing_until_the_household_is_back()
    {
        using DecidingWorld world = Ready();
        world.Put(Milk, 0.3);
        world.Put(Rice, 20);
        world.Decider.ReviewAll();
        ReorderState before = world.State(Milk);

        world.Wishes.Leave(world.Time.Now, until: null);
        world.Decider.ReviewAll();
        (ReorderState, string?) away = (world.State(Milk), world.Desk[Milk].Note);
        ReorderAdvice advice = world.Decider.Advise(Milk);
        world.Wishes.ComeHome(world.Time.Now);
        world.Decider.ReviewAll();

        before.Should().Be(ReorderState.Proposed);
        away.Should().Be((ReorderState.Watching, Decider.NobodyHome));
        advice.Blocks.Should().Contain(ReorderBlock.Away);
        world.State(Milk).Should().Be(ReorderState.Proposed);
    }

    [Fact]
    public void Out_of_season_is_a_reason_and_the_product_wakes_by_itself_when_the_season_opens()
    {
        using DecidingWorld world = Ready(new SupplyTerms(0x7f, null, 1 << 8, null)); // September; it is March
        world.Put(Milk, 0.3);
        world.Decider.ReviewAll();
        ReorderState march = world.State(Milk);
        IReadOnlyList<ReorderBlock> why = [.. world.Decider.Advise(Milk).Blocks];

        world.Time.Now = new DateTimeOffset(2026, 9, 3, 8, 0, 0, TimeSpan.FromHours(9));
        world.Live(days: 20);
        world.Hear(new SupplyTerms(0x7f, null, 1 << 8, null));
        world.Put(Milk, 0.3);
        world.Decider.ReviewAll();

        march.Should().Be(ReorderState.Watching);
        why.Should().Contain(ReorderBlock.OutOfSeason);
        world.State(Milk).Should().Be(ReorderState.Proposed);
    }

    [Fact]
    public void The_households_own_budget_counts_what_is_signed_and_what_is_asked()
    {
        using DecidingWorld world = new(options => options with { Ordering = new OrderingOptions { HouseholdBudgetWon = 3_000, HouseholdBudgetDays = 30 } });
        Prepare(world);
        world.Put(Milk, 0.3);
        world.Put(Rice, 0.3);

        world.Decider.ReviewAll();

        new[] { world.State(Milk), world.State(Rice) }.Should().BeEquivalentTo([ReorderState.Proposed, ReorderState.Watching], "3,000 won pay for one pack of 2,950");
        Gtin waiting = world.State(Milk) == ReorderState.Proposed ? Rice : Milk;
        world.Decider.Advise(waiting).Blocks.Should().Contain(ReorderBlock.HouseholdBudgetSpent);
    }

    [Fact]
    public void A_substitute_stands_in_only_while_the_first_choice_is_absent_and_the_member_allows_it()
    {
        using DecidingWorld world = new(options => options with { Products = [options.Products[0] with { Stock = new StockOptions { Substitutes = [Rice.ToString()] } }, options.Products[1]] });
        Prepare(world);
        world.Put(Milk, 0.2);
        world.Put(Rice, 0);
        world.Hear(absent: Milk);
        world.Wishes.Allow(Milk, Rice, allowed: false);
        IReadOnlyDictionary<Gtin, ReorderAdvice> refused = world.Decider.AdviseAll();
        world.Wishes.Allow(Milk, Rice, allowed: true);
        IReadOnlyDictionary<Gtin, ReorderAdvice> allowed = world.Decider.AdviseAll();
        world.Hear();
        IReadOnlyDictionary<Gtin, ReorderAdvice> present = world.Decider.AdviseAll();

        refused[Rice].InsteadOf.Should().BeNull("then it is a product like any other");
        (allowed[Rice].InsteadOf, allowed[Rice].InsteadBecause).Should().Be((Milk, ReorderBlock.SellerAbsent));
        allowed[Rice].Quantity.Should().BePositive();
        present[Rice].Blocks.Should().Contain(ReorderBlock.SubstituteNotNeeded);
        present[Milk].Quantity.Should().BePositive();
    }

    [Fact]
    public void Lead_times_are_learnt_from_own_deliveries_and_folded_again_after_a_kill()
    {
        using DecidingWorld world = Ready();
        StoreOffer offer = world.Known.Offers[0];
        (LeadTime before, uint none) = world.Situations.LeadOf(offer);
        for (byte i = 1; i <= 8; i++)
            world.Deliver(i, Samples.Morning.AddDays(10 * i), Samples.Morning.AddDays(10 * i + 5));

        (LeadTime after, uint seen) = world.Situations.LeadOf(offer);
        world.Restart();
        (LeadTime again, uint kept) = world.Situations.LeadOf(offer);

        (before.MedianDays, none).Should().Be((2, 0u));
        (after.MedianDays, seen).Should().Be((5, 8u));
        again.Chances.Should().Equal(after.Chances);
        kept.Should().Be(8);
    }

    [Fact]
    public void Delivery_days_say_when_the_goods_come_and_holidays_are_none()
    {
        using DecidingWorld world = Ready(new SupplyTerms(1 << (int)DayOfWeek.Tuesday, new TimeOnly(14, 0), 0xfff, null));
        File.WriteAllText(world.Folder.Inside("holidays.txt"), $"closed {NextTuesday(world):yyyy-MM-dd} 장날 | Market day\n");
        world.Put(Milk, 0.3);
        DateTimeOffset arrives = world.Decider.Advise(Milk).Why!.ArrivesAt;

        world.Restart();
        world.Hear(new SupplyTerms(1 << (int)DayOfWeek.Tuesday, new TimeOnly(14, 0), 0xfff, null));
        world.Put(Milk, 0.3);
        DateTimeOffset closed = world.Decider.Advise(Milk).Why!.ArrivesAt;

        arrives.DayOfWeek.Should().Be(DayOfWeek.Tuesday);
        closed.Should().Be(arrives.AddDays(7));
    }

    [Fact]
    public void A_product_that_was_taken_off_its_slot_is_unknown_and_not_empty()
    {
        using DecidingWorld world = Ready();
        world.Household = GatewayFile.Check(Samples.Options with { Slots = [Samples.Options.Slots[1]] }, "gateway.json");
        world.Restart();
        world.Hear();
        world.Put(Rice, 20);

        world.Decider.ReviewAll();

        world.State(Milk).Should().Be(ReorderState.Watching);
        world.Decider.Advise(Milk).Blocks.Should().Contain(ReorderBlock.StillLearning);
    }

    [Fact]
    public void Another_pack_size_keeps_the_count_of_packs_and_orders_go_on()
    {
        using DecidingWorld world = Ready();
        uint before = world.Learner.PatternOf(Milk, world.Time.Now)!.Value.Cycles;
        world.Household = GatewayFile.Check(
            Samples.Options with { Products = [Samples.Options.Products[0] with { PackGrams = 2126 }, Samples.Options.Products[1]] }, "gateway.json");

        world.Restart();
        uint after = world.Learner.PatternOf(Milk, world.Time.Now)!.Value.Cycles;
        world.Live(days: 10);

        after.Should().Be(before, "the chain heard that number");
        world.Learner.PatternOf(Milk, world.Time.Now)!.Value.Cycles.Should().BeGreaterThan(before);
    }

    [Fact]
    public void A_clock_that_starts_in_1970_orders_nothing_and_loses_nothing()
    {
        using DecidingWorld world = Ready();
        DateTimeOffset now = world.Time.Now;
        uint before = world.Learner.PatternOf(Milk, now)!.Value.Cycles;
        world.Put(Milk, 0.3);

        world.Time.Now = new DateTimeOffset(1970, 1, 1, 9, 5, 0, TimeSpan.FromHours(9));
        world.Restart();
        world.Hear();
        world.Put(Milk, 0.3);
        world.Use(Milk, 1100);
        world.Decider.ReviewAll();
        ReorderState without = world.State(Milk);
        IReadOnlyList<ReorderBlock> why = [.. world.Decider.Advise(Milk).Blocks];
        world.Time.Now = now.AddHours(12);
        world.Use(Milk, 250);
        world.Live(days: 3);

        without.Should().Be(ReorderState.Watching);
        why.Should().Contain(ReorderBlock.ClockUncertain);
        world.Learner.PatternOf(Milk, world.Time.Now)!.Value.Cycles.Should().BeGreaterThan(before, "what was used then counts");
    }

    private static DateTime NextTuesday(DecidingWorld world)
    {
        world.Put(Milk, 0.3);
        return TimeZoneInfo.ConvertTime(world.Decider.Advise(Milk).Why!.ArrivesAt, world.Household.Zone).Date;
    }

    private static DecidingWorld Ready(SupplyTerms? supply = null)
    {
        DecidingWorld world = new();
        Prepare(world, supply);
        return world;
    }

    private static void Prepare(DecidingWorld world, SupplyTerms? supply = null)
    {
        world.Give(Milk);
        world.Give(Rice);
        world.Live(days: 24);
        world.Hear(supply);
        world.Put(Milk, 20);
        world.Put(Rice, 20);
    }
}
