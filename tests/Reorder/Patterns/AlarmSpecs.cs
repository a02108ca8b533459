using PantryChain.Domain.Events;
using PantryChain.Domain.Learning;

namespace PantryChain.Reorder.Tests.Patterns;

public sealed class AlarmSpecs
{
    [Fact]
    public void A_pack_that_lasts_far_too_long_is_told_and_after_two_cycles_without_use_pausing_is_suggested()
    {
        Pantry home = Settled(products: 2);
        for (int day = 0; day < 30; day++)
        {
            home.NextDay();
            home.Learn(2, ThingEventKind.Used, -250);
            if (day < 12)
                home.Learn(1, ThingEventKind.Used, -4);
        }

        home.Pattern(1).Doubts.Should().HaveFlag(PatternDoubts.Overdue).And.HaveFlag(PatternDoubts.StoppedUsing);
        home.Pattern(1).AllowsAuto.Should().BeFalse();
        PatternAlarm alarm = home.Book.Alarms(home.Today).Should().ContainSingle(found => found.Kind == PatternAlarmKind.StoppedUsing).Subject;
        alarm.Gtin.Should().Be(Pantry.Of(1).Gtin);
        alarm.Value.Should().BeApproximately(18.0, 1.0);
        home.Pattern(2).Doubts.Should().Be(PatternDoubts.None);
    }

    [Fact]
    public void An_overdue_pack_that_is_still_used_is_told_as_overdue()
    {
        Pantry home = Settled(products: 1);
        home.Daily(1, days: 40, grams: 10);

        home.Book.Alarms(home.Today).Should().ContainSingle(found => found.Kind == PatternAlarmKind.Overdue && found.Chance < 0.01);
        home.Pattern(1).Doubts.Should().NotHaveFlag(PatternDoubts.StoppedUsing);
    }

    [Fact]
    public void An_empty_shelf_is_never_overdue()
    {
        Pantry home = Settled(products: 1);
        home.NextDay();
        home.Learn(1, ThingEventKind.Used, -250, level: 0);
        home.NextDay(12);

        home.Pattern(1).Doubts.Should().Be(PatternDoubts.None);
    }

    [Fact]
    public void A_spill_is_told_the_same_day_and_once_more_the_day_after()
    {
        Pantry home = Settled(products: 2);
        home.NextDay();
        home.Learn(1, ThingEventKind.Used, -3000);

        home.Pattern(1).Doubts.Should().HaveFlag(PatternDoubts.UnusualUse);
        PatternAlarm alarm = home.Book.Alarms(home.Today).Should().ContainSingle(found => found.Kind == PatternAlarmKind.UnusualUse).Subject;
        alarm.Value.Should().Be(3.0);
        alarm.Expected.Should().BeApproximately(0.25, 0.1);
        home.NextDay();
        home.Learn(2, ThingEventKind.Used, -250);
        home.Book.Alarms(home.Today).Should().ContainSingle(found => found.Kind == PatternAlarmKind.UnusualUse);
        home.NextDay();
        home.Learn(2, ThingEventKind.Used, -250);
        home.Book.Alarms(home.Today).Should().BeEmpty();
    }

    [Fact]
    public void A_party_teaches_nothing()
    {
        Pantry quiet = Settled(products: 3), party = Settled(products: 3);
        quiet.NextDay();
        party.NextDay();
        for (int product = 1; product <= 3; product++)
        {
            quiet.Learn(product, ThingEventKind.Used, -250);
            party.Learn(product, ThingEventKind.Used, -4000);
        }
        party.Book.Alarms(party.Today).Should().ContainSingle(found => found.Kind == PatternAlarmKind.HouseholdEvent && found.Value == 3.0);
        quiet.NextDay();
        party.NextDay();

        party.Pattern(1).PacksPerDay.Should().BeApproximately(quiet.Pattern(1).PacksPerDay, 0.03);
        party.Pattern(1).MedianCycleDays.Should().BeApproximately(quiet.Pattern(1).MedianCycleDays, 0.3);
    }

    [Fact]
    public void Use_that_outgrows_its_forecast_forbids_to_act_unasked_until_the_forecast_has_caught_up()
    {
        Pantry home = Settled(products: 1);
        for (int day = 0; day < 10; day++)
        {
            home.NextDay();
            home.Learn(1, ThingEventKind.Used, -Math.Round(600 * Math.Pow(1.4, day)), level: 5000);
        }
        ConsumptionPattern outgrown = home.Pattern(1);
        home.Book.Alarms(home.Today).Should().ContainSingle(found => found.Kind == PatternAlarmKind.CoverageLow);
        for (int day = 0; day < 60; day++)
        {
            home.NextDay();
            home.Learn(1, ThingEventKind.Used, day % 2 == 0 ? -480 : -520, level: 5000);
        }

        outgrown.Doubts.Should().HaveFlag(PatternDoubts.CoverageLow);
        outgrown.LevelShift.Should().BeGreaterThan(0.0);
        outgrown.AllowsAuto.Should().BeFalse();
        home.Pattern(1).AllowsAuto.Should().BeTrue();
        home.Pattern(1).LevelShift.Should().Be(0.0);
    }

    [Fact]
    public void Packs_that_are_used_whole_and_rarely_are_no_household_event()
    {
        Pantry home = new(products: 4);
        for (int month = 0; month < 6; month++)
        {
            home.NextDay(9);
            home.Learn(4, ThingEventKind.Used, -100, level: 5000);
            home.NextDay(9);
            home.Learn(4, ThingEventKind.Used, -100, level: 5000);
            home.NextDay(12);
            for (int product = 1; product <= 3; product++)
                home.Learn(product, ThingEventKind.Used, -1000, level: 5000);
            home.Book.Alarms(home.Today).Should().NotContain(found => found.Kind == PatternAlarmKind.HouseholdEvent || found.Kind == PatternAlarmKind.UnusualUse);
        }

        home.Pattern(1).Cycles.Should().Be(6);
        home.Pattern(1).MedianCycleDays.Should().BeInRange(24.0, 31.0);
    }

    [Fact]
    public void Twice_the_use_is_noticed_within_a_few_packs_and_the_old_habit_forgotten()
    {
        Pantry home = Settled(products: 1);
        int packs = 0;
        while (home.Book.Alarms(home.Today).All(found => found.Kind != PatternAlarmKind.Faster) && packs++ < 25)
            home.Daily(1, days: 1, grams: 1000);
        PatternAlarm alarm = home.Book.Alarms(home.Today).Single(found => found.Kind == PatternAlarmKind.Faster);

        packs.Should().BeInRange(2, 15);
        alarm.Value.Should().BeLessThan(alarm.Expected);
        home.Book.Save().Products[0].Finished.Weight.Should().BeLessThanOrEqualTo(4.0);
    }

    [Fact]
    public void Thirty_quiet_products_ring_hardly_ever()
    {
        Random random = new(5);
        Pantry home = new(products: 30);
        int alarms = 0, days = 0;
        for (int day = 0; day < 200; day++)
        {
            home.NextDay();
            for (int product = 1; product <= 30; product++)
                home.Learn(product, ThingEventKind.Used, -Math.Round(20.0 + 15.0 * product * -Math.Log(1.0 - random.NextDouble())), level: 5000);
            if (day < 60)
                continue;
            days++;
            alarms += home.Book.Alarms(home.Today).Any(found => found.Kind is PatternAlarmKind.Overdue or PatternAlarmKind.UnusualUse or PatternAlarmKind.HouseholdEvent) ? 1 : 0;
        }

        ((double)alarms / days).Should().BeLessThan(0.1, "one false alarm in a hundred tests of a day is allowed at most");
    }

    /// <summary>A household that used a quarter pack of everything on each of sixty days.</summary>
    private static Pantry Settled(int products)
    {
        Pantry home = new(products);
        for (int day = 0; day < 60; day++)
        {
            home.NextDay();
            for (int product = 1; product <= products; product++)
                home.Learn(product, ThingEventKind.Used, day % 2 == 0 ? -230 : -270, level: 5000);
        }
        return home;
    }
}
