using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Ordering;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Tests.Contracts;

namespace PantryChain.Gateway.Tests.Ordering;

/// <summary>Orders on a real chain that carry the device's signature: the gateway's own, and those of whoever copied its key.</summary>
public sealed class ForeignOrderSpecs(RehearsalChain chain) : IClassFixture<RehearsalChain>
{
    private const int Never = 1_000;

    [Fact]
    public async Task An_order_that_a_thief_of_the_devices_key_signed_is_found_and_called_off()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never);
        world.Finds = true;

        await chain.DoAsync(chain.Escrow.Trigger(household.Trigger));
        await world.BringAsync(() => world.Orders.Foreign() is not [{ IsFinal: true }], passes: 30);

        PlacedOrder found = world.Orders.Foreign().Should().ContainSingle().Which;
        found.Id.Should().Be(chain.Escrow.IdOf(household.Terms));
        (await chain.Escrow.OrderAsync(found.Id, default)).State.Should().Be(OrderState.Cancelled);
        (await chain.Cash.BalanceAsync(household.Account, default)).Should().Be(Bamtol.FromWon(50_000));
        world.Stumbles.Should().BeEmpty();
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(253_402_300_800UL)] // the first second that a calendar does not reach
    public async Task A_thiefs_order_whose_deadline_no_calendar_reaches_is_called_off_like_any_other(ulong deadline)
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never);
        world.Finds = true;
        OrderTerms terms = household.Terms with { Deadline = new ChainTime(deadline) };

        await chain.DoAsync(chain.Escrow.Trigger(household.Trigger with { Terms = terms, Signature = chain.Escrow.Sign(household.Device, terms) }));
        await world.BringAsync(() => world.Orders.Foreign() is not [{ IsFinal: true }], passes: 30);

        world.Orders.Foreign().Should().ContainSingle().Which.Terms.Should().Be(terms);
        (await chain.Escrow.OrderAsync(chain.Escrow.IdOf(terms), default)).State.Should().Be(OrderState.Cancelled);
        (await chain.Cash.BalanceAsync(household.Account, default)).Should().Be(Bamtol.FromWon(50_000));
        world.Stumbles.Should().BeEmpty();
    }

    [Fact]
    public async Task The_gateways_own_order_is_nobody_elses()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never);
        (world.Finds, world.Sells) = (true, false);

        await world.OpenAsync();
        await world.BringAsync(() => true, passes: 3);

        world.Orders.Foreign().Should().BeEmpty();
        world.Orders.Newest(1)[0].State.Should().Be(OrderState.Open);
    }

    [Fact]
    public async Task Orders_that_one_node_of_three_invents_are_nobodys_and_a_thiefs_own_is_called_off_beside_them_and_the_node_is_named()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await chain.DoAsync(chain.Escrow.Trigger(household.Trigger));
        InventingNode liar = InventingNode.OfOrders(chain.Client, chain.Escrow, await OpenedAsync(household), each: 200, await chain.NowAsync());
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never, chain.Client, liar.Node);
        world.Finds = true;

        await world.BringAsync(() => true, passes: 25);

        PlacedOrder found = world.Orders.Foreign().Should().ContainSingle().Which;
        (await chain.Escrow.OrderAsync(found.Id, default)).State.Should().Be(OrderState.Cancelled);
        found.Id.Should().Be(chain.Escrow.IdOf(household.Terms));
        world.Nodes.Troubles().Should().ContainSingle().Which.Node.Should().Be("node 2");
        liar.Invented.Should().BeGreaterThan(1_000);
    }

    [Fact]
    public async Task Orders_that_one_of_two_nodes_tells_of_fill_no_book()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await chain.DoAsync(chain.Escrow.Trigger(household.Trigger));
        InventingNode liar = InventingNode.OfOrders(chain.Client, chain.Escrow, await OpenedAsync(household), each: 200, await chain.NowAsync());
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never, liar.Node);
        world.Finds = true;

        await world.BringAsync(() => true, passes: 12);

        world.Orders.Foreign().Should().HaveCountLessThanOrEqualTo(OrderFinder.MostDisputed + 1);
        (await chain.Escrow.OrderAsync(chain.Escrow.IdOf(household.Terms), default)).State.Should().Be(OrderState.Cancelled);
    }

    [Fact]
    public async Task An_order_in_the_book_that_the_nodes_deny_is_not_called_off_and_after_a_day_forgotten()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never);
        OrderId invented = new(Samples.Hash(77));
        world.Orders.Adopt(invented, household.Terms with { Deadline = new ChainTime(1UL << 40) }, world.Now);

        await world.BringAsync(() => true, passes: 3);
        bool atFirst = world.Orders.Find(invented) is not null;
        await chain.AdvanceAsync(TimeSpan.FromHours(25));
        await world.BringAsync(() => true, passes: 3);

        atFirst.Should().BeTrue("its block may not have come to every node");
        world.Relays.About(invented.Value).Should().BeEmpty();
        world.Orders.Foreign().Should().BeEmpty();
    }

    private async Task<EvmLog> OpenedAsync(ChainHousehold household) =>
        (await chain.Client.LogsAsync(chain.Escrow.OrdersOf(household.Account, 0, (await chain.Client.LatestBlockAsync(default)).Number), default))[0];
}
