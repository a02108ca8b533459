using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using PantryChain.Domain.Events;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Quantities;
using PantryChain.Reorder.Patterns;

namespace PantryChain.Reorder.Tests.Patterns;

public sealed class PatternBookSpecs
{
    [Fact]
    public void A_cycle_is_one_pack_used_up_whatever_the_refills()
    {
        Household home = new();
        home.Snapshot(4000);
        home.UseDaily(days: 9, gramsPerDay: 333.4);
        home.Restock(2000);
        home.UseDaily(days: 3, gramsPerDay: 333.4);

        ConsumptionPattern pattern = home.Pattern();

        pattern.Cycles.Should().Be(4);
        pattern.PacksPerDay.Should().BeApproximately(1.0 / 3.0, 0.05);
        pattern.MedianCycleDays.Should().BeInRange(2.5, 5.0, "four cycles of three days pull the prior of ten days most of the way");
        home.Book.Stock(Household.Milk.Gtin)!.Value.Grams.Should().BeApproximately(6000 - 12 * 333.4, 0.01);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_borrowed_evening_after_the_other_teaches_what_was_used(bool corrected)
    {
        Household truth = new(), home = new();
        truth.Snapshot(9000);
        home.Snapshot(9000);
        double left = 1000;
        for (int day = 0; day < 60; day++)
        {
            if (day % 30 == 29)
            {
                truth.Restock(4000);
                home.Restock(4000);
            }
            truth.Use(100);
            if (left > 100)
            {
                home.Use(left);
                home.Wait(8.0 / 1440);
                if (corrected)
                {
                    home.TakeBackUse(left);
                    home.Use(100);
                }
                else
                    home.Restock(left - 100);
                truth.Wait(1);
                home.Wait(1 - 8.0 / 1440);
            }
            else
            {
                home.Use(100);
                truth.Wait(1);
                home.Wait(1);
            }
            left = left > 100 ? left - 100 : 1000;
        }

        ConsumptionPattern learnt = home.Pattern(), right = truth.Pattern();

        home.Book.Stock(Household.Milk.Gtin).Should().Be(truth.Book.Stock(Household.Milk.Gtin));
        learnt.PacksPerDay.Should().BeApproximately(right.PacksPerDay, 0.01);
        learnt.MedianCycleDays.Should().BeApproximately(right.MedianCycleDays, 0.5);
        learnt.Cycles.Should().BeInRange(right.Cycles, right.Cycles + 1, "a count that was told is not lowered");
        learnt.Stage.Should().Be(right.Stage);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    public void A_use_that_was_taken_back_is_gone_from_stock_and_rate(double daysLater)
    {
        Household truth = new(), home = new();
        truth.Snapshot(9000);
        home.Snapshot(9000);
        truth.UseDaily(days: 10, gramsPerDay: 300);
        home.UseDaily(days: 10, gramsPerDay: 300);

        home.Use(200);
        home.Wait(daysLater);
        home.TakeBackUse(200);
        truth.Wait(daysLater);
        truth.UseDaily(days: 10, gramsPerDay: 300);
        home.UseDaily(days: 10, gramsPerDay: 300);

        home.Book.Stock(Household.Milk.Gtin).Should().Be(truth.Book.Stock(Household.Milk.Gtin));
        home.Pattern().Cycles.Should().Be(truth.Pattern().Cycles);
        home.Pattern().PacksPerDay.Should().BeApproximately(truth.Pattern().PacksPerDay, 0.01);
    }

    [Fact]
    public void Packs_that_were_counted_stay_counted_and_the_next_uses_catch_up()
    {
        Household home = new();
        home.Snapshot(5000);
        home.Use(1000);
        home.TakeBackUse(1000);

        home.Book.CyclesAfter(Household.Milk.Gtin, Mass.Zero).Should().Be(1, "a leaf may have told it");
        home.Book.CyclesAfter(Household.Milk.Gtin, Mass.FromGrams(1000)).Should().Be(1);
        home.Book.CyclesAfter(Household.Milk.Gtin, Mass.FromGrams(2000)).Should().Be(2);
    }

    [Fact]
    public void A_restocking_that_was_taken_back_leaves_the_use_as_it_was()
    {
        Household home = new();
        home.Snapshot(2000);
        home.UseDaily(days: 3, gramsPerDay: 300);
        double before = home.Pattern().PacksPerDay;

        home.Restock(1000);
        home.TakeBackRestock(1000);

        home.Pattern().PacksPerDay.Should().Be(before);
        home.Book.Stock(Household.Milk.Gtin)!.Value.Grams.Should().Be(1100);
    }

    [Fact]
    public void The_cycle_for_the_next_observation_is_known_before_it_is_journaled()
    {
        Household home = new();
        home.Snapshot(2000);
        home.Use(900);

        home.Book.CyclesAfter(Household.Milk.Gtin, Mass.FromGrams(50)).Should().Be(0);
        home.Book.CyclesAfter(Household.Milk.Gtin, Mass.FromGrams(100)).Should().Be(1);
        home.Book.CyclesAfter(Household.Milk.Gtin, Mass.Zero).Should().Be(0);
        home.Use(100);
        home.Pattern().Cycles.Should().Be(1);
    }

    [Fact]
    public void A_met_prediction_is_told_once_and_is_gone_when_the_journal_holds_it()
    {
        Household home = new();
        home.Snapshot(9000);
        home.UseDaily(days: 12, gramsPerDay: 334);

        PatternFinding found = home.Book.Untold.Should().ContainSingle("three packs had to end before the fourth could be foretold").Subject;
        found.Observation.Kind.Should().Be(ThingEventKind.PatternConfirmed);
        found.Observation.Cycle.Should().Be(4);
        home.Journal(found.Observation);

        home.Book.Untold.Should().BeEmpty();
    }

    [Fact]
    public void Shopping_while_the_shelf_is_full_is_a_deviation_once_per_window()
    {
        Household home = new();
        home.Snapshot(9000);
        home.UseDaily(days: 10, gramsPerDay: 334);
        home.Restock(1000);
        home.Restock(1000);

        PatternFinding found = home.Book.Untold.Where(f => f.Observation.Kind == ThingEventKind.Deviation).Should().ContainSingle().Subject;
        found.Observation.Delta.Should().Be(Mass.FromGrams(1000));
        home.Journal(found.Observation);
        home.UseDaily(days: 4, gramsPerDay: 334);
        home.Restock(1000);

        home.Book.Untold.Should().Contain(f => f.Observation.Kind == ThingEventKind.Deviation, "the window has passed");
    }

    [Fact]
    public void Refilling_an_empty_shelf_or_getting_our_own_order_is_no_deviation()
    {
        Household home = new();
        home.Snapshot(4000);
        home.UseDaily(days: 12, gramsPerDay: 333.4);
        home.Restock(1000);
        home.Deliver(3000);

        home.Book.Untold.Should().NotContain(f => f.Observation.Kind == ThingEventKind.Deviation);
    }

    [Fact]
    public void Two_weeks_away_stop_the_clock()
    {
        Household stayed = new(), travelled = new();
        foreach (Household home in new[] { stayed, travelled })
        {
            home.Snapshot(9000);
            home.UseDaily(days: 10, gramsPerDay: 334);
        }
        travelled.Wait(30);
        stayed.UseDaily(days: 6, gramsPerDay: 334);
        travelled.UseDaily(days: 6, gramsPerDay: 334);

        travelled.Pattern().MedianCycleDays.Should().BeApproximately(stayed.Pattern().MedianCycleDays, 0.5);
        travelled.Pattern().PacksPerDay.Should().BeApproximately(stayed.Pattern().PacksPerDay, 0.05);
    }

    [Fact]
    public void The_same_event_twice_changes_nothing()
    {
        Household home = new();
        home.Snapshot(2000);
        ThingEvent use = home.Use(300);
        string before = Json(home.Book);

        home.Book.Learn(use);

        Json(home.Book).Should().Be(before);
    }

    [Fact]
    public void A_book_saved_and_restored_anywhere_learns_the_same() =>
        Prop.ForAll(Gen.Choose(0, 60).Two().ToArbitrary(), pair =>
        {
            (int cut, int seed) = pair;
            IReadOnlyList<ThingEvent> events = Household.Story(seed, 60);
            PatternBook whole = Household.NewBook(), first = Household.NewBook();
            foreach (ThingEvent seen in events)
                whole.Learn(seen);
            foreach (ThingEvent seen in events.Take(cut))
                first.Learn(seen);
            PatternBook second = Household.Track(PatternBook.Restore(JsonSerializer.Deserialize<PatternState>(Json(first), JsonSerializerOptions.Web)!));
            foreach (ThingEvent seen in events)
                second.Learn(seen);
            return Json(second) == Json(whole);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_state_of_another_version_is_learnt_anew_and_keeps_what_members_said()
    {
        Household home = new();
        home.Snapshot(4000);
        home.UseDaily(days: 5, gramsPerDay: 300);
        home.Book.Tell(Household.Milk.Gtin, 6.0);

        PatternState old = PatternState.FromJson(home.Book.Save().ToJson().Replace($"\"version\":{PatternState.CurrentVersion}", "\"version\":1", StringComparison.Ordinal), out string? notice);
        PatternBook book = PatternBook.Restore(old);

        notice.Should().Contain("learnt from the journal anew");
        book.LastSeq.Should().Be(0);
        book.ToldDays(Household.Milk.Gtin).Should().Be(6.0);
        PatternState.FromJson("{ broken", out notice).LastSeq.Should().Be(0);
        notice.Should().Contain("cannot be read");
        PatternState.FromJson(home.Book.Save().ToJson(), out notice).LastSeq.Should().Be(home.Book.LastSeq);
        notice.Should().BeNull();
    }

    [Fact]
    public void Two_cycles_are_learning_and_even_cycles_become_likely()
    {
        Household home = new();
        home.Snapshot(60_000);
        home.UseDaily(days: 8, gramsPerDay: 334);
        PatternStage early = home.Pattern().Stage;
        home.UseDaily(days: 60, gramsPerDay: 334);

        early.Should().Be(PatternStage.Learning);
        home.Pattern().Stage.Should().BeOneOf(PatternStage.Likely, PatternStage.Confirmed);
    }

    private static string Json(PatternBook book) => JsonSerializer.Serialize(book.Save(), JsonSerializerOptions.Web);
}
