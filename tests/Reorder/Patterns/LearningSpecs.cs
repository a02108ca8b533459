using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Reorder.Patterns;

namespace PantryChain.Reorder.Tests.Patterns;

/// <summary>What the book makes of changes, absences, odd days, empty shelves and what members say.</summary>
public sealed class LearningSpecs
{
    private static readonly Gtin Milk = Pantry.Of(1).Gtin;

    [Fact]
    public void A_product_takes_less_than_512_bytes() => Unsafe.SizeOf<ProductHistory>().Should().BeLessThan(512);

    [Fact]
    public void Learning_and_forecasting_a_day_takes_no_memory()
    {
        Pantry home = new(products: 30);
        for (int product = 1; product <= 30; product++)
            home.Book.Track(Pantry.Of(product) with { Pack = Mass.FromGrams(500_000) }); // no pack ends, so no finding, which the journal would hold, takes memory
        List<ThingEvent> events = [];
        for (int day = 0; day < 120; day++)
        {
            home.NextDay();
            for (int product = 1; product <= 30; product++)
                events.Add(home.Event(product, ThingEventKind.Used, -300 + 5 * product));
        }
        foreach (ThingEvent seen in events.Take(events.Count / 2))
            home.Book.Learn(seen);
        HouseholdDay today = home.Today;
        Gtin[] products = [.. Enumerable.Range(1, 30).Select(product => Pantry.Of(product).Gtin)];
        _ = home.Book.Pattern(Milk, today);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = events.Count / 2; i < events.Count; i++)
            home.Book.Learn(events[i]);
        double sum = 0.0;
        foreach (Gtin product in products)
            sum += home.Book.Pattern(product, today.Next())!.Value.PacksPerDay;
        _ = home.Book.Outlook(today);
        long after = GC.GetAllocatedBytesForCurrentThread();

        sum.Should().BeGreaterThan(0.0);
        (after - before).Should().BeLessThan(1000, "1,800 events or 30 forecasts that took memory would take more");
    }

    [Fact]
    public void A_member_s_word_counts_as_two_cycles_and_is_replaced_when_it_is_given_again()
    {
        Pantry told = new(), silent = new();
        foreach (Pantry home in new[] { told, silent })
            home.Learn(1, ThingEventKind.Snapshot, 0, level: 5000);
        told.Book.Tell(Milk, 30.0);
        told.Book.Tell(Milk, 4.0);
        CycleForecast expected = CycleHistory.Empty.Learn(4.0, 1.0).Learn(4.0, 1.0).Forecast(PriorTable.Shipped.Of("class 1"));

        told.Pattern(1).MedianCycleDays.Should().BeApproximately(expected.MedianDays, 1e-9);
        told.Pattern(1).Cycles.Should().Be(0);
        told.Pattern(1).Stage.Should().Be(PatternStage.Learning, "a word is no cycle");
        told.Book.Tell(Milk, null);
        told.Pattern(1).Should().Be(silent.Pattern(1));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-3.0)]
    [InlineData(double.NaN)]
    [InlineData(1e9)]
    public void A_word_that_is_no_time_is_refused(double days)
    {
        Action tell = () => new PatternBook().Tell(Milk, days);

        tell.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*Give the days that one pack lasts*");
    }

    [Fact]
    public void Even_products_of_one_household_teach_a_new_one_pace_and_evenness()
    {
        Pantry home = new(products: 12);
        home.Learn(12, ThingEventKind.Snapshot, 0, level: 5000);
        ConsumptionPattern before = home.Pattern(12);
        for (int day = 0; day < 120; day++)
        {
            home.NextDay();
            for (int product = 1; product <= 11; product++)
                home.Learn(product, ThingEventKind.Used, -250);
        }

        ConsumptionPattern after = home.Pattern(12);

        after.MedianCycleDays.Should().BeLessThan(0.7 * before.MedianCycleDays, "all other packs last four days");
        after.CycleSigma.Should().BeLessThan(before.CycleSigma);
    }

    [Fact]
    public void An_empty_shelf_is_no_slow_use()
    {
        Pantry home = new(), stocked = new();
        foreach (Pantry of in new[] { home, stocked })
        {
            of.Learn(1, ThingEventKind.Snapshot, 0, level: 3000);
            of.Daily(1, days: 12, grams: 250);
        }
        home.NextDay(9);
        home.Learn(1, ThingEventKind.Restocked, 3000);
        stocked.Learn(1, ThingEventKind.Restocked, 3000);
        home.Daily(1, days: 8, grams: 250);
        stocked.Daily(1, days: 8, grams: 250);

        home.Pattern(1).MedianCycleDays.Should().BeApproximately(stocked.Pattern(1).MedianCycleDays, 0.3);
        home.Pattern(1).PacksPerDay.Should().BeApproximately(stocked.Pattern(1).PacksPerDay, 0.02);
    }

    [Fact]
    public void A_pack_of_twice_the_size_is_foretold_to_last_twice_as_long()
    {
        Pantry home = new();
        home.Learn(1, ThingEventKind.Snapshot, 0, level: 9000);
        home.Daily(1, days: 24, grams: 250);
        ConsumptionPattern before = home.Pattern(1);

        home.Book.Track(Pantry.Of(1) with { Pack = Mass.FromGrams(2000) });
        ConsumptionPattern after = home.Pattern(1);

        after.PacksPerDay.Should().BeApproximately(before.PacksPerDay / 2, 0.03 * before.PacksPerDay);
        after.MedianCycleDays.Should().BeInRange(1.6 * before.MedianCycleDays, 2.1 * before.MedianCycleDays);
        after.Cycles.Should().Be(before.Cycles, "told cycles stay told");
    }

    [Fact]
    public void A_journal_of_smaller_packs_is_counted_with_the_packs_of_its_day()
    {
        Pantry home = new();
        home.Learn(1, ThingEventKind.Snapshot, 0, level: 9000);
        home.Daily(1, days: 24, grams: 250);
        PatternBook anew = new();
        anew.Track(Pantry.Of(1) with { Pack = Mass.FromGrams(4000) });
        foreach (ThingEvent seen in home.Written)
            anew.Learn(seen);

        ConsumptionPattern pattern = anew.Pattern(Milk, home.Today)!.Value;

        pattern.Cycles.Should().Be(home.Pattern(1).Cycles);
        pattern.PacksPerDay.Should().BeApproximately(250.0 / 4000.0, 0.01);
        pattern.MedianCycleDays.Should().BeInRange(11.0, 17.0, "a four kilogram pack lasts sixteen days");
    }

    [Fact]
    public void What_a_product_left_on_a_slot_that_is_another_s_now_is_no_stock()
    {
        Pantry home = new(products: 2);
        home.Learn(1, ThingEventKind.Snapshot, 0, level: 3000, slot: 1);
        home.Learn(1, ThingEventKind.Snapshot, 0, level: 2000, slot: 2);
        home.Book.Stock(Milk)!.Value.Grams.Should().Be(5000);

        home.Book.Track(Pantry.Of(1), [new SlotId(2)]);

        home.Book.Stock(Milk)!.Value.Grams.Should().Be(2000);
    }

    [Fact]
    public void A_ninth_slot_is_told_and_forbids_to_act_unasked()
    {
        Pantry home = new();
        for (ushort slot = 1; slot <= 9; slot++)
            home.Learn(1, ThingEventKind.Snapshot, 0, level: 100, slot: slot);

        home.Pattern(1).AllowsAuto.Should().BeFalse();
        home.Pattern(1).Doubts.Should().HaveFlag(PatternDoubts.StockUncertain);
        home.Book.Alarms(home.Today).Should().ContainSingle(alarm => alarm.Kind == PatternAlarmKind.TooManySlots);
        home.Learn(1, ThingEventKind.Snapshot, 0, level: 0, slot: 3);
        home.Learn(1, ThingEventKind.Snapshot, 0, level: 100, slot: 9);
        home.Pattern(1).AllowsAuto.Should().BeTrue();
    }

    [Fact]
    public void A_household_that_rarely_comes_by_is_not_away_for_two_weeks()
    {
        Pantry weekend = new();
        weekend.Learn(1, ThingEventKind.Snapshot, 0, level: 90_000);
        for (int visit = 0; visit < 30; visit++)
        {
            weekend.NextDay(6);
            weekend.Learn(1, ThingEventKind.Used, -500);
        }
        double median = weekend.Pattern(1).MedianCycleDays;
        weekend.NextDay(20);

        weekend.Pattern(1).Doubts.Should().NotHaveFlag(PatternDoubts.Away, "five times its usual six days is thirty");
        weekend.NextDay(15);
        weekend.Pattern(1).Doubts.Should().HaveFlag(PatternDoubts.Away);
        median.Should().BeInRange(9.0, 15.0);
    }

    [Fact]
    public void A_cycle_with_a_feast_in_it_weighs_half()
    {
        Pantry plain = new(start: new DateOnly(2026, 5, 4)), feast = new(start: new DateOnly(2026, 9, 21)); // Chuseok is 24 to 26 September
        foreach (Pantry home in new[] { plain, feast })
        {
            home.Learn(1, ThingEventKind.Snapshot, 0, level: 9000);
            home.NextDay(8);
            home.Learn(1, ThingEventKind.Used, -1000);
        }

        Cycles(plain).Weight.Should().Be(1.0);
        Cycles(feast).Weight.Should().Be(0.5);
    }

    [Fact]
    public void A_household_that_eats_out_before_feasts_loses_the_usual_factor()
    {
        Pantry home = new(start: new DateOnly(2025, 12, 1));
        home.Learn(1, ThingEventKind.Snapshot, 0, level: 900_000);
        double before = home.Book.Outlook(Pantry.Day(new DateOnly(2026, 9, 20))).DemandFactor(0);
        foreach (DateOnly date in home.Dates(400))
        {
            bool week = date >= new DateOnly(2026, 2, 9) && date <= new DateOnly(2026, 2, 15) || date >= new DateOnly(2026, 9, 17) && date <= new DateOnly(2026, 9, 23);
            home.NextDay();
            home.Learn(1, ThingEventKind.Used, week ? -120 : -500);
        }

        before.Should().BeApproximately(1.2, 1e-12);
        home.Book.Outlook(Pantry.Day(new DateOnly(2026, 9, 20))).DemandFactor(0).Should().BeLessThan(1.0);
    }

    [Fact]
    public void Coverage_falls_when_use_outgrows_the_forecast_and_recovers()
    {
        CoverageMonitor monitor = default;
        for (int day = 0; day < 8; day++)
            monitor = monitor.Learn(0.01);
        CoverageMonitor worst = monitor;
        int days = 0;
        while ((monitor.IsLow || monitor.DiscountCut > 0.0 || monitor.LevelShift > 0.0) && days++ < 200)
            monitor = monitor.Learn(days % 20 == 0 ? 0.05 : 0.5);

        worst.IsLow.Should().BeTrue();
        worst.DayDiscount.Should().BeApproximately(0.7, 1e-12);
        worst.LevelShift.Should().BeApproximately(0.095, 1e-12);
        days.Should().BeInRange(10, 120);
        default(CoverageMonitor).Coverage.Should().Be(0.9);
    }

    [Fact]
    public void A_trend_is_covered_better_with_the_monitor_than_without() =>
        Prop.ForAll(Gen.Choose(1, 100_000).ToArbitrary(), seed =>
        {
            Random random = new(seed);
            CoverageMonitor monitor = default;
            ShelfHistory with = default, without = default;
            CycleForecast cycle = CycleHistory.Empty.Learn(20, 1).Learn(20, 1).Learn(20, 1).Forecast(CyclePrior.Global);
            int hitsWith = 0, hitsWithout = 0;
            for (int day = 0; day < 120; day++)
            {
                double use = 0.05 * Math.Exp(day / 25.0) * (0.7 + 0.6 * random.NextDouble());
                double chance = with.Forecast(cycle).ChanceOfUsingMore(use, 1.0);
                hitsWith += chance >= 0.1 - monitor.LevelShift ? 1 : 0;
                hitsWithout += without.Forecast(cycle).ChanceOfUsingMore(use, 1.0) >= 0.1 ? 1 : 0;
                monitor = monitor.Learn(chance);
                (with, without) = (with.Learn(use, monitor.DayDiscount), without.Learn(use));
            }
            return hitsWith >= hitsWithout;
        }).QuickCheckThrowOnFailure();

    private static CycleHistory Cycles(Pantry home) => home.Book.Save().Products[0].Finished;
}
