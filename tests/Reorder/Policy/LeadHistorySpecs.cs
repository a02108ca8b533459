using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using PantryChain.Domain.Time;
using PantryChain.Reorder.Policy;

namespace PantryChain.Reorder.Tests.Policy;

public sealed class LeadHistorySpecs
{
    private static readonly HouseholdDay Monday = HouseholdDay.FromDate(new DateOnly(2026, 3, 16));

    [Fact]
    public void Without_a_record_a_seller_is_what_its_class_is() => LeadHistory.Empty.Estimate().Chances.Should().Equal(LeadTime.Usual.Chances);

    [Fact]
    public void Five_deliveries_count_about_as_much_as_the_class_and_fifty_outweigh_it()
    {
        LeadHistory slow = LeadHistory.Empty, slower = LeadHistory.Empty;
        for (int i = 0; i < 50; i++)
            (slow, slower) = (i < 5 ? slow.Learn(Monday, new HouseholdDay(Monday.Number + 6)) : slow, slower.Learn(Monday, new HouseholdDay(Monday.Number + 6)));

        slow.Estimate().ChanceOf(6).Should().BeInRange(0.4, 0.5);
        slower.Estimate().ChanceOf(6).Should().BeGreaterThan(0.75);
        slower.Estimate().MedianDays.Should().Be(6);
    }

    [Fact]
    public void Any_deliveries_leave_chances_that_sum_to_one_in_a_state_of_constant_size() =>
        Prop.ForAll(Gen.Choose(-5, 80).ListOf().ToArbitrary(), leads =>
        {
            LeadHistory history = leads.Aggregate(LeadHistory.Empty, (known, days) => known.Learn(Monday, new HouseholdDay((uint)(Monday.Number + days))));
            return Math.Abs(history.Estimate().Chances.Sum(c => c.Chance) - 1.0) < 1e-12 && history.Counts.Count == LeadHistory.MostDays + 1
                && history.Deliveries + history.Skipped == leads.Count;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_clock_that_leapt_teaches_nothing()
    {
        LeadHistory before = LeadHistory.Empty.Learn(Monday, Monday.Next());

        LeadHistory backwards = before.Learn(Monday.Next(), Monday), ages = before.Learn(new HouseholdDay(0), Monday);

        backwards.Estimate().Chances.Should().Equal(before.Estimate().Chances);
        ages.Should().Be(before with { Skipped = 1 });
    }

    [Fact]
    public void Waiting_for_the_delivery_day_is_not_learnt_as_slowness()
    {
        DeliveryDays tuesdays = new([DayOfWeek.Tuesday]);
        HouseholdDay wednesday = new(Monday.Number + 2), tuesday = new(Monday.Number + 8);
        LeadHistory knows = LeadHistory.Empty, ignores = LeadHistory.Empty;
        for (int i = 0; i < 20; i++)
            (knows, ignores) = (knows.Learn(wednesday, tuesday, calendar: tuesdays), ignores.Learn(wednesday, tuesday));

        knows.Estimate().Chances.Should().HaveSameCount(LeadTime.Usual.Chances);
        knows.Estimate().ChanceOf(2).Should().BeApproximately(0.6, 1e-9, "six days of waiting are compatible with one, two and three alike");
        ignores.Estimate().MedianDays.Should().Be(6);
    }

    [Fact]
    public void A_record_travels_as_json()
    {
        LeadHistory history = LeadHistory.Empty.Learn(Monday, Monday.Next());

        JsonSerializer.Deserialize<LeadHistory>(JsonSerializer.Serialize(history)).Should().Be(history);
    }
}
