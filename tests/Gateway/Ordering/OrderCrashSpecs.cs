using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Ordering;
using PantryChain.Ledger.Tests.Contracts;
using PantryChain.Reorder.Machine;

namespace PantryChain.Gateway.Tests.Ordering;

/// <summary>One order from the decision to the seller's money, on a real chain, killed once between every two durable writes of the gateway.</summary>
public sealed class OrderCrashSpecs(RehearsalChain chain) : IClassFixture<RehearsalChain>
{
    private const int FewestWrites = 14; // event, decision, block, order with its call, 2 of the relay, 3 states of 2 books each, arrival, release: fewer would not be the path

    [Fact]
    public async Task A_kill_before_any_durable_write_neither_loses_nor_doubles_the_order()
    {
        int writes = 0;
        for (bool killed = true; killed; writes++)
        {
            using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
            await using OrderWorld world = await OrderWorld.StartAsync(chain, household, killBefore: writes + 1);

            await world.LiveAsync();

            killed = world.WasKilled;
            string when = $"the gateway was killed before its durable write {writes + 1}";
            PlacedOrder order = world.Orders.Newest(10).Should().ContainSingle(when).Subject;
            order.State.Should().Be(OrderState.Settled, when);
            (await chain.Escrow.OrderAsync(order.Id, default)).State.Should().Be(OrderState.Settled, when);
            (await chain.Escrow.MandateAsync(household.Terms.Mandate, default)).Spent.Should().Be(order.Terms.Cash, when);
            world.Relays.About(order.Id.Value).Select(relay => (relay.Kind, relay.Status)).Should()
                .Equal([(RelayKind.Trigger, RelayStatus.Mined), (RelayKind.Deliver, RelayStatus.Mined)], when);
            world.Orders.Arrived(order.Id).Packs.Should().Be(order.Terms.Quantity, when);
            world.Process.Should().Match<ReorderProcess>(process => !process.UnderWay && process.LastOutcome == ReorderOutcome.Settled && process.Number == 1, when);
            world.SealedEvents().Should().Equal(Enumerable.Range(1, world.SealedEvents().Count).Select(seq => (ulong)seq), when);
        }

        writes.Should().BeGreaterThan(FewestWrites);
    }
}
