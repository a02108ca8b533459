using PantryChain.Bench.Living;
using PantryChain.Domain.Ordering;

namespace PantryChain.Bench.Tests.Living;

/// <summary>Short lives through the whole bench: the real gateway, the real contracts on a real node.</summary>
public sealed class LivedHouseholdSpecs
{
    [Fact]
    public async Task A_quick_household_is_sensed_asked_delivered_and_paid_within_days()
    {
        HouseholdReport report = await LiveAsync(14, LivedWorld.Find("default"));

        report.Lived.Orders.Should().Contain(order => order.State == OrderState.Settled);
        report.Lived.Deliveries.Should().Contain(delivery => delivery.Order == report.Lived.Orders[0].Id && delivery.Packs == report.Lived.Orders[0].Terms.Quantity);
        report.Lived.Refusals.Should().BeEmpty();
        foreach ((SmallOrder one, SmallOrder next) in report.Lived.Orders.Zip(report.Lived.Orders.Skip(1)))
            (next.PlacedAt >= one.Moves[^1].At && next.Terms.Cycle > one.Terms.Cycle).Should().BeTrue("one order at a time, and each for a pack of its own");
        (report.Lived.End - report.Plan.Origin).TotalDays.Should().BeApproximately(14, 0.1, "the driver's clock went that far, whatever the wall's did");
        report.ToJson().Should().Contain("\"empty_share\"").And.Contain("\"told_before\"").And.Contain("\"mean_packs\"").And.Contain("\"fixed_threshold\"").And.Contain("\"oracle\"");
        report.ToText().Should().Contain("Tofu");
    }

    [Fact]
    public async Task A_store_that_sleeps_accepts_nothing_and_every_deadline_brings_the_money_back()
    {
        LivedWorld sleeping = LivedWorld.Find("default") with { Sleep = new Sleep(0, 30, 9, 1) };

        HouseholdReport report = await LiveAsync(11, sleeping);

        report.Lived.Orders.Should().NotBeEmpty();
        report.Lived.Orders.Should().OnlyContain(order => order.State == OrderState.Open || order.State == OrderState.Refunded);
        SmallOrder first = report.Lived.Orders[0];
        first.State.Should().Be(OrderState.Refunded);
        (first.Moves[^1].At - first.PlacedAt).Should().BeGreaterThanOrEqualTo(SmallCooperative.Windows.Veto + SmallCooperative.Windows.Accept);
        report.Lived.Deliveries.Should().NotContain(delivery => delivery.Order != null);
    }

    private static Task<HouseholdReport> LiveAsync(int days, LivedWorld world) => HouseholdBench.LiveAsync(days, world, Quick.Plan(), 20, data: null, tells: false, CancellationToken.None);
}
