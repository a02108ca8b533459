using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Rehearsal.Audit;

namespace PantryChain.Rehearsal.Tests.World;

/// <summary>What the audit calls a second order.</summary>
public sealed class SecondOrdersSpecs
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(OrderState.Settled, false)]
    [InlineData(OrderState.Refunded, true)]
    [InlineData(OrderState.Cancelled, true)]
    public void Another_order_for_the_same_cycle_is_right_only_once_the_first_gave_it_back(OrderState first, bool right)
    {
        IReadOnlyDictionary<OrderId, string> faulty = Find([Order(1, cycle: 3, opened: 0, first, ended: 2), Order(2, cycle: 3, opened: 3, OrderState.Settled, ended: 5)]);

        faulty.Should().BeEquivalentTo(right ? [] : new Dictionary<OrderId, string> { [Id(2)] = "was ordered twice for one cycle" });
    }

    [Theory]
    [InlineData(OrderState.Refunded)]
    [InlineData(OrderState.Settled)]
    public void An_order_that_was_opened_before_the_last_one_ended_is_a_second_one_however_that_one_ended(OrderState first) =>
        Find([Order(1, cycle: 3, opened: 0, first, ended: 4), Order(2, cycle: 4, opened: 3, OrderState.Settled, ended: 5)])
            .Should().BeEquivalentTo(new Dictionary<OrderId, string> { [Id(2)] = "was opened while another was open" });

    [Fact]
    public void An_order_that_the_gateway_does_not_know_is_found() =>
        SecondOrders.Find([Order(7, cycle: 3, opened: 0, OrderState.Settled, ended: 2)], new HashSet<OrderId> { Id(1) })
            .Should().BeEquivalentTo(new Dictionary<OrderId, string> { [Id(7)] = "is on chain but unknown to the gateway" });

    private static IReadOnlyDictionary<OrderId, string> Find(IReadOnlyList<Ledgers.ChainOrder> orders) => SecondOrders.Find(orders, orders.Select(order => order.Opened.Order).ToHashSet());

    private static OrderId Id(byte number) => new(new Hash32([.. Enumerable.Repeat(number, 32)]));

    private static Ledgers.ChainOrder Order(byte number, uint cycle, int opened, OrderState state, int ended)
    {
        OrderTerms terms = new(new MandateId(new Hash32(new byte[32])), default, Gtin.Restricted(1), default, 1, Bamtol.FromWon(1), default, cycle, default, Start.AddDays(9));
        return new Ledgers.ChainOrder(new OrderOpened(new EvmLog(default, [], default, 1, default, default, 0), Id(number), default, terms), Start.AddDays(opened), [(state, Start.AddDays(ended))]);
    }
}
