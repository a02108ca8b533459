using FsCheck;
using FsCheck.Fluent;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Time;
using PantryChain.Reorder.Policy;

namespace PantryChain.Reorder.Tests.Policy;

public sealed class DeliveryDaysSpecs
{
    private static readonly DateTimeOffset Saturday = PolicySamples.Saturday;
    private static readonly DeliveryDays Tuesdays = new([DayOfWeek.Tuesday], new TimeOnly(18, 0));

    [Fact]
    public void An_order_lands_on_the_first_delivery_day_on_which_it_is_ready() =>
        Prop.ForAll(Gen.Choose(1, 127).Zip(Gen.Choose(0, 30)).Zip(Gen.Choose(20_000, 30_000)).ToArbitrary(), v =>
        {
            DayOfWeek[] weekdays = [.. Enum.GetValues<DayOfWeek>().Where(day => (v.Item1.Item1 >> (int)day & 1) != 0)];
            DeliveryDays calendar = new(weekdays, free: [new HouseholdDay((uint)v.Item2 + 3)]);
            HouseholdDay landing = calendar.Landing(new HouseholdDay((uint)v.Item2), v.Item1.Item2);
            uint ready = (uint)(v.Item2 + v.Item1.Item2);
            bool none = Enumerable.Range((int)ready, (int)(landing.Number - ready)).All(day => !calendar.IsDelivery(new HouseholdDay((uint)day)));
            return landing.Number >= ready && none && weekdays.Contains(landing.ToDate().DayOfWeek) && landing.Number != v.Item2 + 3;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("2026-03-16T17:59:00+09:00", "2026-03-16")]
    [InlineData("2026-03-16T18:00:00+09:00", "2026-03-17")]
    public void After_the_cut_off_an_order_counts_from_the_next_day(string at, string day) =>
        Tuesdays.CountsFrom(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture)).ToString().Should().Be(day);

    [Fact]
    public void A_free_day_moves_a_delivery_to_the_next_and_a_list_that_frees_every_day_is_not_believed()
    {
        HouseholdDay monday = HouseholdDay.FromDate(new DateOnly(2026, 3, 16));
        DeliveryDays holiday = new([DayOfWeek.Tuesday], free: [monday.Next()]);
        DeliveryDays never = new([DayOfWeek.Tuesday], free: Enumerable.Range(0, 500).Select(day => new HouseholdDay(monday.Number + (uint)day)));

        holiday.Landing(monday, 1).ToString().Should().Be("2026-03-24");
        never.Landing(monday, 1).Should().Be(monday.Next());
        ((Action)(() => _ = new DeliveryDays([]))).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void When_the_next_delivery_is_on_Tuesday_ordering_on_Monday_is_enough_and_on_Monday_it_is_ordered()
    {
        ReorderSituation saturday = PolicySamples.Situation(packs: 2.2) with { Delivery = Tuesdays, Lead = PolicySamples.NextDay };
        ReorderSituation monday = saturday with { Now = Saturday.AddDays(2) }, evening = saturday with { Now = Saturday.AddDays(2).AddHours(10) };

        ReorderAdvice waits = new ReorderPolicy().Advise(saturday), orders = new ReorderPolicy().Advise(monday), late = new ReorderPolicy().Advise(evening);

        waits.Due.Should().BeFalse();
        waits.Blocks.Should().Equal(ReorderBlock.DeliveryDayAwaited);
        waits.Why!.ArrivesAt.Should().Be(Saturday.AddDays(3));
        waits.Why.OrderBy!.Value.DayOfWeek.Should().Be(DayOfWeek.Monday);
        orders.Quantity.Should().BePositive();
        orders.Why!.Cause.Should().Be(ReorderCause.LastOrderForDelivery);
        orders.Why.ArrivesAt.Should().Be(Saturday.AddDays(3), "that is Tuesday");
        orders.Why.NextArrivesAt.Should().Be(Saturday.AddDays(10));
        late.Why!.ArrivesAt.Should().Be(evening.Now.AddDays(8), "after the cut-off Tuesday's van is full");
    }

    [Fact]
    public void Before_a_week_without_deliveries_it_is_ordered_earlier()
    {
        HouseholdDay today = HouseholdDay.FromDate(DateOnly.FromDateTime(Saturday.DateTime));
        DeliveryDays usual = new(Enum.GetValues<DayOfWeek>());
        DeliveryDays holidays = new(Enum.GetValues<DayOfWeek>(), free: Enumerable.Range(3, 6).Select(day => new HouseholdDay(today.Number + (uint)day)));
        ReorderSituation plenty = PolicySamples.Situation(packs: 2.5);

        new ReorderPolicy().Advise(plenty with { Delivery = usual }).Due.Should().BeFalse();
        new ReorderPolicy().Advise(plenty with { Delivery = holidays }).Due.Should().BeTrue();
    }

    [Fact]
    public void A_calendar_of_all_days_changes_nothing() =>
        Prop.ForAll(Gen.Choose(0, 4000).ToArbitrary(), thousandths =>
        {
            ReorderSituation situation = PolicySamples.Situation(thousandths / 1000.0);
            ReorderPolicy policy = new();
            return Math.Abs(policy.Risk(situation) - policy.Risk(situation with { Delivery = new DeliveryDays(Enum.GetValues<DayOfWeek>()) })) < 1e-12;
        }).QuickCheckThrowOnFailure();
}
